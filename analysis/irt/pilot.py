"""A penalised maximum-likelihood estimate, abilities integrated out, and the likelihood ready around it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit

from analysis.irt import coordinates
from analysis.irt.likelihood import Kind, Likelihood
from analysis.irt.matrix import ResponseMatrix
from analysis.irt.point import Point
from analysis.irt.scores import Groups

ROUNDS = 10  # at most; each places the grid by the last estimate
SETTLED = 0.05  # by which a round may move any of what the grid depends on without another round
LONGEST_STEP = 0.7  # of μ, log σ and log a in one round
PRIOR_SD = (
    3.0  # of difficulties, μ and σ, in logits; keeps items that all or none get right at a finite place
)
LOG_SLOPE_SD = 1.0
SMALLEST_SLOPE = 1e-3
SPREAD = 3.5  # standard errors around the estimate for which the likelihood is made ready
MAX_LOG_SD_ERROR = 0.6  # σ is made ready for a factor of exp(3.5 × 0.6) = 8 either way at most
MAX_LOG_SLOPE_ERROR = 0.5
STEP = 1e-3  # of the finite difference that measures the curvature


def estimate(
    matrix: ResponseMatrix, groups: Groups, kind: Kind, start: Point | None = None
) -> tuple[Point, Likelihood]:
    """Estimate the parameters; the likelihood returned is ready for points near the estimate.

    Parameters
    ----------
    matrix, groups
        The responses, and their models as `analysis.irt.scores.group` groups them for this kind of model.
    kind
        Which IRT model.
    start
        Where to start; by default the logits of the proportions right.
    """
    best = _first_guess(groups, kind) if start is None else _in_gauge(start, kind)
    for _ in range(ROUNDS):
        narrow = replace(best, sd=best.sd / 2)
        likelihood = Likelihood.around([best, narrow], matrix, groups, kind, _reach(best), whole_grid=True)
        before, best = best, _climb(best, likelihood, kind)
        if _moved(before, best) < SETTLED:
            break
    return best, near(best, matrix, groups, kind)


def near(best: Point, matrix: ResponseMatrix, groups: Groups, kind: Kind) -> Likelihood:
    """Return the likelihood ready for points near an estimate."""
    return Likelihood.around([best], matrix, groups, kind, _reach(best))


def ready_for_posterior(
    best: Point, matrix: ResponseMatrix, groups: Groups, kind: Kind, likelihood: Likelihood
) -> Likelihood:
    """Return the likelihood ready for all that the posterior is likely to visit."""
    points = _plausible(best, likelihood, kind)
    return Likelihood.around(points, matrix, groups, kind, _reach(best))


def _moved(before: Point, after: Point) -> float:
    """How far what the grid depends on has moved."""
    steepness = np.abs(np.log(after.discrimination / before.discrimination)).max()
    return float(max(abs(after.mean - before.mean), abs(np.log(after.sd / before.sd)), steepness))


def _in_gauge(point: Point, kind: Kind) -> Point:
    """Return the same curves with origin and unit as this kind of model has them."""
    if kind.varies_discrimination:
        b, a = (point.difficulty - point.mean) / point.sd, point.discrimination * point.sd
        return replace(point, difficulty=b, discrimination=a, mean=0.0, sd=1.0)
    shift = float(point.difficulty.mean())
    return replace(point, difficulty=point.difficulty - shift, mean=point.mean - shift)


def _first_guess(groups: Groups, kind: Kind) -> Point:
    share = (groups.item_totals + 0.5) / (groups.item_counts + 1.0)
    above_chance = np.clip((share - kind.asymptote) / (1 - kind.asymptote), 0.5 / groups.item_counts.max(), 1)
    logits = np.log1p(-np.minimum(above_chance, share)) - np.log(above_chance)
    if kind.varies_discrimination:
        return Point(logits, 0.0, 1.0, np.ones(groups.n_items), kind.asymptote)
    return Point(logits - logits.mean(), -float(logits.mean()), 1.5, asymptote=kind.asymptote)


def _reach(best: Point) -> float:
    """Largest absolute difficulty that a posterior draw of the Rasch model may have, generously.

    Draws of difficulty are normal around zero a priori, with an sd that few items leave uncertain; what the
    responses say of an item pulls it inwards from there.
    """
    n = len(best.difficulty)
    largest_sd = min(max(float(best.difficulty.std()), 1.0) * np.exp(4 / np.sqrt(2 * n)), 4 * PRIOR_SD)
    return max(float(np.abs(best.difficulty).max()) + 6.0, 8.0 * largest_sd)


def _climb(best: Point, likelihood: Likelihood, kind: Kind) -> Point:
    """Find the best point within the stretch that the likelihood is ready for."""
    loss, start, steps, point_at = _problem(best, likelihood, kind)
    bounds = np.column_stack([start - steps, start + steps])
    return point_at(minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds).x)


Loss = Callable[[np.ndarray], tuple[float, np.ndarray]]
Problem = tuple[Loss, np.ndarray, np.ndarray, Callable[[np.ndarray], Point]]
"""Minus log posterior with its gradient, where to start, how far one may go, and what a vector stands for."""


def _problem(best: Point, likelihood: Likelihood, kind: Kind) -> Problem:
    if kind.varies_discrimination:
        return _slopes_problem(best, likelihood, kind)
    return _rasch_problem(best, likelihood, kind)


def _rasch_problem(best: Point, likelihood: Likelihood, kind: Kind) -> Problem:
    """Search over difficulties, μ and log σ; of difficulties only their distances from the mean count."""
    n_items = likelihood.groups.n_items

    def point_at(values: np.ndarray) -> Point:
        difficulty = values[:n_items] - values[:n_items].mean()
        return Point(difficulty, float(values[-2]), float(np.exp(values[-1])), asymptote=kind.asymptote)

    def loss(values: np.ndarray) -> tuple[float, np.ndarray]:
        point = point_at(values)
        value, by = likelihood(point.difficulty, point.discrimination, point.mean, point.sd)
        if not np.isfinite(value):
            return 1e300, np.zeros_like(values)
        b, mean, sd = point.difficulty, point.mean, point.sd
        value -= 0.5 * (b @ b + mean**2 + sd**2) / PRIOR_SD**2 - values[-1]
        by_difficulty = by.difficulty - b / PRIOR_SD**2
        by_sd = (by.sd - sd / PRIOR_SD**2) * sd + 1
        return -value, -np.concatenate(
            [by_difficulty - by_difficulty.mean(), [by.mean - mean / PRIOR_SD**2, by_sd]]
        )

    start = np.concatenate([best.difficulty, [best.mean, np.log(best.sd)]])
    steps = np.concatenate([np.full(n_items, np.inf), [LONGEST_STEP, LONGEST_STEP]])
    return loss, start, steps, point_at


def _slopes_problem(best: Point, likelihood: Likelihood, kind: Kind) -> Problem:
    """Search over intercepts and slopes where their errors are alike; θ ~ Normal(0, 1)."""
    groups = likelihood.groups
    n_items = groups.n_items
    space = coordinates.around(best, groups.item_counts, groups.count.sum())

    def slope_and_point(values: np.ndarray) -> tuple[np.ndarray, Point]:
        log_odds, place = space.log_odds_and_place(values)
        slope = np.maximum(space.unit * np.logaddexp(0.0, place), SMALLEST_SLOPE)
        return place, Point(space.pivot - log_odds / slope, 0.0, 1.0, slope, kind.asymptote)

    def loss(values: np.ndarray) -> tuple[float, np.ndarray]:
        place, point = slope_and_point(values)
        b, a = point.difficulty, point.discrimination
        value, by = likelihood(b, a, 0.0, 1.0)
        # Penalties hold items together, not near zero: the data say well where all of them are. They are on
        # the intercept, not on b, which is huge for items that hardly discriminate and would bend the scale.
        apart, log_a = a * b - (a * b).mean(), np.log(a) - np.log(a).mean()
        value -= 0.5 * (apart @ apart) / PRIOR_SD**2 + 0.5 * (log_a @ log_a) / LOG_SLOPE_SD**2
        by_b = by.difficulty - a * apart / PRIOR_SD**2
        by_log_a = by.log_discrimination - a * b * apart / PRIOR_SD**2 - log_a / LOG_SLOPE_SD**2
        by_a = (by_log_a + (space.pivot - b) * by_b) / a
        return -value, -space.pulled_back(-by_b / a, by_a * space.unit * expit(place))

    start = space.raw(best)
    steps = np.concatenate([np.full(n_items, np.inf), 1 + LONGEST_STEP * best.discrimination / space.unit])
    return loss, start, steps, lambda values: slope_and_point(values)[1]


def scattered(
    best: Point, likelihood: Likelihood, kind: Kind, count: int, sds: float, seed: int
) -> list[Point]:
    """Points around the estimate, about ``sds`` posterior standard deviations away: where chains start."""
    errors = _standard_errors(best, likelihood, kind)
    rng = np.random.default_rng(seed)
    return [
        _shifted(
            best,
            kind,
            errors,
            sds * rng.standard_normal(),
            sds * rng.uniform(-1, 1),
            *(sds * rng.standard_normal((2, likelihood.groups.n_items))),
        )
        for _ in range(count)
    ]


def _plausible(best: Point, likelihood: Likelihood, kind: Kind) -> list[Point]:
    """Points at the rim of what the posterior is likely to visit."""
    errors = _standard_errors(best, likelihood, kind)
    # Errors of different items are nearly independent and cancel in sums; moving all together would not.
    scatter = 2 * np.random.default_rng(0).standard_normal((2, likelihood.groups.n_items))
    still = np.zeros_like(scatter)
    points = [best]
    for sign in (-1, 1):
        points.append(_shifted(best, kind, errors, 0.0, 0.0, *(sign * scatter)))
        points.append(_shifted(best, kind, errors, sign * SPREAD, 0.0, *still))
        points.append(_shifted(best, kind, errors, 0.0, sign * SPREAD, *still))
    return points


@dataclass(frozen=True)
class _Errors:
    """Approximate standard errors: of μ, of log σ, and of each item's location and log slope."""

    mean: float
    log_sd: float
    item: np.ndarray
    log_slope: np.ndarray


def _shifted(
    best: Point,
    kind: Kind,
    errors: _Errors,
    mean: float,
    log_sd: float,
    item: np.ndarray,
    log_slope: np.ndarray,
) -> Point:
    """Move a point by so many standard errors, within its gauge."""
    if not kind.varies_discrimination:
        moved = best.difficulty + errors.item * item
        return replace(
            best,
            difficulty=moved - moved.mean(),
            mean=best.mean + errors.mean * mean,
            sd=best.sd * np.exp(errors.log_sd * log_sd),
        )
    # With θ ~ Normal(0, 1) a shift of all abilities is one of all difficulties the other way.
    a, b = best.discrimination, best.difficulty
    slope = a * np.exp(errors.log_slope * log_slope + errors.log_sd * log_sd)
    pivot = np.clip(b, -1.0, 1.0)  # about where log odds are best known
    moved = pivot - (a * (pivot - b) + errors.item * item) / slope
    return replace(best, difficulty=moved - errors.mean * mean, discrimination=slope)


def _standard_errors(best: Point, likelihood: Likelihood, kind: Kind) -> _Errors:
    counts, models = likelihood.groups.item_counts, likelihood.groups.count.sum()
    if kind.varies_discrimination:
        space = coordinates.around(best, counts, models)
        log_slope = np.minimum(space.unit / best.discrimination, MAX_LOG_SLOPE_ERROR)
        return _Errors(models**-0.5, (2 * models) ** -0.5, space.scale[: len(counts)], log_slope)
    p = best.probability(np.array([best.mean]))[0]
    item = 1 / np.sqrt(counts * p * (1 - p) * (1 - best.asymptote) + PRIOR_SD**-2)
    mean, log_sd = _errors_by_curvature(best, likelihood, kind)
    return _Errors(mean, log_sd, item, np.zeros(len(p)))


def _errors_by_curvature(best: Point, likelihood: Likelihood, kind: Kind) -> tuple[float, float]:
    """Approximate standard errors of μ and log σ, from the curvature of the log posterior."""
    loss, at, *_ = _rasch_problem(best, likelihood, kind)
    errors = []
    for index in (-2, -1):
        step = np.zeros(len(at))
        step[index] = STEP
        curvature = (loss(at + step)[1] - loss(at - step)[1])[index] / (2 * STEP)
        errors.append(1 / np.sqrt(max(curvature, 0.25)))  # where the data say little, the prior still does
    return errors[0], min(errors[1], MAX_LOG_SD_ERROR)
