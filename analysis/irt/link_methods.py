"""Slope and intercept that put one point's items where another's are.

Ways to solve θ* = A θ + B from the parameters of shared items (Kolen & Brennan 2014, "Test Equating, Scaling,
and Linking", §6.3).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from scipy.optimize import least_squares
from scipy.special import expit
from scipy.stats import norm

from analysis.errors import AtlasError
from analysis.irt.point import Point

NODES = 41
REACH = 4.0  # standard deviations of the target's abilities that the nodes span

Solution = tuple[float, float]  # slope and intercept


def _mean_mean(source: Point, target: Point) -> Solution:
    slope = float(source.discrimination.mean() / target.discrimination.mean())
    return slope, float(target.difficulty.mean() - slope * source.difficulty.mean())


def _mean_sigma(source: Point, target: Point) -> Solution:
    spread, their_spread = source.difficulty.std(), target.difficulty.std()
    if min(spread, their_spread) < 1e-9:
        raise AtlasError("The shared items are all equally difficult: they fix no unit.")
    slope = float(their_spread / spread)
    return slope, float(target.difficulty.mean() - slope * source.difficulty.mean())


def _stocking_lord(source: Point, target: Point) -> Solution:
    return _by_curves(source, target, total=True)


def _haebara(source: Point, target: Point) -> Solution:
    return _by_curves(source, target, total=False)


_METHODS: dict[str, Callable[[Point, Point], Solution]] = {
    "mean/mean": _mean_mean,
    "mean/sigma": _mean_sigma,
    "stocking-lord": _stocking_lord,
    "haebara": _haebara,
}


def method_named(name: str) -> Callable[[Point, Point], Solution]:
    """Return the method of that name, or raise an AtlasError that names them all."""
    if name not in _METHODS:
        raise AtlasError(f"There is no linking method {name!r}: choose one of {', '.join(_METHODS)}.")
    return _METHODS[name]


def _by_curves(source: Point, target: Point, *, total: bool) -> Solution:
    """Least squares between the target's curves and the source's, of their sum or of each."""
    standard = np.linspace(-REACH, REACH, NODES)
    nodes = target.mean + target.sd * standard
    root_weight = np.sqrt(norm.pdf(standard) / norm.pdf(standard).sum())[:, None]
    theirs = target.probability(nodes)
    chance = 1 - source.asymptote

    def collapse(by_item: np.ndarray) -> np.ndarray:
        weighted = root_weight * by_item
        return weighted.mean(axis=1) if total else weighted.ravel()

    def residual(at: np.ndarray) -> np.ndarray:
        return collapse(source.probability((nodes - at[1]) / at[0]) - theirs)

    def slopes(at: np.ndarray) -> np.ndarray:
        ability = ((nodes - at[1]) / at[0])[:, None]
        p = expit(source.discrimination * (ability - source.difficulty))
        by_ability = chance * p * (1 - p) * source.discrimination / at[0]
        return np.column_stack([collapse(-by_ability * ability), collapse(-by_ability)])

    # Not by log A: MINPACK's first step is as long as the start, which may be 0 but for rounding.
    start = _mean_mean(source, target)
    found = least_squares(residual, start, jac=slopes, method="lm", xtol=1e-10, ftol=1e-10)
    return float(found.x[0]), float(found.x[1])


def by_medians(source: Point, target: Point) -> Solution:
    """Mean/mean with medians, which up to half of the anchors cannot move far."""
    slope = float(np.median(source.discrimination / target.discrimination))
    return slope, float(np.median(target.difficulty - slope * source.difficulty))


def default_method(source: Point, target: Point) -> str:
    """Return mean/mean where all items discriminate alike, since it then fixes all, else Stocking–Lord."""
    alike = all(np.ptp(point.discrimination) == 0 for point in (source, target))
    return "mean/mean" if alike else "stocking-lord"


def check_anchors(anchors: np.ndarray, what: str) -> None:
    """Raise an AtlasError if too few items or models are shared."""
    if len(anchors) < 2:
        raise AtlasError(f"Two fits that share fewer than two {what} cannot be linked through {what}.")


def only(point: Point, items: np.ndarray) -> Point:
    """Some items' parameters, in the order given; they need not sum to zero."""
    discrimination = np.broadcast_to(point.discrimination, point.difficulty.shape)
    return replace(point, difficulty=point.difficulty[items], discrimination=discrimination[items])
