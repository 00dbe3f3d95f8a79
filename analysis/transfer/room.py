"""Gains in log odds, where there are enough right and wrong answers to know them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from analysis.transfer.measures import LOG_ODDS
from analysis.transfer.resampled import Resampled

LEAST = 5


def log_odds(resampled: Resampled) -> Resampled:
    """Return gains in log odds, without the test bins that are too near ceiling or floor to have any.

    With few answers of one kind the half that `measures.measured` adds decides, and it pulls gains towards
    zero at the ceiling and away from it at the floor, so that bins look different that are not; with none
    before training, no error is seen either. A bin is blank if fewer than five right, or wrong, answers are
    expected of its held-out items, averaged over before and after training, or if there was none before.
    The average is over all rows: were each cell judged by its own answers, the lucky ones would be kept.

    Parameters
    ----------
    resampled
        Gains as proportions.
    """
    items, known = resampled.items, np.isfinite(resampled.gain)
    rows = np.maximum(1, known.sum(axis=0))
    fewest = np.where(known, items, np.iinfo(items.dtype).max).min(axis=0)
    before = np.where(known, resampled.before, 0.0).sum(axis=0) / rows
    after = before + np.where(known, resampled.gain, 0.0).sum(axis=0) / rows
    rarer = [fewest * np.minimum(share, 1 - share) for share in ((before + after) / 2, before)]
    lacking = (rarer[0] < LEAST) | (rarer[1] < 0.5)
    scaled = resampled.on_scale(LOG_ODDS)
    return replace(
        scaled,
        gain=np.where(lacking, np.nan, scaled.gain),
        replicates=np.where(lacking, np.nan, scaled.replicates),
    )
