"""The PyPI package `mirt` (not R's): an EM algorithm with a Rust core, written by other hands.

It has no priors by default: its estimates are of maximum marginal likelihood with θ ~ Normal(0, 1), abilities
integrated over Gauss–Hermite points. Responses below zero are left out of the likelihood. Parameters of items
are kept in a box, |b| ≤ 6 and 0.1 ≤ a ≤ 5 in sds of ability. Real difficulties lie far outside of it (BBH's
abilities have an sd of 0.2 logits), and what is cut off there bends all other estimates: the box is widened.
Its Newton steps lose items that almost nobody gets right or wrong; `informative` leaves those out.
"""

from __future__ import annotations

from dataclasses import dataclass

import mirt
import mirt.estimation.base
import numpy as np
import pytest

from analysis.irt.matrix import ResponseMatrix

WIDE = {"difficulty": (-100.0, 100.0), "discrimination": (0.01, 20.0)}
STEP_TOLERANCE = 1e-4  # of EM's steps, in sds of ability
MAX_STEPS = 1000
EXTREME = 0.01  # share of models right or wrong below which `mirt` strays off


@dataclass(frozen=True)
class Peer:
    """What `mirt` found, difficulties as it has them in sds of ability.

    Attributes
    ----------
    discrimination, difficulty
        a and b, shape ``(items,)``.
    covariance
        Of all a, then all b: the inverse observed information of the marginal likelihood.
    """

    discrimination: np.ndarray
    difficulty: np.ndarray
    covariance: np.ndarray

    @property
    def logits(self) -> np.ndarray:
        """a b: how far below the logit of an average model an item is, shape ``(items,)``."""
        return self.discrimination * self.difficulty

    @property
    def discrimination_error(self) -> np.ndarray:
        """Standard error of a, shape ``(items,)``."""
        return np.sqrt(np.diag(self.covariance)[: len(self.difficulty)])

    @property
    def logits_error(self) -> np.ndarray:
        """Standard error of a b by the delta method, shape ``(items,)``."""
        n = len(self.difficulty)
        variance = np.diag(self.covariance)
        together = np.diag(self.covariance[:n, n:])
        a, b = self.discrimination, self.difficulty
        return np.sqrt(b**2 * variance[:n] + a**2 * variance[n:] + 2 * a * b * together)


def informative(matrix: ResponseMatrix, *, item_rest: float | None = None) -> ResponseMatrix:
    """Leave out items that almost nobody gets right or wrong, and those below an item-rest correlation."""
    share = matrix.item_totals / matrix.item_counts
    kept = (share > EXTREME) & (share < 1 - EXTREME)
    if item_rest is not None:
        right = matrix.right.astype(float)
        rest = right.sum(axis=1, keepdims=True) - right
        for item in np.flatnonzero(kept):
            kept[item] = np.corrcoef(right[:, item], rest[:, item])[0, 1] > item_rest
    return ResponseMatrix(matrix.values[:, kept], matrix.models)


def fit(matrix: ResponseMatrix, *, kind: str, start: float, points: int) -> Peer:
    """Fit a 2PL, or for the Rasch model one with all discriminations equal and their common value free.

    Parameters
    ----------
    matrix
        The responses.
    kind
        ``"rasch"`` or ``"2pl"``.
    start
        Discrimination to start from; EM moves a common one slowly.
    points
        Gauss–Hermite points. They lie about π / √points apart, which must not exceed the error of an ability.
    """
    share = matrix.item_totals / matrix.item_counts
    with pytest.MonkeyPatch.context() as patched:
        for name, bounds in WIDE.items():
            patched.setitem(mirt.estimation.base._ITEM_PARAMETER_BOUNDS, name, bounds)
        found = mirt.fit_mirt(
            matrix.values.astype(int),
            "2PL",
            n_quadpts=points,
            tol=STEP_TOLERANCE,
            max_iter=MAX_STEPS,
            start_values={
                "discrimination": np.full(matrix.n_items, start),
                "difficulty": np.log(1 / share - 1) / start,
            },
            constraints=[("discrimination", list(range(matrix.n_items)))] if kind == "rasch" else None,
        )
    assert found.converged
    parameters = found.model.parameters
    return Peer(
        np.asarray(parameters["discrimination"]), np.asarray(parameters["difficulty"]), np.asarray(found.vcov)
    )
