"""Gain over zero-shot, train set × test bin, as a table."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.transfer.resampled import MIN_ITEMS, REPLICATES, Resampled, resample
from analysis.transfer.runs import RunMatrix


def gain_matrix(
    matrix: RunMatrix,
    member: np.ndarray,
    n_bins: int,
    *,
    held_out: bool = True,
    replicates: int = REPLICATES,
    seed: int = 0,
) -> pd.DataFrame:
    """Estimate every cell's gain with its interval, from one joint bootstrap.

    Parameters
    ----------
    matrix, member, n_bins, held_out, replicates, seed
        As `resample`, which says how.

    Returns
    -------
    DataFrame
        One row a cell, ordered by row and test bin: ``row``, ``train`` (label), ``test_bin`` (from 0),
        ``items``, ``seeds``, ``before``, ``after`` (accuracy), ``gain``, ``low``, ``high`` (95% percentile
        interval; proportions all) and ``blank``: why the cell has no estimate, else missing.
    """
    resampled = resample(matrix, member, n_bins, held_out=held_out, replicates=replicates, seed=seed)
    return pd.DataFrame(
        [_cell(resampled, row, test_bin) for row in range(len(matrix.rows)) for test_bin in range(n_bins)]
    )


def _cell(resampled: Resampled, row: int, test_bin: int) -> dict[str, object]:
    weights = np.zeros(resampled.gain.shape)
    weights[row, test_bin] = 1
    estimate = resampled.combination(weights)
    items, before = resampled.items[row, test_bin], resampled.before[row, test_bin]
    return {
        "row": row,
        "train": resampled.rows["label"].iloc[row],
        "test_bin": test_bin,
        "items": items,
        "seeds": resampled.seeds[row],
        "before": before,
        "after": before + estimate.gain,
        **estimate._asdict(),
        "blank": f"only {items} held-out items, {MIN_ITEMS} are needed" if items < MIN_ITEMS else None,
    }
