"""Leave-one-family-out: whose absence would reorder the items."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import rankdata, spearmanr

from analysis.irt.families import Families
from analysis.irt.matrix import ResponseMatrix
from analysis.irt.point import Point
from analysis.irt.scores import weighted_totals

DECILES = 10
COLUMNS = ["family", "name", "models", "spearman", "moved", "share"]


@dataclass(frozen=True)
class Without:
    """A refit without a family."""

    family: int

    def weights(self, family_of_model: np.ndarray) -> np.ndarray:
        """1.0 for the models of other families, shape ``(models,)``."""
        return (family_of_model != self.family).astype(float)


def largest(families: Families, bound: int) -> np.ndarray:
    """Numbers of the largest families of two or more models, largest first."""
    order = np.argsort(-families.sizes, kind="stable")[:bound]
    return order[families.sizes[order] > 1]


def order_changes(
    matrix: ResponseMatrix, families: Families, full: Point, removed: list[Without], points: list[Point]
) -> tuple[pd.DataFrame, np.ndarray]:
    """What leaving each family out does to the order of the items.

    Parameters
    ----------
    matrix
        The responses.
    families
        The family of each of its rows.
    full
        The estimate from all models.
    removed, points
        Each family left out, and the estimate without it.

    Returns
    -------
    tuple of DataFrame and ndarray
        One row a family: ``family`` (number), ``name``, ``models``, ``spearman`` (rank correlation with the
        difficulties from all models), ``moved`` (items in another decile), ``share`` (of all items). And the
        share of the refits that put each item into another decile, shape ``(items,)``; NaN without refits.
    """
    reference = _comparable(matrix, np.ones(matrix.n_models), full)
    rows, moved = [], np.zeros((len(removed), matrix.n_items), dtype=bool)
    for number, (task, point) in enumerate(zip(removed, points, strict=True)):
        values = _comparable(matrix, task.weights(families.number), point)
        moved[number] = deciles(values) != deciles(reference)
        rows.append(
            {
                "family": task.family,
                "name": families.names[task.family],
                "models": families.sizes[task.family],
                "spearman": spearmanr(values, reference).statistic,
                "moved": moved[number].sum(),
                "share": moved[number].mean(),
            }
        )
    changes = moved.mean(axis=0) if removed else np.full(matrix.n_items, np.nan)
    return pd.DataFrame(rows, columns=COLUMNS), changes


def deciles(values: np.ndarray) -> np.ndarray:
    """Each item's decile, 0 the easiest, by the convention of `analysis.bins.quantile_bins`."""
    twice_rank = (2 * rankdata(values)).astype(np.int64)
    return np.minimum(DECILES - 1, DECILES * (twice_rank - 1) // (2 * len(values)))


def _comparable(matrix: ResponseMatrix, weights: np.ndarray, point: Point) -> np.ndarray:
    """Values that order items by difficulty, hardest last, with equal values where difficulties are equal.

    On complete data the Rasch order is that of the totals; an optimiser's last digits would order ties anew
    in each refit.
    """
    counts_totals = (point.discrimination == 1).all() and point.asymptote == 0 and matrix.complete
    if counts_totals:
        return -weighted_totals(matrix, weights)[0]
    return point.difficulty
