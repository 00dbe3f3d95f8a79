"""Q3: items whose responses go together more than ability explains.

Q3 (Yen 1984, "Effects of local item dependence on the fit and equating performance of the three-parameter
logistic model", Applied Psychological Measurement 8) is the correlation over models of two items' residuals
y − P(θ̂). Since θ̂ comes from the same responses, Q3 has a negative mean without any dependence, and what is
large depends on items and models; so Christensen, Makransky & Horton (2017, "Critical values for Yen's Q3",
Applied Psychological Measurement 41) take Q3* = Q3 − mean Q3 and its cut-off from data simulated from the
fitted model.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.errors import AtlasError
from analysis.irt.blocks import of_items, steps
from analysis.irt.estimate import Estimate
from analysis.irt.matrix import MISSING, ResponseMatrix
from analysis.irt.simulation import Run, by_chance

MIN_ANSWERS = 20  # right, and wrong, answers to each item that a correlation needs
CUT_OFF_QUANTILE = 0.99  # of the largest Q3* of a data set
MAX_FULL = 5000  # items; a full matrix of more takes over 100 MB
TILE_CELLS = 4_000_000  # responses dealt with at once for one of a tile's two sets of items, 16 MB each array
MAX_TILE = 2048  # items on one side of a tile
SMALLEST_P = 1e-6  # keeps a standardised residual below 1,000 where single precision would divide by zero


@dataclass(frozen=True)
class LocalDependence:
    """Pairs of items that depend on each other given ability.

    Attributes
    ----------
    items
        One row an item: ``item``, ``max_q3`` (largest Q3 with any other item), ``q3_item`` (that item).
        Missing where an item has no Q3 with any, for want of right or of wrong answers (20 of each needed).
    mean
        Mean Q3 of all pairs; near −1 / (items − 1) without dependence.
    pairs
        The pairs with the largest Q3, descending: ``item``, ``other``, ``q3``, ``adjusted`` (Q3* = Q3 −
        mean).
    cut_off
        The 99% quantile, over simulated data without dependence, of the largest Q3* of all pairs: a pair
        whose Q3* exceeds it is dependent, with a chance of 1% that any pair of the benchmark is called so
        wrongly. NaN without replicates.
    """

    items: pd.DataFrame
    mean: float
    pairs: pd.DataFrame
    cut_off: float


def local_dependence(
    matrix: ResponseMatrix,
    fitted: Estimate,
    *,
    kind: str = "rasch",
    pairs: int = 50,
    replicates: int = 100,
    seed: int = 0,
    run: Run = map,
) -> LocalDependence:
    """Find items that depend on each other given ability.

    Data and replicates each cost models × items² multiplications: 12 s at 4,500 × 12,032 on one core (65 s
    with missing responses), a tenth of a second at 4,000 × 250. Arrays take 150 MB at most.

    Parameters
    ----------
    matrix
        The responses.
    fitted
        An estimate from them.
    kind
        The estimate's kind, ``"rasch"`` or ``"2pl"``: replicates are estimated alike.
    pairs
        How many pairs to list.
    replicates
        Simulated data sets for the cut-off; 0 for none. Below 100 the cut-off is the largest of them.
    seed
        Seed of the simulated data.
    run
        Maps a function over replicates, as `map` does; they may run anywhere, in any order.
    """
    mean, partners, largest = _summary(matrix, fitted, pairs)
    (simulated,) = by_chance(
        matrix, fitted, largest_adjusted, kind=kind, replicates=replicates, seed=seed, run=run
    )
    return LocalDependence(
        items=partners,
        mean=mean,
        pairs=largest.assign(adjusted=largest["q3"] - mean),
        cut_off=cut_off(simulated),
    )


def q3_matrix(matrix: ResponseMatrix, fitted: Estimate) -> np.ndarray:
    """Q3 of every two items, shape ``(items, items)``, float32; NaN on the diagonal and where there is none.

    Raises
    ------
    AtlasError
        If there are more than 5,000 items; `local_dependence` takes any number.
    """
    if matrix.n_items > MAX_FULL:
        raise AtlasError(f"A full Q3 matrix is made of at most {MAX_FULL:,} items, not {matrix.n_items:,}.")
    full = np.full((matrix.n_items, matrix.n_items), np.nan, dtype="f4")
    for rows, columns, q3 in _tiles(matrix, fitted):
        full[rows, columns] = np.fmax(full[rows, columns], q3)
        full[columns, rows] = np.fmax(full[columns, rows], q3.T)
    return full


def residuals(
    matrix: ResponseMatrix, fitted: Estimate, rows: slice, columns: slice, *, standardised: bool = False
) -> np.ndarray:
    """Residuals y − P(θ̂) of some models and items, in float32; 0 where missing.

    Parameters
    ----------
    matrix, fitted
        The responses and an estimate from them.
    rows, columns
        Which models and items.
    standardised
        Divide by the standard deviation of the response, sqrt(P (1 − P)).
    """
    values = matrix.values[rows, columns]
    p = of_items(fitted.point, columns, dtype="f4").probability(fitted.ability[rows].astype("f4"))
    residual = values - p
    if standardised:
        p = p.clip(SMALLEST_P, 1 - SMALLEST_P)
        residual /= np.sqrt(p * (1 - p))
    residual[values == MISSING] = 0
    return residual


def largest_adjusted(matrix: ResponseMatrix, fitted: Estimate) -> float:
    """Return the largest Q3* of all pairs of items."""
    mean, _, largest = _summary(matrix, fitted, pairs=1)
    return float(largest["q3"].max()) - mean


def cut_off(simulated: Sequence[float]) -> float:
    """Return the 99% quantile of what `largest_adjusted` says of replicates; NaN if there are none."""
    if not simulated:
        return np.nan
    # Of its quantile definitions Weibull's is the one that a further replicate exceeds at the nominal rate.
    return float(np.quantile(simulated, CUT_OFF_QUANTILE, method="weibull"))


def _summary(
    matrix: ResponseMatrix, fitted: Estimate, pairs: int
) -> tuple[float, pd.DataFrame, pd.DataFrame]:
    """Mean Q3, each item's partner, and the pairs with the largest Q3; columns as in `LocalDependence`."""
    best = np.full(matrix.n_items, -np.inf)
    partner = np.full(matrix.n_items, -1)
    total, count = 0.0, 0
    tops = []
    for rows, columns, q3 in _tiles(matrix, fitted):
        valid = np.isfinite(q3)
        total, count = total + float(q3.sum(where=valid, dtype=float)), count + int(valid.sum())
        q3[~valid] = -np.inf
        for own, other, values in ((rows, columns, q3), (columns, rows, q3.T)):
            at = values.argmax(axis=1)
            found = values[np.arange(len(values)), at]
            better = found > best[own]
            best[own] = np.where(better, found, best[own])
            partner[own] = np.where(better, at + other.start, partner[own])
        tops.append(_top(q3, rows.start, columns.start, pairs))
    known = partner >= 0
    items = pd.DataFrame(
        {
            "item": np.arange(matrix.n_items),
            "max_q3": np.where(known, best, np.nan),
            "q3_item": pd.Series(partner, dtype="Int64").where(known),
        }
    )
    return total / max(count, 1), items, pd.concat(tops).nlargest(pairs, "q3").reset_index(drop=True)


def _top(q3: np.ndarray, first_row: int, first_column: int, pairs: int) -> pd.DataFrame:
    """Return the pairs of a tile with the largest Q3."""
    flat = q3.ravel()
    at = np.argpartition(flat, -min(pairs, len(flat)))[-min(pairs, len(flat)) :]
    at = at[np.isfinite(flat[at])]
    row, column = np.divmod(at, q3.shape[1])
    return pd.DataFrame(
        {"item": row + first_row, "other": column + first_column, "q3": flat[at].astype(float)}
    )


def _tiles(matrix: ResponseMatrix, fitted: Estimate) -> Iterator[tuple[slice, slice, np.ndarray]]:
    """Q3 of one block of items with another, each pair once; NaN where there is none.

    Residuals are computed again for every tile: that costs little beside their products, and only two blocks
    are ever held.
    """
    width = int(np.clip(TILE_CELLS // matrix.n_models, 64, MAX_TILE))
    tiles = list(steps(matrix.n_items, width))
    for first, rows in enumerate(tiles):
        one = residuals(matrix, fitted, slice(None), rows)
        for columns in tiles[first:]:
            other = one if columns == rows else residuals(matrix, fitted, slice(None), columns)
            q3 = _tile(matrix, rows, columns, one, other)
            if columns == rows:
                q3[np.tri(len(q3), dtype=bool)] = np.nan
            yield rows, columns, q3


def _tile(
    matrix: ResponseMatrix, rows: slice, columns: slice, one: np.ndarray, other: np.ndarray
) -> np.ndarray:
    """Correlate the residuals of two blocks of items.

    A pair has no Q3 if either item has few right or few wrong answers from the models that answered both. Two
    such items correlate highly whenever a few slips coincide, and the cut-off, being that of the largest of
    all, would be above anything real: on the tiny ARC matrix (3,747 × 99) it is near 0.4 with all items,
    near 0.1 without the 16 that fewer than 20 models got wrong.
    """
    correlation, usable = (
        _complete(matrix, rows, columns, one, other)
        if matrix.complete
        else _pairwise(matrix.values[:, rows], matrix.values[:, columns], one, other)
    )
    correlation[~usable] = np.nan
    return correlation


def _complete(
    matrix: ResponseMatrix, rows: slice, columns: slice, one: np.ndarray, other: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Correlations where every model answered every item, and which are usable."""
    enough = _enough(matrix.item_totals, matrix.item_counts)
    usable = enough[rows, None] & enough[columns]
    return unit_columns(one).T @ unit_columns(other), usable


def unit_columns(residual: np.ndarray) -> np.ndarray:
    """Centre columns and scale them to length 1; a constant column becomes 0."""
    centred = residual - residual.mean(axis=0)
    length = np.linalg.norm(centred, axis=0)
    return centred / np.where(length > 0, length, 1)


def _pairwise(
    values_one: np.ndarray, values_other: np.ndarray, one: np.ndarray, other: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Correlations, each over the models that answered both items, and which are usable."""
    seen_one, seen_other = (values_one != MISSING).astype("f4"), (values_other != MISSING).astype("f4")
    common = seen_one.T @ seen_other
    right_one = (values_one == 1).astype("f4").T @ seen_other
    right_other = seen_one.T @ (values_other == 1).astype("f4")
    usable = _enough(right_one, common) & _enough(right_other, common)

    size = np.maximum(common, 1)
    sum_one, sum_other = one.T @ seen_other, seen_one.T @ other
    square_one, square_other = (one * one).T @ seen_other, seen_one.T @ (other * other)
    covariance = one.T @ other - sum_one * sum_other / size
    variance = (square_one - sum_one**2 / size) * (square_other - sum_other**2 / size)
    return covariance / np.sqrt(np.where(usable, variance, 1)), usable


def _enough(right: np.ndarray, answered: np.ndarray) -> np.ndarray:
    """Whether there are enough right and enough wrong answers."""
    return np.minimum(right, answered - right) >= MIN_ANSWERS
