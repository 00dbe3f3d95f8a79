"""The three numbers people ask for first: easy → hard, hard → easy, and the full range everywhere."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.stats import rankdata

from analysis.transfer.bootstrap import resample
from analysis.transfer.resampled import Estimate, Resampled
from analysis.transfer.runs import RunMatrix

EASY, HARD, FULL = "the easiest third", "the hardest third", "the full range"


COLUMNS = ["train", "test_bin", "items", "runs", "before", "after", *Estimate._fields]


def contrasts(matrix: RunMatrix, difficulty: np.ndarray) -> pd.DataFrame:
    """Gain of runs on the easiest bins, the hardest bins and the full range, on thirds of the items.

    The training sets of a group count the same, and runs are resampled within their training set: what
    differs between the bins of a group is an average over given bins, not noise.

    Parameters
    ----------
    matrix
        Runs of one base model and recipe.
    difficulty
        Posterior mean difficulty in logits, shape ``(items,)``.

    Returns
    -------
    DataFrame
        One row a group and third: ``train`` (`EASY`, `HARD` or `FULL`), ``test_bin`` (0, the easiest third
        of the evaluated items, to 2), ``items`` (held-out), ``runs``, ``before``, ``after`` (accuracy),
        ``gain``, ``low``, ``high`` (95% interval; proportions all). Groups that were not run are absent.
    """
    resampled = on_thirds(matrix, difficulty)
    cells = []
    for train, group in groups(matrix.rows).items():
        for test_bin in range(3) if group.any() else ():
            estimate = resampled.mean(crossing(group, [test_bin]))
            before = resampled.before[group, test_bin].mean()
            cells.append(
                {
                    "train": train,
                    "test_bin": test_bin,
                    "items": resampled.items[group, test_bin].min(),
                    "runs": resampled.seeds[group].sum(),
                    "before": before,
                    "after": before + estimate.gain,
                    **estimate._asdict(),
                }
            )
    return pd.DataFrame(cells, columns=COLUMNS)


def on_thirds(matrix: RunMatrix, difficulty: np.ndarray) -> Resampled:
    """Resample gains on the easiest, middle and hardest third of the evaluated items."""
    evaluated = ~np.isnan(matrix.baseline)
    third = np.full(len(difficulty), -1)
    ranks = rankdata(difficulty[evaluated])
    third[evaluated] = np.minimum(2, (3 * (ranks - 0.5) / len(ranks)).astype(int))
    return resample(matrix, third, 3)


def groups(rows: pd.DataFrame) -> dict[str, np.ndarray]:
    """Which rows belong to `EASY`, `HARD` and `FULL`."""
    single = rows["first_bin"] == rows["last_bin"]
    members = {
        EASY: single & (3 * rows["last_bin"] <= rows["bins_of"]),
        HARD: single & (3 * (rows["first_bin"] - 1) >= 2 * rows["bins_of"]),
        FULL: (rows["first_bin"] == 1) & (rows["last_bin"] == rows["bins_of"]),
    }
    return {name: group.to_numpy(dtype=bool, na_value=False) for name, group in members.items()}


def crossing(group: np.ndarray, thirds: list[int]) -> np.ndarray:
    """Cells where some rows meet some thirds, shape ``(rows, 3)``."""
    return group[:, None] & np.isin(np.arange(3), thirds)
