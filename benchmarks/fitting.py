"""The one place where benchmarks call the library's fitting."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from analysis.irt import pilot
from analysis.irt.fit import fit_irt
from analysis.irt.fitted import Fit, Settings
from analysis.irt.likelihood import Kind, Likelihood
from analysis.irt.matrix import ResponseMatrix
from analysis.irt.scores import group


def fit(matrix: ResponseMatrix, *, kind: str, seed: int, settings: Settings | None = None) -> Fit:
    """Sample a posterior as a user would, with default settings unless told otherwise."""
    return fit_irt(matrix, benchmark="measured", seed=seed, kind=Kind(kind), settings=settings)


def likelihood(matrix: ResponseMatrix, *, kind: str) -> tuple[Likelihood, Callable[[], object]]:
    """Prepare a likelihood as a fit does; return it, and a call that evaluates it with its gradient."""
    model = Kind(kind)
    groups = group(matrix, by_score=model.counts_scores)
    best, near = pilot.estimate(matrix, groups, model)
    ready = pilot.ready_for_posterior(best, matrix, groups, model, near)

    def evaluate() -> object:
        return ready(best.difficulty, best.discrimination, best.mean, best.sd)

    return ready, evaluate


def integrand_evaluations(prepared: Likelihood) -> int:
    """How many places abilities are summed over in one evaluation, all groups of models together."""
    return int(np.sum(prepared.grid.stop - prepared.grid.start))
