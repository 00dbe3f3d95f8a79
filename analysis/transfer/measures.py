"""Scales on which accuracy before and after training are compared."""

from __future__ import annotations

import numpy as np
from scipy.special import logit

GAIN, ACCURACY, HEADROOM, LOG_ODDS = "gain", "accuracy", "headroom", "logit"
MEASURES = (GAIN, ACCURACY, HEADROOM, LOG_ODDS)


def measured(
    measure: str,
    before: np.ndarray,
    gain: np.ndarray,
    items: np.ndarray,
    estimate: np.ndarray | None = None,
) -> np.ndarray:
    """Put gains on a scale.

    Parameters
    ----------
    measure
        ``"gain"``: after minus before, a proportion. ``"accuracy"``: after. ``"headroom"``: the share of what
        was to be gained that was gained, (after − before) / (1 − before), or of what was to be lost that was
        lost, (after − before) / before: Marx and Cummings' (2007, "Normalized change", American Journal of
        Physics 75) c, on which ceiling and floor do not pose as decay. ``"logit"``: log odds after minus
        before, each of n accuracies p as log((np + ½) / (n − np + ½)) (Haldane 1956), so that it is finite.
    before, gain
        Accuracy before training and its change, proportions; any shape.
    items
        Held-out items that they are proportions of, of a shape that broadcasts.
    estimate
        The gains that ``gain`` are replicates of, of a shape that broadcasts: whether it is headroom to gain
        or to lose is decided by their sign, since a scale with a kink at zero would make errors of both sizes
        one and find too much where nothing is. By default ``gain``.

    Returns
    -------
    ndarray
        NaN where there is no headroom: all right before and after, or none.
    """
    after = np.clip(before + gain, 0.0, 1.0)
    if measure == GAIN:
        return gain
    if measure == ACCURACY:
        return after
    if measure == LOG_ODDS:
        before, after = ((p * items + 0.5) / (items + 1) for p in (before, after))
        return np.asarray(logit(after) - logit(before))
    room = np.where((gain if estimate is None else estimate) >= 0, 1.0 - before, before)
    return np.divide(gain, room, out=np.full(np.shape(gain), np.nan), where=room > 0)
