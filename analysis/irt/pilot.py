"""A quick maximum-a-posteriori estimate that tells where to put the integration windows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit, logsumexp

from analysis.irt.scores import ScoreGroups
from analysis.irt.windows import Windows, place_windows

ROUNDS = 3  # each places windows by the last estimate; the second round's estimate barely moves
PRIOR_SD = 3.0  # keeps items that all or none get right at a finite place


@dataclass(frozen=True)
class Pilot:
    """A point estimate in the zero-sum gauge, in logits."""

    difficulty: np.ndarray
    mean: float
    sd: float


def estimate(groups: ScoreGroups) -> tuple[Pilot, Windows]:
    """Estimate difficulties and the ability distribution, and place windows there."""
    share = (groups.item_totals + 0.5) / (groups.item_counts + 1.0)
    start = -np.log(share / (1 - share))
    pilot = Pilot(start - start.mean(), mean=float(-start.mean()), sd=1.5)
    windows = place_windows(groups, pilot.difficulty, pilot.mean, pilot.sd)
    for _ in range(ROUNDS):
        point = np.concatenate([pilot.difficulty, [pilot.mean, np.log(pilot.sd)]])
        best = minimize(_loss, point, args=(windows,), jac=True, method="L-BFGS-B").x
        # The likelihood does not see a common shift; the zero-sum gauge is chosen here.
        shift = best[:-2].mean()
        pilot = Pilot(best[:-2] - shift, float(best[-2] - shift), float(np.exp(best[-1])))
        windows = place_windows(groups, pilot.difficulty, pilot.mean, pilot.sd)
    return pilot, windows


def _loss(point: np.ndarray, windows: Windows) -> tuple[float, np.ndarray]:
    """Minus the log posterior and its gradient at ``(difficulty…, mean, log sd)``."""
    groups = windows.groups
    difficulty, mean, sd = point[:-2], point[-2], np.exp(point[-1])
    log_joint = windows.log_joint(difficulty, mean, sd)
    log_integral = logsumexp(log_joint, axis=1, keepdims=True)
    weight = np.exp(log_joint - log_integral) * groups.count[:, None]
    value = groups.count @ log_integral[:, 0] - groups.item_totals @ difficulty

    by_node = np.zeros((len(groups.observed), len(windows.chebyshev_nodes)))
    np.add.at(by_node, groups.pattern, np.einsum("gk,gkt->gt", weight, windows.interpolation))
    expected = expit(windows.chebyshev_nodes[:, None] - difficulty[None, :])
    expected_totals = ((by_node.T @ groups.observed) * expected).sum(axis=0)
    standardised = (windows.theta - mean) / sd
    gradient = np.concatenate(
        [
            expected_totals - groups.item_totals - difficulty / PRIOR_SD**2,
            [(weight * standardised).sum() / sd, (weight * (standardised**2 - 1)).sum()],
        ]
    )
    return -(value - 0.5 * (difficulty @ difficulty) / PRIOR_SD**2), -gradient
