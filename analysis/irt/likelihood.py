"""The marginal log-likelihood of a response matrix, abilities integrated out, and its gradient.

Its cost a call is O(items + groups × 20) for the Rasch model, whatever the number of models behind the
groups; with discrimination it is two passes over the matrix, with guessing a matrix product.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import softmax

from analysis.irt import kernels
from analysis.irt.convolution import Convolution
from analysis.irt.curves import Curves, GuessingCurves, SlopeCurves
from analysis.irt.grid import Grid, place_abilities, place_windows
from analysis.irt.matrix import ResponseMatrix
from analysis.irt.point import Point
from analysis.irt.scores import Groups


@dataclass(frozen=True)
class Kind:
    """Which IRT model: P(correct) = γ + (1 − γ) logistic(a (θ − b)).

    Attributes
    ----------
    name
        ``"rasch"``: every item discriminates alike; ``"2pl"``: each has its own a > 0.
    asymptote
        γ, fixed: the chance of guessing right, one over the number of choices; 0 for none.
    """

    name: str = "rasch"
    asymptote: float = 0.0

    @property
    def varies_discrimination(self) -> bool:
        """Whether items have discriminations of their own."""
        return self.name == "2pl"

    @property
    def counts_scores(self) -> bool:
        """Whether models with equal scores on the same items have equal likelihoods."""
        return self.name == "rasch" and not self.asymptote


ItemCurves = Convolution | SlopeCurves | GuessingCurves


@dataclass(frozen=True)
class Gradient:
    """Derivatives of the log-likelihood.

    Attributes
    ----------
    difficulty, log_discrimination
        Shape ``(items,)``.
    mean, sd
        By μ and σ of the ability distribution.
    """

    difficulty: np.ndarray
    log_discrimination: np.ndarray
    mean: float
    sd: float


@dataclass(frozen=True)
class Likelihood:
    """The marginal log-likelihood of a response matrix.

    Attributes
    ----------
    groups
        Models of equal likelihood.
    grid
        Where abilities are summed over.
    curves
        Evaluates the groups' log-likelihoods along the grid.
    """

    groups: Groups
    grid: Grid
    curves: ItemCurves

    @classmethod
    def around(
        cls,
        points: Sequence[Point],
        matrix: ResponseMatrix,
        groups: Groups,
        kind: Kind,
        reach: float,
        *,
        whole_grid: bool = False,
    ) -> Likelihood:
        """Prepare the likelihood for parameters around some points.

        Parameters
        ----------
        points
            Parameters to be ready for, difficulties summing to zero.
        matrix, groups
            The responses, and how their models are grouped for this kind of model.
        kind
            Which IRT model.
        reach
            Largest absolute difficulty to be ready for, in logits.
        whole_grid
            Let each group sum over all of the grid, which is slower and forgives a point far from these.
        """
        theta, log_weight = place_abilities(points)
        curves = _curves_along(theta, matrix, groups, kind, reach)
        if whole_grid and not kind.counts_scores:
            everything = np.full(len(groups.count), len(theta))
            smallest_sd = min(point.sd for point in points)
            grid = Grid(theta, log_weight, np.zeros_like(everything), everything, smallest_sd)
            return cls(groups, grid, curves)

        def integrand(point: Point) -> np.ndarray:
            return _needed(curves, point).along(theta)

        grid = place_windows(theta, log_weight, points, integrand)
        return cls(groups, grid, _curves_along(grid.theta, matrix, groups, kind, reach))

    def __call__(
        self, difficulty: np.ndarray, discrimination: np.ndarray, mean: float, sd: float
    ) -> tuple[float, Gradient]:
        """Return the log-likelihood and its gradient; minus infinity where difficulties are out of reach.

        Parameters
        ----------
        difficulty
            b in logits, shape ``(items,)``, summing to zero.
        discrimination
            a, shape ``(items,)``.
        mean, sd
            μ and σ of the ability distribution, in logits.
        """
        groups, grid = self.groups, self.grid
        curves = self.curves.forward(difficulty, discrimination)
        if curves is None or not sd > 0:
            nothing = np.zeros(groups.n_items)
            return -np.inf, Gradient(nothing, nothing, 0.0, 0.0)
        mass = np.zeros_like(curves.shared)
        mean_ability = np.empty(len(groups.count))
        value = kernels.integrate(
            curves.slope,
            curves.offset,
            groups.count,
            curves.curve,
            grid.start,
            grid.stop,
            curves.shared,
            grid.theta,
            grid.base(mean, sd),
            mass,
            mean_ability,
        )
        by_difficulty, by_discrimination = self.curves.backward(
            difficulty, discrimination, curves, mass, mean_ability
        )
        at = mass.sum(axis=0)
        standardised = (grid.theta - mean) / sd
        return value + curves.constant, Gradient(
            by_difficulty,
            by_discrimination,
            float(at @ standardised) / sd,
            float(at @ (standardised**2 - 1)) / sd,
        )

    def value(self, point: Point) -> float:
        """Return the log-likelihood at a point."""
        return self(point.difficulty, point.discrimination, point.mean, point.sd)[0]

    def abilities(self, point: Point) -> tuple[np.ndarray, np.ndarray]:
        """Posterior mean and sd of each model's θ given a point, shapes ``(models,)``."""
        weight = self.posterior(point)
        mean = weight @ self.grid.theta
        sd = np.sqrt(np.maximum(weight @ self.grid.theta**2 - mean**2, 0.0))
        return mean[self.groups.group_of_model], sd[self.groups.group_of_model]

    def posterior(self, point: Point) -> np.ndarray:
        """Posterior probability of each ability of the grid for each group, shape ``(groups, grid)``."""
        height = _needed(self.curves, point).along(self.grid.theta)
        return softmax(height + self.grid.base(point.mean, point.sd), axis=1)


def _curves_along(
    theta: np.ndarray, matrix: ResponseMatrix, groups: Groups, kind: Kind, reach: float
) -> ItemCurves:
    if kind.counts_scores:
        return Convolution.along(theta, groups, reach)
    if kind.asymptote:
        return GuessingCurves.along(theta, matrix, groups, kind.asymptote)
    return SlopeCurves.along(theta, matrix, groups)


def _needed(curves: ItemCurves, point: Point) -> Curves:
    found = curves.forward(point.difficulty, point.discrimination)
    assert found is not None, "a point to be ready for is within reach"
    return found
