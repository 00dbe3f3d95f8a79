"""The Rasch model's item curves at a cost that hardly grows with the items.

c(θ) = Σ_i log(1 + exp(θ − b_i)) depends on θ and b only through their difference. So each item is spread over
a few of a row of equally spaced difficulties β_s by Lagrange interpolation, and c(θ_k) = Σ_s m_s f(θ_k − β_s)
is one small product with a table made once: no exponential or logarithm is left to compute while sampling.
f(z) = log(1 + exp z) is analytic within ±iπ, so 8 nodes at a spacing of 0.15 err by less than 1e-11 an item
(measured: 4e-8 for the sum over 12,000 items), a hundred times faster than the sum itself.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.linalg import multi_dot  # in whichever order costs less: patterns may be one or thousands
from numpy.polynomial import polynomial

from analysis.irt import kernels
from analysis.irt.curves import Curves
from analysis.irt.scores import Groups

WIDTH = 8  # nodes that an item is spread over
SPACING = 0.15  # logits between nodes
AROUND = np.arange(WIDTH)


@dataclass(frozen=True)
class Convolution:
    """Item curves of the Rasch model without guessing, along a grid of abilities.

    Attributes
    ----------
    groups
        Of equal pattern and score.
    first_node
        The easiest node, in logits.
    table
        f(θ_k − β_s) = log(1 + exp(θ_k − β_s)), shape ``(nodes, grid)``.
    weights, slopes
        Coefficients of the interpolation weights and of their derivatives by b, as `kernels.spread` has them.
    """

    groups: Groups
    first_node: float
    table: np.ndarray
    weights: np.ndarray
    slopes: np.ndarray

    @classmethod
    def along(cls, theta: np.ndarray, groups: Groups, reach: float) -> Convolution:
        """Prepare for difficulties between −reach and reach, in logits."""
        nodes = np.arange(-reach - SPACING * WIDTH, reach + SPACING * WIDTH, SPACING)
        weights = _lagrange_coefficients(WIDTH)
        powers = np.arange(WIDTH - 1, 0, -1)[:, None]
        table = np.logaddexp(0.0, theta[None, :] - nodes[:, None])
        return cls(groups, float(nodes[0]), table, weights, weights[:-1] * powers / SPACING)

    def forward(self, difficulty: np.ndarray, discrimination: np.ndarray) -> Curves | None:
        """Return the curves at some difficulties, or None if one of them is out of reach."""
        groups = self.groups
        moments = np.zeros((groups.in_pattern.shape[1], len(self.table)))
        within_reach = kernels.spread(
            difficulty, groups.kind_of_item, self.first_node, SPACING, self.weights, moments
        )
        if not within_reach:
            return None
        near = self._near(difficulty)
        return Curves(
            slope=groups.score,
            offset=np.zeros(len(groups.score)),
            curve=groups.pattern,
            shared=-multi_dot([groups.in_pattern, moments[:, near], self.table[near]]),
            constant=-float(groups.item_totals @ difficulty),
        )

    def backward(
        self,
        difficulty: np.ndarray,
        discrimination: np.ndarray,
        curves: Curves,
        mass: np.ndarray,
        mean_ability: np.ndarray,
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return the derivatives of the log-likelihood by difficulty and (none) by log discrimination."""
        groups = self.groups
        near = self._near(difficulty)
        by_kind = np.zeros((groups.in_pattern.shape[1], len(self.table)))
        by_kind[:, near] = multi_dot([groups.in_pattern.T, mass, self.table[near].T])
        gradient = np.empty(groups.n_items)
        kernels.gather(
            difficulty, groups.kind_of_item, self.first_node, SPACING, self.slopes, by_kind, gradient
        )
        return -gradient - groups.item_totals, np.zeros(groups.n_items)

    def _near(self, difficulty: np.ndarray) -> np.ndarray | slice:
        """Nodes that matter: of few items, those around them, some dozens of the hundreds."""
        if 2 * WIDTH * len(difficulty) > len(self.table):
            return slice(None)
        left = ((difficulty - self.first_node) / SPACING).astype(int) - WIDTH // 2 + 1
        near = np.zeros(len(self.table), dtype=bool)
        near[left[:, None] + AROUND] = True
        return near.nonzero()[0]


def _lagrange_coefficients(width: int) -> np.ndarray:
    """Lagrange polynomials of the nodes 1 − width/2 … width/2, highest power first: ``(powers, nodes)``."""
    nodes = np.arange(width) - (width // 2 - 1)
    columns = []
    for node in nodes:
        others = nodes[nodes != node]
        columns.append(polynomial.polyfromroots(others)[::-1] / np.prod(node - others))
    return np.column_stack(columns)
