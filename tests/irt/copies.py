"""Responses of families of near-copies, simulated from the Rasch model."""

from __future__ import annotations

import numpy as np
from scipy.special import expit

from analysis.irt import ResponseMatrix


def copies(
    *, families: int, members: int | np.ndarray, items: int, share: float, seed: int
) -> tuple[ResponseMatrix, np.ndarray, np.ndarray]:
    """Simulate families whose members copy a share of responses from a founder who is not among them.

    Members have their founder's ability; ``members`` is the size of every family or of each. Return the
    responses, the true b − μ, shape ``(items,)``, and each model's family.
    """
    rng = np.random.default_rng(seed)
    ability, difficulty = rng.normal(0.5, 1.2, families), rng.normal(0.0, 1.4, items)
    family = np.repeat(np.arange(families), members)
    p = expit(ability[:, None] - difficulty)
    founder = rng.random(p.shape) < p
    own = rng.random((len(family), items)) < p[family]
    right = np.where(rng.random(own.shape) < share, founder[family], own)
    return ResponseMatrix(right.astype("i1"), np.arange(len(family))), difficulty - 0.5, family
