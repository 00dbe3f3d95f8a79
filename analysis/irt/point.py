"""One value of an IRT model's parameters, and the curve it gives each item."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy.special import expit

FARTHEST = 10.0
"""Sds of ability beyond which a difficulty of the 2PL is not followed: no model is there to tell."""


@dataclass(frozen=True)
class Point:
    """One value of the parameters: P(correct) = γ + (1 − γ) logistic(a (θ − b)), θ ~ Normal(μ, σ).

    Origin and unit of the scale are a matter of choice. In the Rasch model a = 1, which makes the unit a
    logit, and difficulties sum to zero; in the 2PL μ = 0 and σ = 1, which makes the unit the standard
    deviation of ability. b − μ is the difficulty that users are shown, in either unit.

    Attributes
    ----------
    difficulty
        b, shape ``(items,)``.
    mean, sd
        μ and σ of the ability distribution.
    discrimination
        a, shape ``(items,)``; one number stands for the same of every item.
    asymptote
        γ, the lower asymptote of every item: a fixed chance of guessing right.
    """

    difficulty: np.ndarray
    mean: float
    sd: float
    discrimination: np.ndarray = field(default_factory=lambda: np.ones(1))
    asymptote: float = 0.0

    def __post_init__(self) -> None:
        everyone = np.array(np.broadcast_to(self.discrimination, np.shape(self.difficulty)))
        object.__setattr__(self, "discrimination", everyone)

    def probability(self, ability: np.ndarray) -> np.ndarray:
        """P(correct) of every item at every ability, shape ``(*ability.shape, items)``."""
        logits = self.discrimination * (np.asarray(ability)[..., None] - self.difficulty)
        return self.asymptote + (1 - self.asymptote) * expit(logits)

    @property
    def shown(self) -> np.ndarray:
        """Difficulty b − μ as users are shown it, shape ``(items,)``: if slopes vary, within `FARTHEST`."""
        distance = self.difficulty - self.mean
        return distance.clip(-FARTHEST, FARTHEST) if np.ptp(self.discrimination) > 0 else distance
