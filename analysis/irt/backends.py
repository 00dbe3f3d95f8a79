"""The only place that knows which PyMC, ArviZ and sampler are installed.

On Python 3.11 pip resolves PyMC 5 and ArviZ 0.23, from 3.12 on PyMC 6 and ArviZ 1.
"""

from __future__ import annotations

import contextlib
import os
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from typing import Any

import numpy as np
import pandas as pd
import pymc as pm
import pytensor.tensor as pt
import xarray as xr
from pytensor.compile.mode import Mode

from analysis.irt import forked
from analysis.irt.point import Point

with warnings.catch_warnings():
    warnings.simplefilter("ignore", FutureWarning)  # ArviZ 0.23 announces ArviZ 1 at every import
    import arviz as az

HAS_NUTPIE = find_spec("nutpie") is not None
CONVERGENCE_BLOCK = 500  # parameters whose draws are held in double precision at a time
POLL = 0.05  # seconds between looks at running chains
# Seconds of a gradient. Chains in threads take turns at the interpreter lock between gradients; where those
# are short, handing it over costs more than a second core brings (BBH: two at a time 13.6 s, one 8.4 s), and
# chains run in copies of this process instead.
WORTH_A_THREAD = 3e-4

Progress = Callable[[int, int], None]
"""Called with a chain's number and how many of its draws, tuning included, are done."""


@dataclass(frozen=True)
class Chains:
    """Posterior draws in the sampler's own unconstrained coordinates.

    Attributes
    ----------
    draws
        float32, shape ``(chains, draws, dimensions)``.
    divergences
        Number of divergent transitions after tuning.
    centre
        Item parameters that the coordinates are made around; None where they need none.
    """

    draws: np.ndarray
    divergences: int
    centre: Point | None = None

    def followed_by(self, more: Chains) -> Chains:
        """Return these draws with each chain's continuation behind it."""
        draws = np.concatenate([self.draws, more.draws], axis=1)
        return replace(self, draws=draws, divergences=self.divergences + more.divergences)


def unconstrained(model: pm.Model, values: dict[str, np.ndarray]) -> np.ndarray:
    """Return values of the free variables as the sampler's one vector, shape ``(dimensions,)``."""
    moved = []
    for variable in model.free_RVs:
        transform = model.rvs_to_transforms[variable]
        value = pt.as_tensor_variable(values[variable.name])
        if transform is not None:
            value = transform.forward(value, *variable.owner.inputs)
        moved.append(np.ravel(_evaluated(value)))
    return np.concatenate(moved)


def constrained(model: pm.Model, draws: np.ndarray, dtype: str = "f4") -> dict[str, np.ndarray]:
    """Return the free variables' values from draws ``(…, dimensions)``, by name."""
    flat = draws.reshape(-1, draws.shape[-1])
    result, first = {}, 0
    for variable in model.free_RVs:
        value = model.rvs_to_values[variable]
        size = int(np.prod(value.type.shape, dtype=int))
        transform = model.rvs_to_transforms[variable]
        own = flat[:, first : first + size].reshape(len(flat), *value.type.shape)
        first += size
        result[variable.name] = _backward(transform, own, variable, dtype).reshape(
            *draws.shape[:-1], *variable.type.shape
        )
    return result


def _backward(transform: Any, values: np.ndarray, variable: Any, dtype: str) -> np.ndarray:
    if transform is None:
        return values.astype(dtype)
    block = max(1, 4_000_000 // max(values[0].size, 1))
    parts = [
        _evaluated(
            transform.backward(pt.constant(values[k : k + block].astype("f8")), *variable.owner.inputs)
        ).astype(dtype)
        for k in range(0, len(values), block)
    ]
    return np.concatenate(parts)


def _evaluated(value: Any) -> np.ndarray:
    # In Python: compiling C for a transform takes longer than the transform, and needs a compiler.
    return np.asarray(value.eval(mode=Mode(linker="py", optimizer="fast_compile")))


def sample(
    model: pm.Model,
    *,
    starts: np.ndarray,
    draws: int,
    tune: int,
    target_accept: float,
    max_depth: int,
    correlated: bool,
    seeds: list[int],
    progress: Progress | None = None,
) -> Chains:
    """Draw from a model's posterior by NUTS, with nutpie or, where it is not installed, PyMC's own.

    Parameters
    ----------
    model
        The model.
    starts
        Where each chain starts, in unconstrained coordinates, shape ``(chains, dimensions)``.
    draws, tune
        Draws kept and discarded in each chain.
    target_accept
        Mean acceptance that the step size is adapted to.
    max_depth
        Doublings of a trajectory at most.
    correlated
        Whether the posterior has directions in which many parameters move together: nutpie then learns them
        (its low-rank modified mass matrix; for the 2PL 2.4 times as many effective draws in two thirds of
        the time).
    seeds
        One a chain.
    progress
        Told how far each chain is.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # compiler chatter about caching, nothing a user could act on
        density = model.logp_dlogp_function(ravel_inputs=True, mode="NUMBA")
        density.set_extra_values({})
        run = _by_nutpie if HAS_NUTPIE else _by_pymc
        return run(model, density, starts, draws, tune, target_accept, max_depth, correlated, seeds, progress)


def _by_nutpie(
    model: pm.Model,
    density: Any,
    starts: np.ndarray,
    draws: int,
    tune: int,
    target_accept: float,
    max_depth: int,
    correlated: bool,
    seeds: list[int],
    progress: Progress | None,
) -> Chains:
    """Run each chain as a sampler of its own, several at a time where that is quicker."""
    import nutpie
    from nutpie.compiled_pyfunc import from_pyfunc

    # The compiled function itself: PyTensor's wrapper has one storage for all callers; chains are threads.
    function = density._pytensor_function.vm.jit_fn
    function(starts[0])  # compiles, here rather than in a chain
    cores = os.cpu_count() or 1
    is_short = _seconds(function, starts[0]) < WORTH_A_THREAD
    copies = is_short and cores > 1 and forked.possible()
    kept = forked.shared((len(starts), draws, starts.shape[1]), "f4")
    done, divergences = (forked.shared((len(starts),), "i8") for _ in range(2))
    failures: list[Exception] = []
    original = os.getpid()

    def log_density(at: np.ndarray) -> tuple[float, np.ndarray]:
        try:
            value, gradient = function(at)
        except Exception as error:
            failures.append(error)
            raise
        return float(value), gradient

    def begin(chain: int) -> Any:
        def keep(at: np.ndarray) -> dict[str, np.ndarray]:
            if done[chain] >= tune:
                kept[chain, done[chain] - tune] = at
            done[chain] += 1
            if copies:
                forked.end_with_original(original)
            return {"done": np.array(float(done[chain]))}

        compiled = from_pyfunc(
            ndim=starts.shape[1],
            make_logp_fn=lambda: log_density,
            make_expand_fn=lambda *_: keep,
            expanded_dtypes=[np.dtype("float64")],
            expanded_shapes=[()],
            expanded_names=["done"],
            make_initial_point_fn=lambda _: starts[chain],
        )
        return nutpie.sample(
            compiled,
            draws=draws,
            tune=tune,
            chains=1,
            cores=1,
            seed=seeds[chain],
            target_accept=target_accept,
            maxdepth=max_depth,
            low_rank_modified_mass_matrix=correlated,
            progress_bar=False,
            save_warmup=True,
            blocking=False,
        )

    def wait(chain: int, sampler: Any) -> None:
        divergences[chain] = int(sampler.wait().sample_stats["diverging"].sum())

    def in_a_copy(chain: int) -> None:
        sampler = begin(chain)
        while done[chain] < tune + draws and not failures:
            time.sleep(POLL)
        if failures:
            raise failures[0]
        wait(chain, sampler)

    def watch() -> None:
        if progress:
            for chain in range(len(starts)):
                progress(chain, int(done[chain]))

    if copies:
        forked.run([partial(in_a_copy, chain) for chain in range(len(starts))], cores, watch)
        return Chains(np.array(kept), int(divergences.sum()))
    waiting, at_once = list(range(len(starts))), 1 if is_short else cores
    running: dict[int, Any] = {}
    try:
        while waiting or running:
            while waiting and len(running) < at_once:
                chain = waiting.pop(0)
                running[chain] = begin(chain)
            time.sleep(POLL)
            if failures:
                raise failures[0]
            # A chain is asked for its result only when it has all its draws: asked earlier, nutpie's sampler
            # keeps the interpreter lock that its chain waits for.
            for chain in [chain for chain in running if done[chain] == tune + draws]:
                wait(chain, running.pop(chain))
            watch()
    finally:  # of Ctrl-C, too: chains that nobody waits for stop
        for sampler in running.values():
            sampler.cancel()
    return Chains(np.array(kept), int(divergences.sum()))


def _seconds(function: Callable[[np.ndarray], Any], at: np.ndarray, times: int = 10) -> float:
    """Least time of a call."""
    took = []
    for _ in range(times):
        began = time.perf_counter()
        function(at)
        took.append(time.perf_counter() - began)
    return min(took)


def _by_pymc(
    model: pm.Model,
    density: Any,
    starts: np.ndarray,
    draws: int,
    tune: int,
    target_accept: float,
    max_depth: int,
    correlated: bool,
    seeds: list[int],
    progress: Progress | None,
) -> Chains:
    values = constrained(model, starts, dtype="f8")
    shaped = [{name: value[chain] for name, value in values.items()} for chain in range(len(starts))]
    done = np.zeros(len(starts), dtype=int)

    def count(trace: Any, draw: Any) -> None:
        done[draw.chain] += 1
        if progress:
            progress(draw.chain, int(done[draw.chain]))

    with model:
        step = pm.NUTS(target_accept=target_accept, max_treedepth=max_depth, compile_kwargs={"mode": "NUMBA"})
        trace = pm.sample(
            draws=draws,
            tune=tune,
            chains=len(starts),
            cores=1,
            step=step,
            initvals=shaped,
            random_seed=seeds,
            progressbar=False,
            compute_convergence_checks=False,
            return_inferencedata=False,
            callback=count,
        )
    kept = [
        np.concatenate(
            [trace.get_values(value.name, chains=[chain]).reshape(draws, -1) for value in model.value_vars],
            axis=1,
        )
        for chain in range(len(starts))
    ]
    divergences = int(np.sum(trace.get_sampler_stats("diverging")))
    return Chains(np.stack(kept).astype("f4"), divergences)


def convergence(draws: dict[str, np.ndarray]) -> pd.DataFrame:
    """R-hat, bulk ESS and tail ESS of every element of every variable.

    Rank-normalised split R-hat and ESS of Vehtari et al. (2021, "Rank-normalization, folding, and
    localization", Bayesian Analysis 16(2)), by ArviZ.

    Parameters
    ----------
    draws
        Each variable's draws, shape ``(chains, draws, …)``.

    Returns
    -------
    DataFrame
        ``parameter`` (the variable), ``number`` (of the element), ``rhat``, ``ess_bulk``, ``ess_tail``.
    """
    tables = []
    for name, first, block in _blocks(draws):
        found = {
            "rhat": az.rhat(block)["x"].to_numpy(),
            "ess_bulk": az.ess(block, method="bulk")["x"].to_numpy(),
            "ess_tail": az.ess(block, method="tail")["x"].to_numpy(),
        }
        number = np.arange(first, first + len(found["rhat"]))
        tables.append(pd.DataFrame({"parameter": name, "number": number, **found}))
    return pd.concat(tables, ignore_index=True)


def _blocks(draws: dict[str, np.ndarray]) -> Iterator[tuple[str, int, xr.Dataset]]:
    """Yield a few hundred parameters at a time, in double precision: variable, first element, draws."""
    for name, values in draws.items():
        flat = values.reshape(*values.shape[:2], -1)
        for first in range(0, flat.shape[2], CONVERGENCE_BLOCK):
            block = flat[:, :, first : first + CONVERGENCE_BLOCK].astype("f8")
            yield name, first, xr.Dataset({"x": (("chain", "draw", "parameter"), block)})


def hdi(draws: np.ndarray, prob: float) -> np.ndarray:
    """Highest-density interval of each column of draws ``(draws, columns)``, shape ``(columns, 2)``."""
    if int(version("arviz").split(".")[0]) >= 1:
        return np.asarray(az.hdi(draws, prob=prob, axis=0))
    return np.asarray(az.hdi(draws[None], hdi_prob=prob))


def leave_one_out(log_likelihood: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Expected log predictive density of each observation when it is left out, by ArviZ's PSIS-LOO.

    Pareto-smoothed importance sampling of Vehtari, Gelman & Gabry (2017, Statistics and Computing 27).

    Parameters
    ----------
    log_likelihood
        Log-likelihood of each observation at nearly independent draws, shape ``(draws, observations)``.

    Returns
    -------
    tuple of ndarray and ndarray
        In nats, and Pareto k of each one's weights; shapes ``(observations,)``.
    """
    group = {"y": log_likelihood[None]}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of large k, which are returned
        if int(version("arviz").split(".")[0]) >= 1:
            found = az.loo(az.from_dict({"log_likelihood": group}), pointwise=True, reff=1.0)
            elpd = found.elpd_i
        else:
            found = az.loo(az.from_dict(log_likelihood=group), pointwise=True, reff=1.0)
            elpd = found.loo_i
    return np.asarray(elpd), np.asarray(found.pareto_k)


def versions() -> dict[str, str]:
    """Versions of what a fit depends on."""
    found = {}
    for name in ("pymc", "pytensor", "arviz", "nutpie", "numpy"):
        with contextlib.suppress(PackageNotFoundError):
            found[name] = version(name)
    return found
