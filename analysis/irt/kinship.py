"""How much more alike two models respond than their abilities and the items explain.

Two good models agree on easy items by necessity; counts of shared answers or errors therefore prove nothing
(arXiv 2602.24086). Related models agree in *residuals* y − P.

So do models alike in a second ability. In simulations of 1,500 independent models and 100 items, a second
ability of sd 0.5 logits put 3% of models into families, to no effect on standard errors; one as spread as the
first put 18% there and made standard errors 1.7 times too large. Families from responses err on that side.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from sklearn.cluster import AgglomerativeClustering

from analysis.irt.estimate import Estimate, estimate
from analysis.irt.matrix import MISSING, ResponseMatrix
from analysis.irt.simulation import simulate

MIN_SHARED = 0.5  # share of responses in common, beyond what is explained, below which no kinship is claimed
FALSE_KIN = 0.01  # share of simulated independent models that may find a relative
BLOCK_CELLS = 4_000_000  # responses turned into floats at a time


def kinship(matrix: ResponseMatrix, fitted: Estimate) -> np.ndarray:
    """How much more alike pairs of models respond than their abilities and the items explain.

    For models j and k with residuals r = y − P, over the items both answered,

        κ = Σ_i r_ij r_ik / Σ_i √(v_ij v_ik),  v = P (1 − P).

    Its expectation is 0 for independent models, and ρ for models of equal ability of which one copies a
    share ρ of the other's responses. It is Cohen's κ, agreement in excess of chance, with a chance of its own
    for each pair and item, as in Wollack's ω (1997, Applied Psychological Measurement 21(4)). The
    denominator is what the IRT model expects, not what a pair shows, so that two models with hardly an error
    are not related for having none.

    Parameters
    ----------
    matrix
        The responses.
    fitted
        An estimate of them.

    Returns
    -------
    ndarray
        Symmetric, shape ``(models, models)``, single precision; 1 on the diagonal.
        Costs models² × items multiplications and 4 bytes a pair.
    """
    found = np.empty((matrix.n_models, matrix.n_models), dtype="f4")
    for rows, columns, block in _kinship_blocks(matrix, fitted):
        found[rows, columns] = block
        found[columns, rows] = block.T
    np.fill_diagonal(found, 1.0)
    return found


def calibrated_threshold(matrix: ResponseMatrix, fitted: Estimate, *, seed: int) -> float:
    """Kinship that independent models hardly ever reach, and that means something if they do.

    Responses of as many independent models are simulated from the estimate, missing ones left out, and
    estimated again; 99% of these models have no partner as close as the result. In a long test even a slight
    second dimension of ability would exceed that, so the result is at least one half.

    Parameters
    ----------
    matrix, fitted
        The responses and their estimate.
    seed
        Seed of the simulation.
    """
    independent = simulate(matrix, fitted.point, fitted.ability, np.random.default_rng(seed))
    closest = np.full(matrix.n_models, -np.inf)
    for rows, columns, block in _kinship_blocks(independent, estimate(independent, start=fitted.point)):
        if rows == columns:
            np.fill_diagonal(block, -np.inf)
        closest[rows] = np.maximum(closest[rows], block.max(axis=1))
        closest[columns] = np.maximum(closest[columns], block.max(axis=0))
    return max(MIN_SHARED, float(np.quantile(closest, 1 - FALSE_KIN)))


def related(matrix: ResponseMatrix, fitted: Estimate, *, threshold: float) -> np.ndarray:
    """Put models together whose kinship, averaged over the pairs, is above a threshold (average linkage).

    Joining models by any pair above it instead (single linkage, DBSCAN) chains most models of a leaderboard
    into one family: 2,108 of 3,747 on ARC at a threshold of 0.6.

    Parameters
    ----------
    matrix, fitted
        The responses and their estimate.
    threshold
        The kinship.

    Returns
    -------
    ndarray
        Each model's group, numbered from 0 in order of appearance, shape ``(models,)``. Costs some 25 bytes
        a pair of models: 500 MB for 4,680.
    """
    distance = kinship(matrix, fitted)
    furthest = max(threshold, float(distance.max()))  # scikit-learn takes no negative distances
    np.subtract(furthest, distance, out=distance)
    clustering = AgglomerativeClustering(
        n_clusters=None, metric="precomputed", linkage="average", distance_threshold=furthest - threshold
    )
    return pd.factorize(clustering.fit_predict(distance))[0]


def _kinship_blocks(matrix: ResponseMatrix, fitted: Estimate) -> Iterator[tuple[slice, slice, np.ndarray]]:
    """Kinship of blocks of models with blocks of models, each pair of blocks once."""
    size = max(1, BLOCK_CELLS // matrix.n_items)
    blocks = [slice(start, start + size) for start in range(0, matrix.n_models, size)]
    for number, rows in enumerate(blocks):
        residual, spread = _residuals(matrix, fitted, rows)
        for columns in blocks[: number + 1]:
            other, other_spread = (
                (residual, spread) if columns == rows else _residuals(matrix, fitted, columns)
            )
            excess, expected = residual @ other.T, spread @ other_spread.T
            # Models without an item in common are as good as independent.
            yield rows, columns, np.divide(excess, expected, out=np.zeros_like(excess), where=expected > 0)


def _residuals(matrix: ResponseMatrix, fitted: Estimate, rows: slice) -> tuple[np.ndarray, np.ndarray]:
    """Residuals y − P and their standard deviations √(P (1 − P)) of some models, 0 where missing."""
    values = matrix.values[rows]
    p = fitted.point.probability(fitted.ability[rows]).astype("f4")
    observed = values != MISSING
    return np.where(observed, values - p, np.float32(0)), np.where(
        observed, np.sqrt(p * (1 - p)), np.float32(0)
    )
