"""Responses simulated from an IRT model, and what statistics are by chance if it is true.

A parametric bootstrap (Efron & Tibshirani 1993, "An Introduction to the Bootstrap", chapter 6): data sets are
simulated from the fitted model with the same responses missing, the model is estimated again from each, and
statistics are taken from that as they were from the data.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import numpy as np

from analysis.irt.blocks import blocks, of_items
from analysis.irt.estimate import Estimate, estimate
from analysis.irt.matrix import MISSING, ResponseMatrix
from analysis.irt.point import Point

Run = Callable[[Callable[..., Any], Iterable[Any]], Iterable[Any]]
"""Maps a function over tasks, as `map` does; they may run anywhere, in any order."""

Statistic = Callable[[ResponseMatrix, Estimate], Any]
"""Something to compute of responses and an estimate from them; it must be importable where it runs."""


def simulate(
    matrix: ResponseMatrix, point: Point, ability: np.ndarray, rng: np.random.Generator
) -> ResponseMatrix:
    """Draw responses from an IRT model, missing where those of ``matrix`` are.

    Costs half a second and 54 MB at 4,500 × 12,032.

    Parameters
    ----------
    matrix
        Responses of the same shape.
    point
        The items' parameters.
    ability
        θ of each row's model, shape ``(models,)``.
    rng
        Source of randomness.
    """
    values = np.full(matrix.values.shape, MISSING, dtype="i1")
    single = of_items(point, slice(None), dtype="f4")
    for rows in blocks(matrix.n_models, matrix.n_items):
        p = single.probability(ability[rows].astype("f4"))
        right = rng.random(p.shape, dtype="f4") < p
        np.copyto(values[rows], right, where=matrix.values[rows] != MISSING, casting="unsafe")
    return ResponseMatrix(values, matrix.models)


def simulate_new_models(matrix: ResponseMatrix, point: Point, rng: np.random.Generator) -> ResponseMatrix:
    """Draw responses of new models, θ ~ Normal(μ, σ), to the items that each model of ``matrix`` answered."""
    return simulate(matrix, point, rng.normal(point.mean, point.sd, matrix.n_models), rng)


def replicate(
    matrix: ResponseMatrix, fitted: Estimate, kind: str, seed: int
) -> tuple[ResponseMatrix, Estimate]:
    """Simulate responses of the same models from a fitted IRT model, and estimate it from them again.

    Abilities are drawn from each model's own posterior, taken as normal, not from Normal(μ, σ): what a
    statistic does by chance depends on where abilities lie, and those of leaderboards are not normal; and a
    model keeps its ability together with what it answered.

    Models are simulated independently of each other, as near-copies are not.

    Parameters
    ----------
    matrix
        The responses.
    fitted
        An estimate from them.
    kind
        The estimate's kind, ``"rasch"`` or ``"2pl"``.
    seed
        Same seed, same responses.
    """
    rng = np.random.default_rng(seed)
    simulated = simulate(matrix, fitted.point, rng.normal(fitted.ability, fitted.ability_sd), rng)
    return simulated, estimate(simulated, kind=kind, asymptote=fitted.point.asymptote, start=fitted.point)


def by_chance(
    matrix: ResponseMatrix,
    fitted: Estimate,
    *statistics: Statistic,
    kind: str,
    replicates: int,
    seed: int,
    run: Run = map,
) -> list[list[Any]]:
    """Compute statistics of replicates, all of them of the same ones.

    A replicate costs a simulation, an estimate, and its statistics.

    Parameters
    ----------
    matrix, fitted, kind
        As for `replicate`.
    statistics
        What to compute of each replicate.
    replicates
        How many.
    seed
        Same seed, same result, wherever replicates run.
    run
        ``map``, or what does the same elsewhere, as over processes.

    Returns
    -------
    list of lists
        Of each statistic, its value in every replicate.
    """
    seeds = np.random.SeedSequence(seed).generate_state(replicates, np.uint64).tolist()
    values = list(run(partial(_values, matrix, fitted, kind, statistics), seeds))
    return [list(of_replicates) for of_replicates in zip(*values, strict=True)] or [[] for _ in statistics]


def _values(
    matrix: ResponseMatrix, fitted: Estimate, kind: str, statistics: tuple[Statistic, ...], seed: int
) -> list[Any]:
    """Return each statistic's value in one replicate."""
    simulated, again = replicate(matrix, fitted, kind, seed)
    return [statistic(simulated, again) for statistic in statistics]
