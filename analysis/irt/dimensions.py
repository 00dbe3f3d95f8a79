"""Dimensionality: whether one ability explains how items go together.

Parallel analysis (Horn 1965, "A rationale and test for the number of factors in factor analysis",
Psychometrika 30) on residuals, as principal component analysis of residuals is used with the Rasch model
(Smith 2002, "Detecting and evaluating the impact of multidimensionality using item fit statistics and
principal component analysis of residuals", Journal of Applied Measurement 3): the largest eigenvalues of the
correlation matrix of standardised residuals beside those of data simulated from the fitted one-dimensional
model.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import pandas as pd
from scipy.sparse.linalg import eigsh

from analysis.irt.blocks import blocks
from analysis.irt.estimate import Estimate
from analysis.irt.matrix import ResponseMatrix
from analysis.irt.residuals import residuals, unit_columns
from analysis.irt.simulation import Run, by_chance

MAX_SIDE = 5000  # models, or items, of the smaller Gram matrix: 100 MB
SMALL_SIDE = 300  # below it all eigenvalues are computed: as fast, and any number can be asked for
EXCEEDANCE = 0.95  # quantile of the simulated eigenvalues


@dataclass(frozen=True)
class Dimensionality:
    """Eigenvalues of the residual correlation matrix beside those of one-dimensional data.

    Attributes
    ----------
    eigenvalues
        One row a rank: ``rank`` (from 1), ``observed``, ``share`` (of the residual variance: observed over
        the number of items), ``simulated`` (median of the replicates), ``simulated_high`` (their 95%
        quantile).
    exceeding
        How many leading eigenvalues exceed that quantile, counted up to the first that does not. None exceeds
        in 95% of one-dimensional data sets.
    items
        Items in the matrix: all but those that every model, or none, got right.
    models
        Models used: all, or a random sample.
    note
        What was left out, in a sentence; empty if nothing.
    """

    eigenvalues: pd.DataFrame
    exceeding: int
    items: int
    models: int
    note: str


def dimensionality(
    matrix: ResponseMatrix,
    fitted: Estimate,
    *,
    kind: str = "rasch",
    leading: int = 10,
    replicates: int = 100,
    seed: int = 0,
    run: Run = map,
) -> Dimensionality:
    """Compare the largest eigenvalues of the residual correlations with those of one-dimensional data.

    A missing residual counts as 0, its expectation, in data and replicates alike. Where there are more than
    5,000 items and more than 5,000 models, a random 5,000 of the models are used. Data and replicates each
    cost models × items × the smaller of the two multiplications (6 s at 4,500 × 12,032 on one core); arrays
    take 250 MB at most.

    Near-copies among the models make large eigenvalues as well as a second ability does: what exceeds says
    that one ability with independent models does not explain the data, the share says how much that matters.

    Parameters
    ----------
    matrix
        The responses.
    fitted
        An estimate from them.
    kind
        The estimate's kind, ``"rasch"`` or ``"2pl"``: replicates are estimated alike.
    leading
        How many eigenvalues.
    replicates
        Simulated data sets.
    seed
        Seed of the sample of models and of the simulated data.
    run
        Maps a function over replicates, as `map` does; they may run anywhere, in any order.
    """
    spectrum = partial(largest_eigenvalues, leading=leading, seed=seed)
    (simulated,) = by_chance(matrix, fitted, spectrum, kind=kind, replicates=replicates, seed=seed, run=run)
    return beside_one_dimension(matrix, fitted, simulated, seed=seed)


def largest_eigenvalues(matrix: ResponseMatrix, fitted: Estimate, *, leading: int, seed: int) -> np.ndarray:
    """Largest eigenvalues of the residual correlations, descending.

    Parameters
    ----------
    matrix, fitted
        The responses and an estimate from them.
    leading
        How many; there are no more than items, or models.
    seed
        Seed of the sample of models.
    """
    rows, _ = _sampled_models(matrix, seed)
    return _spectrum(matrix, fitted, rows, min(leading, matrix.n_items, len(rows)))[0]


def beside_one_dimension(
    matrix: ResponseMatrix, fitted: Estimate, simulated: Sequence[np.ndarray], *, seed: int
) -> Dimensionality:
    """Compare eigenvalues with those that `largest_eigenvalues` finds in each replicate, with this seed."""
    rows, note = _sampled_models(matrix, seed)
    leading = len(simulated[0])
    observed, items = _spectrum(matrix, fitted, rows, leading)
    # Of its quantile definitions Weibull's is the one that a further replicate exceeds at the nominal rate.
    high = np.quantile(simulated, EXCEEDANCE, axis=0, method="weibull")
    table = pd.DataFrame(
        {
            "rank": np.arange(1, leading + 1),
            "observed": observed,
            "share": observed / items,
            "simulated": np.median(simulated, axis=0),
            "simulated_high": high,
        }
    )
    exceeding = int(np.logical_and.accumulate(observed > high).sum())
    return Dimensionality(table, exceeding, items, len(rows), note)


def _sampled_models(matrix: ResponseMatrix, seed: int) -> tuple[np.ndarray, str]:
    """Choose the rows of the models to use, and say what was left out."""
    if min(matrix.n_models, matrix.n_items) <= MAX_SIDE:
        return np.arange(matrix.n_models), ""
    rows = np.sort(np.random.default_rng(seed).choice(matrix.n_models, MAX_SIDE, replace=False))
    return rows, f"A random {MAX_SIDE:,} of {matrix.n_models:,} models were used (seed {seed})."


def _spectrum(
    matrix: ResponseMatrix, fitted: Estimate, rows: np.ndarray, leading: int
) -> tuple[np.ndarray, int]:
    """Largest eigenvalues of the residual correlations, descending, and the number of items in them.

    The eigenvalues are those of Z'Z and of ZZ' alike, Z being the residuals with columns of length 1; the
    smaller is made. Where too few items vary for as many eigenvalues, the others are 0.
    """
    if len(rows) < matrix.n_models:
        matrix = matrix.of_models(rows)
        fitted = replace(fitted, ability=fitted.ability[rows], ability_sd=fitted.ability_sd[rows])
    varies = (matrix.item_totals > 0) & (matrix.item_totals < matrix.item_counts)
    by_items = matrix.n_items <= matrix.n_models
    gram = (_item_gram if by_items else _model_gram)(matrix, fitted, varies)
    if len(gram) <= max(SMALL_SIDE, leading):
        largest = np.linalg.eigvalsh(gram)[-leading:]
    else:  # a fixed start makes the same result every time
        start = np.random.default_rng(0).standard_normal(len(gram)).astype(gram.dtype)
        largest = eigsh(gram, leading, v0=start, tol=1e-5, return_eigenvectors=False)
    eigenvalues = np.zeros(leading)
    eigenvalues[: len(largest)] = np.sort(largest)[::-1]
    return eigenvalues, int(varies.sum())


def _item_gram(matrix: ResponseMatrix, fitted: Estimate, varies: np.ndarray) -> np.ndarray:
    """Residual correlations of items, ``(items that vary, items that vary)``."""
    product = np.zeros((matrix.n_items, matrix.n_items), dtype="f4")
    total = np.zeros(matrix.n_items)
    for rows in blocks(matrix.n_models, matrix.n_items):
        z = residuals(matrix, fitted, rows, slice(None), standardised=True)
        product += z.T @ z
        total += z.sum(axis=0, dtype=float)
    product -= np.outer(total, total / matrix.n_models, out=np.empty_like(product))
    product = product[np.ix_(varies, varies)]
    length = np.sqrt(np.diag(product))
    product /= length
    product /= length[:, None]
    return product


def _model_gram(matrix: ResponseMatrix, fitted: Estimate, varies: np.ndarray) -> np.ndarray:
    """Sum over items of the products of models' residuals, ``(models, models)``."""
    gram = np.zeros((matrix.n_models, matrix.n_models), dtype="f4")
    for columns in blocks(matrix.n_items, matrix.n_models):
        z = residuals(matrix, fitted, slice(None), columns, standardised=True)
        unit = unit_columns(z[:, varies[columns]])
        gram += unit @ unit.T
    return gram
