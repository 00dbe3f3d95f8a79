"""A point estimate in a fraction of a second, for everything that fits again many times."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.irt import pilot
from analysis.irt.likelihood import Kind
from analysis.irt.matrix import ResponseMatrix
from analysis.irt.point import Point
from analysis.irt.scores import group


@dataclass(frozen=True)
class Estimate:
    """Penalised maximum-likelihood parameters, abilities integrated out, and what they say of each model.

    Attributes
    ----------
    point
        The parameters.
    ability, ability_sd
        Posterior mean and sd of each model's θ given the parameters, in the gauge of ``point`` (difficulties
        sum to zero), shape ``(models,)``.
    """

    point: Point
    ability: np.ndarray
    ability_sd: np.ndarray


def estimate(
    matrix: ResponseMatrix,
    *,
    weights: np.ndarray | None = None,
    kind: str = "rasch",
    asymptote: float = 0.0,
    start: Point | None = None,
) -> Estimate:
    """Estimate an IRT model's parameters.

    The penalties are weak: difficulties, μ and σ are taken as Normal(0, 3) and log discriminations as
    Normal(0, 1), in logits.

    Parameters
    ----------
    matrix
        The responses.
    weights
        How often each model counts, shape ``(models,)``; 0 leaves it out. By default once.
    kind
        ``"rasch"`` or ``"2pl"``.
    asymptote
        Fixed lower asymptote.
    start
        Where to start the search: an estimate of the same items from similar data saves time.
    """
    model = Kind(kind, asymptote)
    groups = group(matrix, by_score=model.counts_scores, weights=weights)
    best, likelihood = pilot.estimate(matrix, groups, model, start)
    ability, ability_sd = likelihood.abilities(best)
    return Estimate(best, ability, ability_sd)
