"""The marginal log-likelihood on one fine grid for all: slow, plain, and the judge of the fast one.

R-hat cannot see a likelihood that is wrong in the same way for every chain, as happens when a grid is
placed in another gauge than the model's. Every fit is therefore compared with this.
"""

from __future__ import annotations

import numpy as np
from scipy.special import log_expit, logsumexp

from analysis.irt.grid import ability_range, information
from analysis.irt.matrix import ResponseMatrix
from analysis.irt.point import Point

GRID_PER_SD = 3.0  # grid points per posterior sd of the best-known ability; 2 are ample for a bell shape
BLOCK = 4_000_000  # numbers in a block of work


def log_likelihood(matrix: ResponseMatrix, point: Point, weights: np.ndarray | None = None) -> float:
    """Marginal log-likelihood of all responses, abilities integrated on a uniform grid.

    Parameters
    ----------
    matrix
        The responses.
    point
        The parameters.
    weights
        How often each model counts, shape ``(models,)``; by default once.
    """
    by_model = log_likelihood_of_models(matrix, point)
    return float(by_model.sum() if weights is None else weights @ by_model)


def log_likelihood_of_models(matrix: ResponseMatrix, point: Point) -> np.ndarray:
    """Marginal log-likelihood of each model's responses, shape ``(models,)``."""
    low, high = ability_range(point)
    precision = information(point, np.linspace(low, high, 401)).max() + point.sd**-2
    grid = np.linspace(low, high, int(np.ceil((high - low) * np.sqrt(precision) * GRID_PER_SD)) + 1)
    log_prior = -0.5 * ((grid - point.mean) / point.sd) ** 2 - np.log(point.sd) - 0.5 * np.log(2 * np.pi)
    log_prior += np.log(grid[1] - grid[0])
    patterns, pattern_of_model = _patterns(matrix)
    log_wrong = _log_wrong(patterns, point, grid)
    result = np.empty(matrix.n_models)
    block = max(1, BLOCK // max(len(grid), matrix.n_items))
    for first in range(0, matrix.n_models, block):
        some = slice(first, first + block)
        right = (matrix.values[some] == 1).astype(float)
        height = _log_odds(right, point, grid) + log_wrong[pattern_of_model[some]]
        result[some] = logsumexp(height + log_prior, axis=1)
    return result


def _log_odds(right: np.ndarray, point: Point, grid: np.ndarray) -> np.ndarray:
    """Sum of log(p / (1 − p)) over each model's right responses, shape ``(models, grid)``."""
    a, b, guess = point.discrimination, point.difficulty, point.asymptote
    if not guess:  # log odds are a (θ − b)
        return (right @ a)[:, None] * grid - (right @ (a * b))[:, None]
    log_odds = np.logaddexp(np.log(guess), a[:, None] * (grid - b[:, None])) - np.log1p(-guess)
    return right @ log_odds


def _log_wrong(patterns: np.ndarray, point: Point, grid: np.ndarray) -> np.ndarray:
    """Sum of log(1 − p) over the items that each pattern includes, shape ``(patterns, grid)``."""
    total = np.zeros((len(patterns), len(grid)))
    block = max(1, BLOCK // len(grid))
    for first in range(0, patterns.shape[1], block):
        a, b = point.discrimination[first : first + block], point.difficulty[first : first + block]
        log_wrong = log_expit(-a[:, None] * (grid - b[:, None])) + np.log1p(-point.asymptote)
        total += patterns[:, first : first + block] @ log_wrong
    return total


def _patterns(matrix: ResponseMatrix) -> tuple[np.ndarray, np.ndarray]:
    """The distinct rows of observed items, as 0 and 1, and which of them each model has."""
    if matrix.complete:
        return np.ones((1, matrix.n_items)), np.zeros(matrix.n_models, dtype=int)
    rows = np.packbits(matrix.observed, axis=1)
    keys = rows.view(np.dtype((np.void, rows.shape[1]))).ravel()  # whole rows compared at once
    _, example, pattern_of_model = np.unique(keys, return_index=True, return_inverse=True)
    return matrix.observed[example].astype(float), pattern_of_model
