"""Integrating abilities out: a few quadrature nodes around each score's own posterior.

The marginal likelihood of a group of models needs ∫ exp(θ r − c(θ)) φ(θ; μ, σ) dθ with
c(θ) = Σ_i log(1 + exp(θ − b_i)) over the items the group answered. A global grid fine enough for long
tests (with 1,351 items an ability is known to ±0.07) would be large; instead each group has a *window*:
equally spaced nodes over the stretch where its integrand is within exp(−25) of the peak. The trapezoid
rule converges exponentially for such bell-shaped integrands. c(θ) is smooth, so it is computed at
Chebyshev nodes and interpolated to all windows.

Windows are placed once, before sampling, so they must suit every parameter value that the sampler will
visit, not only the best one: they are placed for several plausible points together. All of these are in
the gauge of the model, difficulties that sum to zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np
from numpy.polynomial import chebyshev
from scipy.special import logsumexp

from analysis.irt.brute_force import ability_range, log_integrand
from analysis.irt.normaliser import Normaliser, make_normaliser
from analysis.irt.scores import ScoreGroups

DROP = 25.0  # nats below the peak at which a window ends; exp(-25) of the mass is left out
NODES_PER_BELL = 20  # nodes over the narrowest integrand's stretch; the error is near exp(-40)
MAX_NODES = 3000
MAX_ERROR = 1e-4  # of the log-likelihood, from interpolating c(θ); aimed at, fits of real size came to 2e-4
MAX_SPACING = 0.75  # logits; c(θ) is analytic within ±iπ, so the error is exp(-2π² / spacing) at worst
SURVEY_POINTS = 4001


@dataclass(frozen=True)
class Point:
    """One value of the parameters, in the zero-sum gauge, in logits.

    Attributes
    ----------
    difficulty
        b, shape ``(items,)``, summing to zero.
    mean, sd
        μ and σ of the ability distribution.
    """

    difficulty: np.ndarray
    mean: float
    sd: float


@dataclass(frozen=True)
class Windows:
    """Quadrature nodes for every group, and the interpolation that evaluates c(θ) there.

    Attributes
    ----------
    groups
        The response statistics the windows were placed for.
    theta
        Ability at each node in logits, shape ``(groups, nodes)``.
    log_spacing
        Log of each window's node spacing, shape ``(groups, 1)``.
    normaliser
        Computes c(θ) exactly, at Chebyshev nodes.
    interpolation
        Weights from Chebyshev nodes to windows, shape ``(groups, nodes, chebyshev)``.
    smallest_sd
        The smallest σ that the nodes resolve; below it the sum over nodes no longer is the integral.
    """

    groups: ScoreGroups
    theta: np.ndarray
    log_spacing: np.ndarray
    normaliser: Normaliser
    interpolation: np.ndarray
    smallest_sd: float

    def log_joint(self, difficulty: Any, mean: Any, sd: Any, xp: ModuleType = np) -> Any:
        """Log of integrand × spacing at every node, shape ``(groups, nodes)``.

        Written once for NumPy arrays (``xp=numpy``) and PyTensor variables (``xp=pytensor.tensor``):
        the sampled likelihood, the pilot and the abilities are the same formula.

        Parameters
        ----------
        difficulty
            b in logits, shape ``(items,)``, summing to zero.
        mean, sd
            μ and σ of the ability distribution in logits.
        xp
            The array module.
        """
        by_pattern = self.normaliser(difficulty, xp)
        if len(self.groups.observed) == 1:  # one matrix product, the common case
            flat = self.interpolation.reshape(-1, self.interpolation.shape[-1])
            normaliser = xp.dot(flat, by_pattern[:, 0]).reshape(self.theta.shape)
        else:
            of_group = by_pattern.T[self.groups.pattern]
            normaliser = (self.interpolation * of_group[:, None, :]).sum(-1)
        standardised = (self.theta - mean) / sd
        log_density = -0.5 * standardised**2 - xp.log(sd) - 0.5 * np.log(2 * np.pi)
        return self.theta * self.groups.score[:, None] - normaliser + log_density + self.log_spacing

    def log_likelihood(self, difficulty: np.ndarray, mean: float, sd: float) -> float:
        """Marginal log-likelihood of all responses, as the sampler sees it."""
        log_integral = logsumexp(self.log_joint(difficulty, mean, sd), axis=1)
        return float(self.groups.count @ log_integral - self.groups.item_totals @ difficulty)


def place_windows(groups: ScoreGroups, points: Sequence[Point]) -> Windows:
    """Place every group's window so that it suits all the given points.

    Parameters
    ----------
    groups
        The response statistics.
    points
        Parameter values to be ready for.
    """
    stretches = [_stretch(groups, point) for point in points]
    start = np.min([low for low, _ in stretches], axis=0)
    end = np.max([high for _, high in stretches], axis=0)
    narrowest = np.min([high - low for low, high in stretches], axis=0)
    spacing = np.minimum(narrowest / NODES_PER_BELL, MAX_SPACING)
    nodes = min(int(np.ceil(((end - start) / spacing).max())) + 1, MAX_NODES)
    theta = start[:, None] + (end - start)[:, None] * np.linspace(0.0, 1.0, nodes)
    spacing = (end - start) / (nodes - 1)

    scale = _Scale.spanning(theta.min(), theta.max(), np.median(points[0].difficulty))
    degree = _chebyshev_degree(scale, points, models=groups.count.sum())
    unit_nodes = chebyshev.chebpts1(degree + 1)
    to_coefficients = np.linalg.inv(chebyshev.chebvander(unit_nodes, degree))
    return Windows(
        groups=groups,
        theta=theta,
        log_spacing=np.log(spacing)[:, None],
        normaliser=make_normaliser(
            scale.ability(unit_nodes),
            groups.observed,
            easiest=min(float(point.difficulty.min()) for point in points),
        ),
        interpolation=chebyshev.chebvander(scale.unit(theta), degree) @ to_coefficients,
        smallest_sd=min(point.sd for point in points),
    )


def _stretch(groups: ScoreGroups, point: Point) -> tuple[np.ndarray, np.ndarray]:
    """Where each group's integrand is within exp(−25) of its peak: lower and upper ends."""
    survey = np.linspace(*ability_range(point.difficulty, point.mean, point.sd), SURVEY_POINTS)
    height = log_integrand(groups, survey, point.difficulty, point.mean, point.sd)
    inside = height > height.max(axis=1, keepdims=True) - DROP
    first = np.maximum(inside.argmax(axis=1) - 1, 0)
    last = np.minimum(len(survey) - inside[:, ::-1].argmax(axis=1), len(survey) - 1)
    return survey[first], survey[last]


@dataclass(frozen=True)
class _Scale:
    """A stretched ability scale: θ = centre + π sinh(q), with q between two ends mapped to −1 … 1.

    c(θ) varies where the items are and is nearly exponential or linear beyond them. Models that get nothing
    or everything right need windows far out there; the stretch puts few nodes where little happens.
    """

    centre: float
    start: float
    end: float

    @classmethod
    def spanning(cls, low: float, high: float, centre: float) -> _Scale:
        """Make the scale that runs from one ability to another."""
        return cls(centre, *np.arcsinh((np.array([low, high]) - centre) / np.pi))

    def ability(self, unit: np.ndarray) -> np.ndarray:
        """Return θ, in logits, at places from −1 to 1."""
        return self.centre + np.pi * np.sinh(((self.end - self.start) * unit + self.start + self.end) / 2)

    def unit(self, ability: np.ndarray) -> np.ndarray:
        """Return the places of abilities; complex abilities have complex places."""
        stretched = np.arcsinh((ability - self.centre) / np.pi)
        return (2 * stretched - self.start - self.end) / (self.end - self.start)


def _chebyshev_degree(scale: _Scale, points: Sequence[Point], models: float) -> int:
    """Degree at which interpolating c(θ) for every model errs by about `MAX_ERROR` in sum.

    log(1 + exp(θ − b)) is analytic up to θ = b ± iπ, so its interpolation error falls as ρ^(−degree) with
    ρ the Bernstein ellipse through that place (Trefethen 2013, theorem 8.2). The sum over items is what
    counts: few are near the rim, where nodes are wide apart.
    """
    reach = np.concatenate([scale.unit(point.difficulty + 1j * np.pi) for point in points])
    log_rho = np.log(np.abs(reach + np.sqrt(reach - 1) * np.sqrt(reach + 1)))
    for degree in range(16, 1024):
        if models * np.exp(-degree * log_rho).sum() / len(points) < MAX_ERROR:
            break
    return degree
