"""``python -m analysis compare``."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from analysis.cli.common import DEFAULT_STORE, StoreOption, app, console, draws_told
from analysis.errors import AtlasError
from analysis.jobs import job
from analysis.store import Store
from analysis.tables import ComparisonTable

if TYPE_CHECKING:
    from analysis.irt.comparison import Comparison


@app.command()
def compare(
    benchmark: Annotated[str, typer.Option(help="Name of the benchmark.")],
    families: Annotated[
        str,
        typer.Option(
            help="Which models descend from each other: metadata, organisation, responses, none, or auto, "
            "the first of these that is known.",
            show_default=True,
        ),
    ] = "auto",
    draws: Annotated[int, typer.Option(help="Draws kept in each chain.", show_default=True)] = 1000,
    seed: Annotated[int, typer.Option(help="Seed: the same gives the same result.", show_default=True)] = 1,
    backend: Annotated[
        str, typer.Option(help="Where refits run: loky, threading or dask.", show_default=True)
    ] = "loky",
    scheduler: Annotated[
        str | None, typer.Option(help="Address of the Dask scheduler, as tcp://host:8786.")
    ] = None,
    jobs: Annotated[
        int, typer.Option(help="Refits at a time on this machine; -1: one a core.", show_default=True)
    ] = -1,
    store: StoreOption = DEFAULT_STORE,
) -> None:
    """Say whether items discriminate differently: which predicts better, the Rasch model or the 2PL.

    Fits both (the 2PL takes minutes) and compares how well they predict the responses of a family of models
    that is left out, by PSIS-LOO and by K-fold cross-validation. What is found is kept in the store, in place
    of an earlier comparison; the two fits are not.
    """
    from analysis import fits  # PyMC takes seconds to import; other commands need none
    from analysis.irt import comparison
    from analysis.irt.families import families as families_of
    from analysis.irt.fit import fit_irt
    from analysis.irt.likelihood import Kind
    from analysis.irt.refits import Refits

    house = Store(store)
    with house.open() as snapshot:
        wanted = fits.request(snapshot, benchmark, seed=seed)
    matrix = wanted.matrix
    steps, made = Console(stderr=True), []
    with job(store, "compare", benchmark) as telling:

        def step(what: str) -> None:
            telling.step(what)
            steps.print(f"· {what}", highlight=False)

        settings = replace(wanted.settings, draws=draws)
        step("families of models")
        found = families_of(wanted.respondents, source=families, matrix=matrix, seed=seed)
        console.print(found.explanation, highlight=False)
        for name in ("rasch", "2pl"):
            step(f"fitting {name}")
            fit = fit_irt(
                matrix,
                benchmark=benchmark,
                seed=seed,
                kind=Kind(name),
                settings=settings,
                progress=draws_told(telling, settings.chains, settings.tune + draws),
            )
            if problems := fit.diagnostics.problems():
                raise AtlasError(
                    f"The {name} fit did not converge: {'; '.join(problems)}. Give it more draws: "
                    f"--draws {3 * draws}"
                )
            made.append(fit)
        step("leaving families out")
        compared = comparison.compare(made, matrix, found, seed=seed, refits=Refits(backend, scheduler, jobs))
        with house.change() as draft:
            draft.add_comparison(
                ComparisonTable(
                    benchmark,
                    matrix.data_hash,
                    found.count,
                    found.source,
                    compared.table,
                    compared.kfold,
                    compared.sentence,
                )
            )
    _report(compared)


def _report(found: Comparison) -> None:
    for title, table in (("PSIS-LOO", found.table), ("K-fold", found.kfold)):
        shown = Table(title=f"{title}, in nats", title_justify="left")
        for heading in ("model", "elpd", "behind the best", "a model"):
            shown.add_column(heading, justify="left" if heading == "model" else "right")
        for row in table.itertuples():
            best = row.elpd == table["elpd"].max()
            shown.add_row(
                row.model,
                f"{row.elpd:,.0f} ± {row.se:,.0f}",
                "" if best else f"{row.elpd_diff:,.1f} ± {row.dse:,.1f}",
                "" if best else f"{row.diff_per_model:.3g} ± {row.dse_per_model:.2g}",
            )
        console.print(shown)
    for row in found.table.itertuples():
        console.print(
            f"{row.model}: {row.p:,.0f} effective parameters; Pareto k {row.k_max:.2f} at most, above 0.7 in "
            f"{row.k_high:,} families with {row.k_high_models:,} models.",
            highlight=False,
        )
    console.print(found.sentence, highlight=False)
