"""A quick maximum-a-posteriori estimate that tells where to put the integration windows."""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit, logsumexp

from analysis.irt.scores import ScoreGroups
from analysis.irt.windows import Point, Windows, place_windows

ROUNDS = 3  # each places windows by the last estimate; the third barely moves
PRIOR_SD = 3.0  # of every parameter, in logits; keeps items that all or none get right at a finite place
REACH = 3.5  # standard errors around the estimate for which windows are made ready
MAX_LOG_SD_ERROR = 0.6  # σ is made ready for a factor of exp(3.5 × 0.6) = 8 either way at most
STEP = 1e-3  # of the finite difference that measures the curvature


def estimate(groups: ScoreGroups) -> tuple[Point, Windows]:
    """Estimate the parameters, and place windows ready for the posterior around them."""
    share = (groups.item_totals + 0.5) / (groups.item_counts + 1.0)
    logits = -np.log(share / (1 - share))
    best = Point(logits - logits.mean(), mean=float(-logits.mean()), sd=1.5)
    for _ in range(ROUNDS):
        windows = place_windows(groups, [best, Point(best.difficulty, best.mean, best.sd / 2)])
        start = np.concatenate([best.difficulty, [best.mean, np.log(best.sd)]])
        found = minimize(_loss, start, args=(windows,), jac=True, method="L-BFGS-B").x
        # The likelihood does not see a common shift; the zero-sum gauge is chosen here.
        shift = found[:-2].mean()
        best = Point(found[:-2] - shift, float(found[-2] - shift), float(np.exp(found[-1])))
    windows = place_windows(groups, [best])
    return best, place_windows(groups, _plausible(best, windows))


def _plausible(best: Point, windows: Windows) -> list[Point]:
    """Points at the rim of what the posterior is likely to visit."""
    mean_error, log_sd_error = _standard_errors(best, windows)
    groups = windows.groups
    p = expit(best.mean - best.difficulty)
    error = 1 / np.sqrt(groups.item_counts * p * (1 - p) + PRIOR_SD**-2)
    # Errors of different items are nearly independent and cancel in c(θ); moving all together would not.
    scatter = 2 * error * np.random.default_rng(0).standard_normal(len(error))
    points = [best]
    for sign in (-1, 1):
        points.append(Point(best.difficulty, best.mean + sign * REACH * mean_error, best.sd))
        points.append(Point(best.difficulty, best.mean, best.sd * np.exp(sign * REACH * log_sd_error)))
        points.append(Point(best.difficulty + sign * scatter, best.mean, best.sd))
    return [Point(point.difficulty - point.difficulty.mean(), point.mean, point.sd) for point in points]


def _standard_errors(best: Point, windows: Windows) -> tuple[float, float]:
    """Approximate standard errors of μ and log σ, from the curvature of the log posterior."""
    at = np.concatenate([best.difficulty, [best.mean, np.log(best.sd)]])
    errors = []
    for index in (-2, -1):
        step = np.zeros(len(at))
        step[index] = STEP
        curvature = (_loss(at + step, windows)[1] - _loss(at - step, windows)[1])[index] / (2 * STEP)
        errors.append(1 / np.sqrt(max(curvature, 0.25)))  # where the data say little, the prior still does
    return errors[0], min(errors[1], MAX_LOG_SD_ERROR)


def _loss(point: np.ndarray, windows: Windows) -> tuple[float, np.ndarray]:
    """Minus the log posterior of ``(difficulty…, mean, log sd)`` and its gradient."""
    groups = windows.groups
    difficulty, mean, sd = point[:-2], point[-2], np.exp(point[-1])
    log_joint = windows.log_joint(difficulty, mean, sd)
    log_integral = logsumexp(log_joint, axis=1, keepdims=True)
    weight = np.exp(log_joint - log_integral) * groups.count[:, None]
    value = groups.count @ log_integral[:, 0] - groups.item_totals @ difficulty

    by_node = np.zeros((len(groups.observed), len(windows.normaliser.abilities)))
    np.add.at(by_node, groups.pattern, np.einsum("gk,gkt->gt", weight, windows.interpolation))
    expected = expit(windows.normaliser.abilities[:, None] - difficulty[None, :])
    expected_totals = ((by_node.T @ groups.observed) * expected).sum(axis=0)
    standardised = (windows.theta - mean) / sd
    prior = 0.5 * (difficulty @ difficulty + mean**2 + sd**2) / PRIOR_SD**2 - point[-1]
    gradient = np.concatenate(
        [
            expected_totals - groups.item_totals - difficulty / PRIOR_SD**2,
            [(weight * standardised).sum() / sd - mean / PRIOR_SD**2],
            [(weight * (standardised**2 - 1)).sum() - (sd / PRIOR_SD) ** 2 + 1],
        ]
    )
    return -(value - prior), -gradient
