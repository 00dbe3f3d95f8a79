"""Responses simulated from an IRT model, with the truth kept."""

from __future__ import annotations

import numpy as np

from analysis.irt.matrix import MISSING, ResponseMatrix
from analysis.irt.point import Point

BLOCK_CELLS = 1_000_000  # simulated at a time; a block takes a few dozen MB


def responses(truth: Point, models: int, *, seed: int, missing: float = 0.0) -> ResponseMatrix:
    """Simulate models of abilities drawn from the truth's distribution.

    Parameters
    ----------
    truth
        Parameters of the items and of the ability distribution.
    models
        Number of models.
    seed
        Seed of abilities, responses and of which are missing.
    missing
        Share of responses that are missing completely at random.
    """
    rng = np.random.default_rng(seed)
    items = len(truth.difficulty)
    ability = rng.normal(truth.mean, truth.sd, models)
    values = np.empty((models, items), dtype="i1")
    rows = max(1, BLOCK_CELLS // items)
    for first in range(0, models, rows):
        probability = truth.probability(ability[first : first + rows])
        block = values[first : first + rows]
        block[:] = rng.random(block.shape) < probability
        if missing:
            block[rng.random(block.shape) < missing] = MISSING
    return ResponseMatrix(values, np.arange(models))


def benchmark_like(items: int, *, seed: int) -> Point:
    """Items and models as on a leaderboard: difficulties of sd 1.4, abilities of sd 1.2 logits."""
    difficulty = np.random.default_rng(seed).normal(0.0, 1.4, items)
    return Point(difficulty - difficulty.mean(), 0.5, 1.2)


def from_the_prior(kind: str, items: int, *, seed: int) -> Point:
    """Items and models of a kind that the priors of `analysis.irt.model` reckon with.

    The spread of difficulties is large, so that some items are right or wrong for every one of a few hundred
    models.

    Parameters
    ----------
    kind
        ``"rasch"``: σ_b from 2.5 to 4 logits, μ ~ Normal(0, 1), σ from 0.7 to 1.5.
        ``"2pl"``: in sds of ability, b ~ Normal(0, σ_b) with σ_b from 2.5 to 4; log a ~ Normal(0.2, 0.4).
    items
        Number of items.
    seed
        Seed of all of it.
    """
    rng = np.random.default_rng(seed)
    if kind == "rasch":
        difficulty = rng.normal(0.0, rng.uniform(2.5, 4.0), items)
        return Point(difficulty, rng.normal(0.0, 1.0), rng.uniform(0.7, 1.5))
    difficulty = rng.normal(0.0, rng.uniform(2.5, 4.0), items)
    return Point(difficulty, 0.0, 1.0, discrimination=np.exp(rng.normal(0.2, 0.4, items)))
