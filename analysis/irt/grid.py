"""Integrating abilities out: one grid of abilities for all, of which each group uses a short stretch.

The marginal likelihood of a group of models needs ∫ exp(ℓ(θ)) φ(θ; μ, σ) dθ. With 12,000 items an ability is
known to ±0.03, so the integrand is a narrow bell, and where it is depends on the group. The grid's points lie
at equal steps of u(θ) = ∫ √(test information + 1/σ²) dθ, in which every such bell is about as wide as any
other: the trapezoid rule in u converges exponentially (Trefethen & Weideman 2014, "The exponentially
convergent trapezoidal rule", SIAM Review 56(3)), and each group sums over its own couple of dozen points.

The grid is placed once, before sampling, so it must suit every parameter value that the sampler will visit:
it is placed for several plausible points together, all in the gauge of the model.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.interpolate import CubicSpline
from scipy.optimize import brentq
from scipy.special import expit

from analysis.irt.point import Point

DROP = 25.0  # nats below the peak at which a window ends; exp(-25) of the mass is left out
POINTS_PER_SD = 1.2  # of an integrand; the trapezoid rule's relative error is near exp(-2π² 1.2²) = 5e-13
MAX_SPACING = 1.0  # logits at a = 1; ℓ is analytic within ±iπ/a, so the error is exp(-2π² / spacing) = 3e-9
PRIOR_REACH = 8.0  # prior sds beyond its mode within which every integrand falls by more than exp(-30)
SURVEYED_ITEMS = 500
SURVEY_STEP = 0.02  # logits, between the places where test information is computed


@dataclass(frozen=True)
class Grid:
    """Abilities to sum over.

    Attributes
    ----------
    theta
        Abilities in logits, ascending, shape ``(grid,)``.
    log_weight
        Log of each one's weight in a sum that stands for the integral, shape ``(grid,)``.
    start, stop
        The stretch of the grid that each group uses, shape ``(groups,)``.
    smallest_sd
        The smallest σ that the grid resolves; below it the sum no longer is the integral.
    """

    theta: np.ndarray
    log_weight: np.ndarray
    start: np.ndarray
    stop: np.ndarray
    smallest_sd: float

    def base(self, mean: float, sd: float) -> np.ndarray:
        """Log φ(θ; μ, σ) + log weight along the grid."""
        return -0.5 * ((self.theta - mean) / sd) ** 2 - np.log(sd) - 0.5 * np.log(2 * np.pi) + self.log_weight


Integrand = Callable[[Point], np.ndarray]
"""Log-likelihood of every group, at a point, at every ability of the grid: ``(groups, grid)``."""


def place_abilities(points: Sequence[Point]) -> tuple[np.ndarray, np.ndarray]:
    """Return the abilities of a grid that suits all the given points, and their log weights."""
    ranges = [ability_range(point) for point in points]
    low, high = min(r[0] for r in ranges), max(r[1] for r in ranges)
    survey = np.linspace(low, high, max(2001, int((high - low) / SURVEY_STEP)))
    steepest = max(float(point.discrimination.max()) for point in points)
    narrowest = _surveyed_information(points[0], survey) + min(point.sd for point in points) ** -2
    # A sum of squares, not the larger of the two: a kink in the density would cost the exponential accuracy.
    density = np.sqrt(POINTS_PER_SD**2 * narrowest + (steepest / MAX_SPACING) ** 2)
    place = CubicSpline(survey, density).antiderivative()
    total = float(place(high))
    wanted = np.linspace(0.0, total, int(np.ceil(total)) + 1)
    theta = np.interp(wanted, place(survey), survey)
    for _ in range(3):  # Newton; the weights below are then exactly those of the change of variable
        theta = np.clip(theta - (place(theta) - wanted) / place(theta, 1), low, high)
    return theta, np.log(wanted[1]) - np.log(place(theta, 1))


def _surveyed_information(point: Point, ability: np.ndarray) -> np.ndarray:
    """Test information, good enough to place a grid by: of long tests, from a sample of their items."""
    n_items = len(point.difficulty)
    order = np.argsort(point.difficulty, kind="stable")
    sampled = order[np.linspace(0, n_items - 1, min(n_items, SURVEYED_ITEMS)).astype(int)]
    chosen = replace(
        point, difficulty=point.difficulty[sampled], discrimination=point.discrimination[sampled]
    )
    return information(chosen, ability) * (n_items / len(sampled))


def information(point: Point, ability: np.ndarray) -> np.ndarray:
    """Test information Σ a² p (1 − p) of all items, guessing left aside, at every ability."""
    total = np.zeros(len(ability))
    step = max(1, 4_000_000 // len(ability))
    for first in range(0, len(point.difficulty), step):
        b = point.difficulty[first : first + step]
        a = np.broadcast_to(point.discrimination, point.difficulty.shape)[first : first + step]
        p = expit(a * (ability[:, None] - b))
        total += (p * (1 - p)) @ a**2
    return total


def ability_range(point: Point) -> tuple[float, float]:
    """Abilities between which every group's integrand has all its mass that matters, in logits.

    The highest of all modes is that of a model that gets everything right, where
    (θ − μ) / σ² = Σ a (1 − p); likewise the lowest. Away from its mode an integrand falls at least as fast
    as the prior.
    """
    a = np.broadcast_to(point.discrimination, point.difficulty.shape)

    def uphill(ability: float) -> float:
        return float(a @ expit(-a * (ability - point.difficulty)) - (ability - point.mean) / point.sd**2)

    def downhill(ability: float) -> float:
        return float(a @ expit(a * (ability - point.difficulty)) + (ability - point.mean) / point.sd**2)

    reach = point.sd**2 * float(a.sum()) + 1.0
    highest = brentq(uphill, point.mean - 1.0, point.mean + reach, xtol=1e-3)
    lowest = brentq(downhill, point.mean - reach, point.mean + 1.0, xtol=1e-3)
    return lowest - PRIOR_REACH * point.sd, highest + PRIOR_REACH * point.sd


def place_windows(
    theta: np.ndarray, log_weight: np.ndarray, points: Sequence[Point], integrand: Integrand
) -> Grid:
    """Cut a grid down to what is needed: where each group's integrand is within exp(−25) of its peak."""
    start, stop = np.array([]), np.array([])
    for point in points:
        height = integrand(point) - 0.5 * ((theta - point.mean) / point.sd) ** 2
        inside = height > height.max(axis=1, keepdims=True) - DROP
        first = np.maximum(inside.argmax(axis=1) - 1, 0)
        last = np.minimum(len(theta) - inside[:, ::-1].argmax(axis=1) + 1, len(theta))
        start = np.minimum(start, first) if len(start) else first
        stop = np.maximum(stop, last) if len(stop) else last
    used = slice(start.min(), stop.max())
    return Grid(
        theta[used],
        log_weight[used],
        start - start.min(),
        stop - start.min(),
        smallest_sd=min(point.sd for point in points),
    )
