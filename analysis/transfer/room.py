"""Which test bins are too near ceiling or floor for gains in log odds."""

from __future__ import annotations

import numpy as np

LEAST = 5


def lacks_room(items: np.ndarray, before: np.ndarray, gain: np.ndarray) -> np.ndarray:
    """Say of which test bins log odds are not known, shape ``(bins,)``.

    With few answers of one kind the half that `measures.measured` adds decides, and it pulls gains towards
    zero at the ceiling and away from it at the floor, so that bins look different that are not; with none
    before training, no error is seen either. A bin lacks room if fewer than five right, or wrong, answers are
    expected of its held-out items, averaged over before and after training, or if there was none before.
    The average is over all rows: were each cell judged by its own answers, the lucky ones would be kept.

    Parameters
    ----------
    items
        Held-out items of each cell, shape ``(rows, bins)``.
    before, gain
        Accuracy before training and its change, proportions, NaN where a cell is blank; same shape.
    """
    known = np.isfinite(gain)
    rows = np.maximum(1, known.sum(axis=0))
    fewest = np.where(known, items, np.iinfo(items.dtype).max).min(axis=0)
    first = np.where(known, before, 0.0).sum(axis=0) / rows
    after = first + np.where(known, gain, 0.0).sum(axis=0) / rows
    of_both, of_first = (fewest * np.minimum(share, 1 - share) for share in ((first + after) / 2, first))
    return np.asarray((of_both < LEAST) | (of_first < 0.5))
