"""What the runs of one benchmark show, in a handful of numbers."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.transfer.contrasts import EASY, FULL, HARD, crossing, groups, on_thirds
from analysis.transfer.distance import DISTANCES, gain_by_distance
from analysis.transfer.resampled import Estimate
from analysis.transfer.runs import RunMatrix

EASY_TO_HARD, HARD_TO_EASY, FULL_RANGE = "Easy → hard", "Hard → easy", "Full range"
BY_DISTANCE = {label: "Own bin" if label == "0" else f"{label} away" for label in DISTANCES}
OWN_BIN, FARTHEST = BY_DISTANCE["0"], BY_DISTANCE["4+"]
PARTS = (EASY_TO_HARD, HARD_TO_EASY, FULL_RANGE, *BY_DISTANCE.values())
"""What `pattern` has numbers for, in order."""


def pattern(matrix: RunMatrix, difficulty: np.ndarray, member: np.ndarray, n_bins: int) -> pd.DataFrame:
    """Gain from easy to hard, from hard to easy, of the full range, and by distance.

    Parameters
    ----------
    matrix
        Runs of one base model and recipe.
    difficulty
        Posterior mean difficulty in logits, shape ``(items,)``.
    member
        Each item's bin, cut as the bins trained on were, shape ``(items,)``.
    n_bins
        Number of bins.

    Returns
    -------
    DataFrame
        Indexed by `PARTS`: ``gain``, ``low``, ``high`` (95% interval; proportions), missing where no run
        tells. Easy and hard are thirds, see `contrasts`; the full range is tested on all three thirds; for
        distances see `gain_by_distance`.
    """
    thirds, trained_on = on_thirds(matrix, difficulty), groups(matrix.rows)
    found = {
        EASY_TO_HARD: thirds.mean(crossing(trained_on[EASY], [2])),
        HARD_TO_EASY: thirds.mean(crossing(trained_on[HARD], [0])),
        FULL_RANGE: thirds.mean(crossing(trained_on[FULL], [0, 1, 2])),
    }
    decay = gain_by_distance(matrix, member, n_bins).set_index("distance").rename(BY_DISTANCE)
    estimates = list(Estimate._fields)
    return pd.concat([pd.DataFrame(found, index=estimates).T, decay[estimates]]).reindex(PARTS)
