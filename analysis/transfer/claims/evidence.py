"""What claims are judged by: the gains of one benchmark, base model and recipe."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.transfer.bootstrap import resample
from analysis.transfer.contrasts import groups, on_thirds
from analysis.transfer.distance import centres, trained_bin
from analysis.transfer.resampled import Resampled
from analysis.transfer.runs import RunMatrix


@dataclass(frozen=True)
class Evidence:
    """Gains of one benchmark, base model and recipe, and what is known of the items.

    Attributes
    ----------
    resampled
        Gains on the bins that the runs were trained in.
    trained
        The bin, from 0, that each row was trained on; −1 for rows of several bins or of another cut.
    centres
        Mean difficulty of each bin in logits, NaN for an empty one.
    thirds
        Gains on thirds of the evaluated items.
    groups
        Which rows were trained on the easiest and hardest bins and on the full range; see `contrasts`.
    difficulty
        Posterior mean difficulty in logits, shape ``(items,)``.
    factors
        What people can measure of an item, a column each; no columns where nothing was.
    """

    resampled: Resampled
    trained: np.ndarray
    centres: np.ndarray
    thirds: Resampled
    groups: dict[str, np.ndarray]
    difficulty: np.ndarray
    factors: pd.DataFrame

    @property
    def single(self) -> np.ndarray:
        """Which rows were trained on a single bin of this cut, shape ``(rows,)``."""
        return self.trained >= 0


def gather(
    matrix: RunMatrix,
    difficulty: np.ndarray,
    member: np.ndarray,
    n_bins: int,
    factors: pd.DataFrame | None = None,
) -> Evidence:
    """Gather what claims are judged by.

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
    factors
        Columns that describe items; those that are numbers count. A row an item.
    """
    known = pd.DataFrame(index=range(len(difficulty))) if factors is None else factors
    return Evidence(
        resampled=resample(matrix, member, n_bins),
        trained=trained_bin(matrix.rows, n_bins),
        centres=centres(difficulty, member, n_bins),
        thirds=on_thirds(matrix, difficulty),
        groups=groups(matrix.rows),
        difficulty=difficulty,
        factors=known.select_dtypes("number"),
    )
