"""Parameters, responses drawn from them, and a posterior around an estimate."""

from __future__ import annotations

import numpy as np

from analysis.irt.estimate import Estimate
from analysis.irt.matrix import MISSING, ResponseMatrix
from analysis.irt.point import Point


def a_point(
    items: int, seed: int = 0, *, slopes: float = 0.0, asymptote: float = 0.0, mean: float = 0.3
) -> Point:
    """Parameters with difficulties of sd 1.2 and log discriminations of sd ``slopes``."""
    rng = np.random.default_rng(seed)
    difficulty, slope = rng.normal(0, 1.2, items), rng.normal(0, slopes, items)
    return Point(difficulty - difficulty.mean(), mean, 1.1, np.exp(slope - slope.mean()), asymptote)


def answers(point: Point, models: int, seed: int, missing: float = 0.0) -> tuple[ResponseMatrix, np.ndarray]:
    """Responses drawn from a point, without the module, and the abilities behind them."""
    rng = np.random.default_rng(seed)
    ability = rng.normal(point.mean, point.sd, models)
    p = point.probability(ability)
    values = np.where(rng.random(p.shape) < missing, MISSING, rng.random(p.shape) < p)
    return ResponseMatrix(values.astype("i1"), np.arange(models)), ability


def posterior(matrix: ResponseMatrix, fitted: Estimate, draws: int, seed: int = 0) -> list[Point]:
    """Normal approximation of a Rasch posterior: near enough with hundreds of models."""
    rng = np.random.default_rng(seed)
    point, p = fitted.point, fitted.point.probability(fitted.ability)
    sd = 1 / np.sqrt((p * (1 - p) * matrix.observed).sum(axis=0) + 1 / 9)
    found = []
    for _ in range(draws):
        difficulty = rng.normal(point.difficulty, sd)
        mean = rng.normal(point.mean, point.sd / np.sqrt(matrix.n_models))
        spread = point.sd * np.exp(rng.normal(0, 1 / np.sqrt(2 * matrix.n_models)))
        found.append(Point(difficulty - difficulty.mean(), mean - difficulty.mean(), spread))
    return found
