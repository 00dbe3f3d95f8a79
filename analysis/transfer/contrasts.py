"""The three numbers people ask for first: easy → hard, hard → easy, and the full range everywhere."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from scipy.stats import rankdata

from analysis.transfer.gains import gain_matrix
from analysis.transfer.runs import RunMatrix

EASY, HARD, FULL = "the easiest third", "the hardest third", "the full range"


def contrasts(matrix: RunMatrix, difficulty: np.ndarray) -> pd.DataFrame:
    """Gain of runs on the easiest bins, the hardest bins and the full range, on thirds of the items.

    Runs of several bins are pooled into one row, so differences between those bins widen the interval.

    Parameters
    ----------
    matrix
        Runs of one base model.
    difficulty
        Posterior mean difficulty in logits, shape ``(items,)``.

    Returns
    -------
    DataFrame
        As `gain_matrix`, with ``train`` one of `EASY`, `HARD`, `FULL` and ``test_bin`` 0 (easiest third
        of the evaluated items) to 2. Training sets that were not run are absent.
    """
    rows = matrix.rows
    single = rows["first_bin"] == rows["last_bin"]
    group = np.select(
        [
            single & (3 * rows["last_bin"] <= rows["bins_of"]),
            single & (3 * (rows["first_bin"] - 1) >= 2 * rows["bins_of"]),
            (rows["first_bin"] == 1) & (rows["last_bin"] == rows["bins_of"]),
        ],
        [0, 1, 2],
        -1,
    )
    names = [name for number, name in enumerate((EASY, HARD, FULL)) if (group == number).any()]
    kept = group[matrix.row] >= 0
    numbers = pd.factorize(group[matrix.row[kept]], sort=True)[0]
    pooled = replace(
        matrix,
        rows=pd.DataFrame({"label": names}),
        row=numbers,
        change=matrix.change[kept],
        trained=matrix.trained[kept],
    )
    evaluated = ~np.isnan(matrix.baseline)
    third = np.full(len(difficulty), -1)
    ranks = rankdata(difficulty[evaluated])
    third[evaluated] = np.minimum(2, (3 * (ranks - 0.5) / len(ranks)).astype(int))
    return gain_matrix(pooled, third, 3)
