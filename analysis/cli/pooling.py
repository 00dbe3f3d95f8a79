"""``python -m analysis pool``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from analysis.cli.common import DEFAULT_STORE, StoreOption, app, chain_bars, console
from analysis.errors import AtlasError
from analysis.jobs import Telling, job
from analysis.store import Store

if TYPE_CHECKING:
    from analysis.pools import PoolRequest
    from analysis.transfer.pooling import Pooled, Settings


@app.command()
def pool(
    benchmark: Annotated[
        list[str] | None, typer.Option(help="Name of the benchmark; several times for several; else all.")
    ] = None,
    base_model: Annotated[str | None, typer.Option(help="Only the runs of this base model.")] = None,
    fit_id: Annotated[
        str | None, typer.Option("--fit", help="Fit to cut bins by; by default the newest converged one.")
    ] = None,
    draws: Annotated[
        int,
        typer.Option(
            min=100,
            help="Draws kept in each chain; three times as many if that does not do.",
            show_default=True,
        ),
    ] = 750,
    chains: Annotated[int, typer.Option(min=2, help="Chains.", show_default=True)] = 4,
    seed: Annotated[int, typer.Option(help="Seed: the same gives the same result.", show_default=True)] = 1,
    store: StoreOption = DEFAULT_STORE,
) -> None:
    """Pool the gains of all cells by a hierarchical logistic model.

    Each cell is drawn towards what its training set, its test bin and the distance between them suggest, the
    more the less is known of it alone. The app shows this beside the raw gains, with the probability that a
    gain is positive.
    """
    from analysis import pools  # PyMC takes seconds to import; other commands need none
    from analysis.transfer.pooling import Settings

    house, settings = Store(store), Settings(draws=draws, chains=chains, seed=seed)
    with house.open() as snapshot:
        names = benchmark or snapshot.benchmarks().query("runs > 0")["name"].to_list()
        if not names:
            raise AtlasError("No benchmark in the store has fine-tune runs, so there is nothing to pool.")
        wanted = [
            one for name in names for one in pools.requests(snapshot, name, base_model=base_model, fit=fit_id)
        ]
    failures = []
    for number, one in enumerate(wanted, start=1):
        with job(store, "pool", _name(one)) as telling:
            telling.step(f"{number} of {len(wanted)}")
            try:
                tables, pooled = _with_progress(one, settings, telling)
            except KeyboardInterrupt:
                raise AtlasError("Stopped; what was pooled before is kept.") from None
            with house.change() as draft:
                draft.add_pool(tables)
        _report(one, pooled)
        if problems := pooled.diagnostics.problems():
            failures.append(
                f"Pooling {_name(one)} did not converge: {'; '.join(problems)}. "
                f"Draw more: --draws {10 * draws}"
            )
    if failures:
        raise AtlasError("\n".join(failures))


def _with_progress(wanted: PoolRequest, settings: Settings, telling: Telling) -> tuple:
    from analysis.pools import make

    with chain_bars(telling, settings.chains, settings.tune + settings.draws) as (_, chain_done):
        return make(wanted, settings, chain_done)


def _name(wanted: PoolRequest) -> str:
    recipe = f", recipe {wanted.recipe}" if wanted.recipe else ""
    return f"{wanted.base_model}{recipe} on {wanted.benchmark}"


def _report(wanted: PoolRequest, pooled: Pooled) -> None:
    sure, quality = pooled.cells["p_positive"], pooled.diagnostics
    console.print(
        f"{_name(wanted)}: of {len(sure)} cells {(sure > 0.975).sum()} gain and {(sure < 0.025).sum()} lose "
        f"with probability 97.5% or more. R-hat {quality.rhat:.4f}, smallest ESS "
        f"{min(quality.ess_bulk, quality.ess_tail):,.0f}, {quality.divergences} divergences.",
        highlight=False,
    )
