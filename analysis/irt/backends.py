"""The only place that knows which PyMC, ArviZ and sampler are installed.

On Python 3.11 pip resolves PyMC 5 and ArviZ 0.23, from 3.12 on PyMC 6 and ArviZ 1.
"""

from __future__ import annotations

import os
import warnings
from dataclasses import dataclass
from importlib.metadata import version

import numpy as np
import pymc as pm
import xarray as xr

with warnings.catch_warnings():
    warnings.simplefilter("ignore", FutureWarning)  # ArviZ 0.23 announces ArviZ 1 at every import
    import arviz as az
    import nutpie


@dataclass(frozen=True)
class Draws:
    """Posterior draws of one model.

    Attributes
    ----------
    values
        Each variable's draws, shape ``(chains, draws, …)``.
    divergences
        Number of divergent transitions after tuning.
    """

    values: dict[str, np.ndarray]
    divergences: int


def sample(
    model: pm.Model,
    *,
    start: dict[str, np.ndarray],
    draws: int,
    tune: int,
    chains: int,
    target_accept: float,
    max_depth: int,
    seed: int,
    progress: bool,
) -> Draws:
    """Draw from a model's posterior with nutpie's NUTS, chains starting around ``start``."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # compiler chatter about caching, nothing a user could act on
        compiled = nutpie.compile_pymc_model(model, initial_points=start)
        trace = nutpie.sample(
            compiled,
            draws=draws,
            tune=tune,
            chains=chains,
            target_accept=target_accept,
            maxdepth=max_depth,
            cores=min(chains, os.cpu_count() or 1),
            seed=seed,
            progress_bar=progress,
            save_warmup=False,
        )
    posterior = trace.posterior
    return Draws(
        values={variable.name: posterior[variable.name].to_numpy() for variable in model.free_RVs},
        divergences=int(trace.sample_stats["diverging"].sum()),
    )


def convergence(draws: dict[str, np.ndarray]) -> tuple[float, float, float]:
    """Worst R-hat, bulk ESS and tail ESS over every element of every variable.

    Rank-normalised split R-hat and ESS of Vehtari et al. (2021, "Rank-normalization, folding, and
    localization", Bayesian Analysis 16(2)), by ArviZ.
    """
    dataset = xr.Dataset(
        {
            name: (("chain", "draw", *(f"{name}_{i}" for i in range(v.ndim - 2))), v)
            for name, v in draws.items()
        }
    )
    rhat = max(float(v.max()) for v in az.rhat(dataset).data_vars.values())
    bulk, tail = (
        min(float(v.min()) for v in az.ess(dataset, method=method).data_vars.values())
        for method in ("bulk", "tail")
    )
    return rhat, bulk, tail


def hdi(draws: np.ndarray, prob: float) -> np.ndarray:
    """Highest-density interval of each column of draws ``(draws, columns)``, shape ``(columns, 2)``."""
    if int(version("arviz").split(".")[0]) >= 1:
        return np.asarray(az.hdi(draws, prob=prob, axis=0))
    return np.asarray(az.hdi(draws[None], hdi_prob=prob))


def versions() -> dict[str, str]:
    """Versions of what a fit depends on."""
    return {name: version(name) for name in ("pymc", "pytensor", "arviz", "nutpie", "numpy")}
