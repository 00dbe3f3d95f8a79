"""How gain decays with the distance between the bin trained on and the bin tested on."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.transfer.resampled import resample
from analysis.transfer.runs import RunMatrix

DISTANCES = {"0": (0, 0), "1": (1, 1), "2–3": (2, 3), "4+": (4, np.inf)}
"""Groups of distances, in bins, by label: the nearest and the farthest of each."""


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
        ``gain``, ``low``, ``high`` (95% interval; proportions).
    """
    resampled, rows = resample(matrix, member, n_bins), matrix.rows
    single = (rows["first_bin"] == rows["last_bin"]) & (rows["bins_of"] == n_bins)
    trained = rows["first_bin"].where(single).to_numpy(dtype=float, na_value=np.nan) - 1
    apart = np.abs(trained[:, None] - np.arange(n_bins))  # NaN, in no group, for rows of several bins
    groups = []
    for label, (nearest, farthest) in DISTANCES.items():
        cells = (apart >= nearest) & (apart <= farthest) & np.isfinite(resampled.gain)
        if cells.any():
            groups.append({"distance": label, "cells": cells.sum(), **resampled.mean(cells)._asdict()})
    return pd.DataFrame(groups, columns=["distance", "cells", "gain", "low", "high"])
