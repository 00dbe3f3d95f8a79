"""Item curves of any of the models, along the grid of abilities.

The log-likelihood of a group of models at an ability is slope × θ − offset + a curve that it shares with all
groups of its pattern. Without guessing, slope and offset hold the responses, two passes over the matrix, and
the curve is −Σ log(1 + exp(a (θ − b))); with guessing nothing separates, and each model has its own curve, a
matrix product away.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.irt import kernels
from analysis.irt.matrix import ResponseMatrix
from analysis.irt.scores import Groups


@dataclass(frozen=True)
class Curves:
    """The log-likelihood of every group as a function of ability.

    Attributes
    ----------
    slope, offset, curve
        What each group adds, and which curve it has; shape ``(groups,)``.
    shared
        The curves along the grid, shape ``(curves, grid)``.
    constant
        What is added to the log-likelihood of all responses.
    rising
        Derivative of each item's curve by its logit, kept for the way back, shape ``(items, grid)``.
    """

    slope: np.ndarray
    offset: np.ndarray
    curve: np.ndarray
    shared: np.ndarray
    constant: float = 0.0
    rising: np.ndarray | None = None

    def along(self, theta: np.ndarray) -> np.ndarray:
        """Log-likelihood of every group at every ability of the grid, shape ``(groups, grid)``."""
        return self.slope[:, None] * theta - self.offset[:, None] + self.shared[self.curve]


@dataclass(frozen=True)
class SlopeCurves:
    """Curves of items that discriminate differently, without guessing.

    Attributes
    ----------
    groups
        One a model, in the matrix's order.
    right
        1.0 where a response is right, shape ``(models, items)``.
    theta
        The grid, in logits.
    """

    groups: Groups
    right: np.ndarray
    theta: np.ndarray

    @classmethod
    def along(cls, theta: np.ndarray, matrix: ResponseMatrix, groups: Groups) -> SlopeCurves:
        """Prepare for a grid."""
        return cls(groups, matrix.right.astype("f8"), theta)

    def forward(self, difficulty: np.ndarray, discrimination: np.ndarray) -> Curves:
        """Return the curves at some parameters."""
        groups = self.groups
        terms = self.right @ np.column_stack([discrimination, discrimination * difficulty])
        by_kind = np.zeros((groups.in_pattern.shape[1], len(self.theta)))
        probability = np.empty((len(difficulty), len(self.theta)))
        kernels.sum_log_one_plus_exp(
            difficulty, discrimination, groups.kind_of_item, self.theta, by_kind, probability
        )
        return Curves(
            slope=np.ascontiguousarray(terms[:, 0]),
            offset=np.ascontiguousarray(terms[:, 1]),
            curve=groups.pattern,
            shared=-(groups.in_pattern @ by_kind),
            rising=probability,
        )

    def backward(
        self,
        difficulty: np.ndarray,
        discrimination: np.ndarray,
        curves: Curves,
        mass: np.ndarray,
        mean_ability: np.ndarray,
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return the derivatives of the log-likelihood by difficulty and by log discrimination."""
        groups, probability = self.groups, curves.rising
        assert probability is not None, "forward keeps it"
        answered = groups.in_pattern.T @ mass
        if len(answered) == 1:
            expected = probability @ np.column_stack([answered[0], answered[0] * self.theta])
        else:
            weighted = answered[groups.kind_of_item] * probability
            expected = np.column_stack([weighted.sum(axis=1), weighted @ self.theta])
        total = groups.item_totals - expected[:, 0]
        moment = (groups.count * mean_ability) @ self.right - expected[:, 1]
        return -discrimination * total, discrimination * (moment - difficulty * total)


@dataclass(frozen=True)
class GuessingCurves:
    """Curves of items with a fixed lower asymptote.

    Held and multiplied in single precision: an error of 1e-5 a model at most, which the comparison with brute
    force sees in sum.

    Attributes
    ----------
    groups
        One a model, in the matrix's order.
    right
        1.0 where a response is right, shape ``(models, items)``.
    theta
        The grid, in logits.
    asymptote
        γ, of every item.
    """

    groups: Groups
    right: np.ndarray
    theta: np.ndarray
    asymptote: float

    @classmethod
    def along(
        cls, theta: np.ndarray, matrix: ResponseMatrix, groups: Groups, asymptote: float
    ) -> GuessingCurves:
        """Prepare for a grid."""
        return cls(groups, matrix.right.astype("f4"), theta, asymptote)

    def forward(self, difficulty: np.ndarray, discrimination: np.ndarray) -> Curves:
        """Return the curves at some parameters."""
        groups, guess = self.groups, self.asymptote
        by_kind = np.zeros((groups.in_pattern.shape[1], len(self.theta)))
        probability = np.empty((len(difficulty), len(self.theta)))
        kernels.sum_log_one_plus_exp(
            difficulty, discrimination, groups.kind_of_item, self.theta, by_kind, probability
        )
        # log of P / (1 − P) = log(γ + exp z) − log(1 − γ), with exp z = p / (1 − p); bounded below by log γ.
        logit = np.minimum(discrimination[:, None] * (self.theta - difficulty[:, None]), 300.0)
        log_odds = np.logaddexp(np.log(guess), logit) - np.log1p(-guess)
        answered = groups.in_pattern @ np.bincount(groups.kind_of_item)
        wrong = answered[:, None] * np.log1p(-guess) - groups.in_pattern @ by_kind
        own = (self.right @ log_odds.astype("f4")).astype("f8") + wrong[groups.pattern]
        nothing = np.zeros(len(groups.count))
        return Curves(nothing, nothing, np.arange(len(groups.count)), own, rising=probability)

    def backward(
        self,
        difficulty: np.ndarray,
        discrimination: np.ndarray,
        curves: Curves,
        mass: np.ndarray,
        mean_ability: np.ndarray,
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return the derivatives of the log-likelihood by difficulty and by log discrimination."""
        groups, p = self.groups, curves.rising
        assert p is not None, "forward keeps it"
        by_pattern = np.zeros((len(groups.in_pattern), len(self.theta)))
        if len(by_pattern) == 1:
            by_pattern[0] = mass.sum(axis=0)
        else:
            np.add.at(by_pattern, groups.pattern, mass)
        by_logit = -(groups.in_pattern.T @ by_pattern)[groups.kind_of_item] * p
        # d log(γ + exp z) / dz = p / (γ (1 − p) + p)
        by_logit += (mass.astype("f4").T @ self.right).T * (p / (self.asymptote * (1 - p) + p))
        total, moment = by_logit.sum(axis=1), by_logit @ self.theta
        return -discrimination * total, discrimination * (moment - difficulty * total)
