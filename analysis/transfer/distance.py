"""Where bins are, which bin a row was trained on, and how gain decays with the distance between bins."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.transfer.bootstrap import resample
from analysis.transfer.resampled import Estimate
from analysis.transfer.runs import RunMatrix

DISTANCES = {"0": (0, 0), "1": (1, 1), "2–3": (2, 3), "4+": (4, np.inf)}
"""Groups of distances, in bins, by label: the nearest and the farthest of each."""


def centres(difficulty: np.ndarray, member: np.ndarray, n_bins: int) -> np.ndarray:
    """Return the mean difficulty of each bin's items, logits, shape ``(bins,)``; NaN for a bin of none.

    Parameters
    ----------
    difficulty
        Each item's difficulty in logits, shape ``(items,)``.
    member
        Each item's bin, shape ``(items,)``; −1 for an item of none.
    n_bins
        Number of bins.
    """
    counted = member >= 0
    items = np.bincount(member[counted], minlength=n_bins)
    total = np.bincount(member[counted], weights=difficulty[counted], minlength=n_bins)
    return np.divide(total, items, out=np.full(n_bins, np.nan), where=items > 0)


def trained_bin(rows: pd.DataFrame, n_bins: int) -> np.ndarray:
    """Return the test bin, from 0, that each row was trained on, shape ``(rows,)``.

    Parameters
    ----------
    rows
        As in `RunMatrix`.
    n_bins
        Number of test bins. A row of a range, or of a bin of another number of bins, is at no distance from
        a test bin: it has −1.
    """
    single = (rows["first_bin"] == rows["last_bin"]) & (rows["bins_of"] == n_bins)
    return rows["first_bin"].where(single, 0).fillna(0).to_numpy(dtype=int) - 1


def gain_by_distance(matrix: RunMatrix, member: np.ndarray, n_bins: int) -> pd.DataFrame:
    """Mean gain over cells of equal distance between the bin trained on and the bin tested on.

    Parameters
    ----------
    matrix
        Runs of one base model and recipe. Only those on a single bin of ``n_bins`` count.
    member
        Each item's bin, cut as the bins trained on were, shape ``(items,)``.
    n_bins
        Number of bins.

    Returns
    -------
    DataFrame
        One row a group of distances that has cells: ``distance`` (label, see `DISTANCES`), ``cells``,
        and the fields of `Estimate`.
    """
    resampled, trained = resample(matrix, member, n_bins), trained_bin(matrix.rows, n_bins)
    apart = np.abs(trained[:, None] - np.arange(n_bins))
    groups = []
    for label, (nearest, farthest) in DISTANCES.items():
        near = (apart >= nearest) & (apart <= farthest) & (trained >= 0)[:, None]
        cells = near & np.isfinite(resampled.gain)
        if cells.any():
            groups.append({"distance": label, "cells": cells.sum(), **resampled.mean(cells)._asdict()})
    return pd.DataFrame(groups, columns=["distance", "cells", *Estimate._fields])
