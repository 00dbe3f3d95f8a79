"""Coordinates of the 2PL in which its posterior is nearly round, so that a sampler needs few steps.

An item's log odds are best known at the ability where it tells models apart, its *pivot*; there they and the
slope err independently, by very different amounts from item to item. A slope that is well known errs
normally, one that is only known to be small errs on the log scale: a = s softplus(u), s being its standard
error, is both. And all log odds move together with the models' mean ability, all slopes with the abilities'
spread. All this is undone by a fixed map, made from a point estimate: it changes how fast a sampler moves,
not what it finds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import expit

from analysis.irt.point import Point

QUADRATURE = np.polynomial.hermite_e.hermegauss(31)
LEAST_INFORMATION = 0.3  # of an item's log odds or slope, by its prior where responses say little
MAX_PIVOT = 2.0  # sds of ability; beyond, there are too few models for a pivot to mean much


@dataclass(frozen=True)
class Coordinates:
    """(log odds at the pivots, u) = centre + scale × (raw + directions · stretch · directionsᵀ raw).

    Attributes
    ----------
    centre, scale
        Of the log odds of all items, then of u of all items; shape ``(2 items,)``.
    directions
        Orthonormal directions in which values move together, shape ``(2 items, 2)``.
    stretch
        By how much more than each alone, shape ``(2,)``.
    pivot
        Ability at which each item's log odds are taken, shape ``(items,)``.
    unit
        s of each item, shape ``(items,)``.
    """

    centre: np.ndarray
    scale: np.ndarray
    directions: np.ndarray
    stretch: np.ndarray
    pivot: np.ndarray
    unit: np.ndarray

    def log_odds_and_place(self, raw: Any) -> tuple[Any, Any]:
        """Map raw values ``(…, 2 items)``, NumPy's or PyTensor's, to log odds at the pivots and u."""
        together = (raw @ self.directions) * self.stretch
        values = self.centre + self.scale * (raw + together @ self.directions.T)
        n_items = len(self.pivot)
        return values[..., :n_items], values[..., n_items:]

    def raw(self, point: Point) -> np.ndarray:
        """Map a point's parameters back, shape ``(2 items,)``."""
        log_odds = point.discrimination * (self.pivot - point.difficulty)
        values = np.concatenate([log_odds, softplus_inverse(point.discrimination / self.unit)])
        scaled = (values - self.centre) / self.scale
        together = (scaled @ self.directions) * (self.stretch / (1 + self.stretch))
        return scaled - self.directions @ together

    def pulled_back(self, by_log_odds: np.ndarray, by_place: np.ndarray) -> np.ndarray:
        """Turn derivatives by log odds and u into derivatives by raw values, shape ``(2 items,)``."""
        scaled = self.scale * np.concatenate([by_log_odds, by_place])
        return scaled + self.directions @ ((scaled @ self.directions) * self.stretch)


def around(point: Point, item_counts: np.ndarray, models: float) -> Coordinates:
    """Make coordinates around a point with θ ~ Normal(0, 1).

    Parameters
    ----------
    point
        An estimate.
    item_counts
        Models that answered each item, shape ``(items,)``.
    models
        Number of models.
    """
    theta, weight = QUADRATURE[0], QUADRATURE[1] / QUADRATURE[1].sum()
    p, guess, a = point.probability(theta), point.asymptote, point.discrimination
    variance = (p - guess) ** 2 * (1 - p) / np.maximum(p, 1e-9) / (1 - guess) ** 2
    total = weight @ variance
    pivot = np.clip(weight @ (variance * theta[:, None]) / total, -MAX_PIVOT, MAX_PIVOT)
    second = weight @ (variance * (theta[:, None] - pivot) ** 2)
    of_log_odds = 1 / np.sqrt(item_counts * total + LEAST_INFORMATION)
    unit = 1 / np.sqrt(item_counts * second + LEAST_INFORMATION)
    place = softplus_inverse(a / unit)
    scale = np.concatenate([of_log_odds, np.ones(len(a))])
    # The mean of the abilities is known to 1/√models, the log of their spread to 1/√(2 models).
    shift = np.concatenate([a, np.zeros(len(a))]) / np.sqrt(models)
    spread = np.concatenate([a * pivot, a / unit / expit(place)]) / np.sqrt(2 * models)
    directions, size, _ = np.linalg.svd(
        np.column_stack([shift, spread]) / scale[:, None], full_matrices=False
    )
    return Coordinates(
        centre=np.concatenate([a * (pivot - point.difficulty), place]),
        scale=scale,
        directions=directions,
        stretch=np.sqrt(1 + size**2) - 1,
        pivot=pivot,
        unit=unit,
    )


def softplus_inverse(value: np.ndarray) -> np.ndarray:
    """Return u of log(1 + exp u)."""
    return value + np.log(-np.expm1(-np.maximum(value, 1e-12)))
