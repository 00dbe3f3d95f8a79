"""Sample the pooled model: how much rows, bins, cells and runs differ, and whether that can be trusted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pymc as pm
from scipy import stats

from analysis.irt import backends
from analysis.irt.backends import Progress
from analysis.irt.diagnostics import Diagnostics
from analysis.transfer.pooling.evidence import Evidence
from analysis.transfer.pooling.model import (
    PRIOR_SD,
    RUN,
    RUN_IN_BIN,
    Design,
    error_covariance,
    pooled_model,
    true_covariance,
)

MAX_DEPTH = 10
TYPICAL = 0.3  # logits, around which chains start


MORE = 3
"""Times as many draws are worth a try where so many did not converge."""


@dataclass(frozen=True)
class Settings:
    """How to sample.

    Attributes
    ----------
    draws, tune, chains
        Draws kept and discarded in each chain, and chains.
    seed
        The same gives the same result.
    target_accept
        Mean acceptance that the step size is adapted to; at 0.8 one run in twenty has a divergence.
    """

    draws: int = 750
    tune: int = 400
    chains: int = 4
    seed: int = 1
    target_accept: float = 0.9


def sample(
    seen: Evidence, place: Design, settings: Settings, progress: Progress | None = None
) -> tuple[dict[str, np.ndarray], Diagnostics]:
    """Draw the standard deviations from their posterior.

    Returns
    -------
    draws
        Of each, logits, shape ``(chains × draws,)``.
    diagnostics
        The gate, as of every other fit; its log-likelihood is compared with SciPy's at the posterior mean.
    """
    model = pooled_model(seen, place)
    rng = np.random.default_rng(settings.seed)
    names = [variable.name for variable in model.free_RVs]
    starts = [
        backends.unconstrained(
            model, {name: np.array(TYPICAL * np.exp(0.5 * rng.standard_normal())) for name in names}
        )
        for _ in range(settings.chains)
    ]
    seeds = np.random.SeedSequence(settings.seed).generate_state(settings.chains)
    chains = backends.sample(
        model,
        starts=np.stack(starts),
        draws=settings.draws,
        tune=settings.tune,
        target_accept=settings.target_accept,
        max_depth=MAX_DEPTH,
        correlated=False,
        seeds=[int(number) for number in seeds],
        progress=progress,
    )
    draws = backends.constrained(model, chains.draws, dtype="f8")
    convergence = backends.convergence(draws)
    flat = {name: values.ravel() for name, values in draws.items()}
    diagnostics = Diagnostics(
        rhat=float(convergence["rhat"].max()),
        ess_bulk=float(convergence["ess_bulk"].min()),
        ess_tail=float(convergence["ess_tail"].min()),
        divergences=chains.divergences,
        log_likelihood_error=_error(
            model, seen, place, {name: values.mean() for name, values in flat.items()}
        ),
    )
    return flat, diagnostics


def _error(model: pm.Model, seen: Evidence, place: Design, sds: dict[str, float]) -> float:
    """Return how far the model's log-likelihood is from one by SciPy, another way."""
    at = dict(
        zip(
            [value.name for value in model.value_vars],
            np.log([sds[variable.name] for variable in model.free_RVs]),
            strict=True,
        )
    )
    prior = sum(stats.halfnorm.logpdf(sd, scale=PRIOR_SD[name]) for name, sd in sds.items())
    sampled = float(model.compile_logp(jacobian=False, mode="NUMBA")(at)) - prior
    return abs(sampled - log_likelihood(seen, place, sds))


def log_likelihood(seen: Evidence, place: Design, sds: dict[str, float]) -> float:
    """Log density of what is observed, given the standard deviations; nats."""
    whole = true_covariance(sds, place) + error_covariance(sds, seen, place)
    total = stats.multivariate_normal.logpdf(seen.gain, cov=whole)
    for contrast, answers in zip(seen.between, seen.answers, strict=True):
        known = np.isfinite(contrast)
        if known.any():
            own = np.diag(answers[known] + sds[RUN_IN_BIN] ** 2) + sds[RUN] ** 2
            total += stats.multivariate_normal.logpdf(contrast[known], cov=own)
    return float(total)
