"""The marginal log-likelihood on one fine grid for all: slow, plain, and the judge of the fast one.

R-hat cannot see a likelihood that is wrong in the same way for every chain, as happens when windows are
placed in another gauge than the model's. Every fit is therefore compared with this.
"""

from __future__ import annotations

import numpy as np
from scipy.special import expit, logsumexp

from analysis.irt.scores import ScoreGroups

GRID_PER_SD = 3.0  # grid points per posterior sd of the best-known ability; 2 are ample for a bell shape
PRIOR_REACH = 8.0  # prior sds beyond its mode within which every integrand falls by more than exp(-30)


def ability_range(difficulty: np.ndarray, mean: float, sd: float) -> tuple[float, float]:
    """Abilities between which every group's integrand has all its mass that matters, in logits.

    A score of r < items has its likelihood's mode below log Σ exp(b_i), since there Σ (1 − p) ≤ 1; a full
    score has its posterior's mode below that or below μ + σ². Likewise downwards. Away from its mode an
    integrand falls at least as fast as the prior.
    """
    margin = PRIOR_REACH * sd
    highest = max(float(logsumexp(difficulty)), mean + sd**2)
    lowest = min(-float(logsumexp(-difficulty)), mean - sd**2)
    return lowest - margin, highest + margin


def log_integrand(
    groups: ScoreGroups, grid: np.ndarray, difficulty: np.ndarray, mean: float, sd: float
) -> np.ndarray:
    """Log [ exp(θ r − c(θ)) φ(θ; μ, σ) ] of every group at every grid point, ``(groups, grid)``."""
    log_one_plus = np.logaddexp(0.0, grid[:, None] - difficulty[None, :])
    normaliser = groups.observed @ log_one_plus.T
    log_density = -0.5 * ((grid - mean) / sd) ** 2 - np.log(sd) - 0.5 * np.log(2 * np.pi)
    return grid * groups.score[:, None] - normaliser[groups.pattern] + log_density


def log_likelihood(groups: ScoreGroups, difficulty: np.ndarray, mean: float, sd: float) -> float:
    """Marginal log-likelihood of all responses, abilities integrated on a uniform grid.

    Parameters
    ----------
    groups
        The response statistics.
    difficulty
        b in logits, shape ``(items,)``.
    mean, sd
        μ and σ of the ability distribution in logits.
    """
    low, high = ability_range(difficulty, mean, sd)
    information = _information(groups, np.linspace(low, high, 401), difficulty)
    points = int(np.ceil((high - low) * np.sqrt(information + sd**-2) * GRID_PER_SD)) + 1
    grid = np.linspace(low, high, points)
    log_integral = logsumexp(log_integrand(groups, grid, difficulty, mean, sd), axis=1)
    return float(groups.count @ (log_integral + np.log(grid[1] - grid[0])) - groups.item_totals @ difficulty)


def _information(groups: ScoreGroups, grid: np.ndarray, difficulty: np.ndarray) -> float:
    """Largest test information, Σ p (1 − p), that any pattern has at any grid point."""
    p = expit(grid[:, None] - difficulty[None, :])
    return float((groups.observed @ (p * (1 - p)).T).max())
