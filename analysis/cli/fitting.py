"""``python -m analysis fit``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from analysis.cli.common import DEFAULT_STORE, StoreOption, app, chain_bars, console
from analysis.errors import AtlasError
from analysis.jobs import Telling, job
from analysis.store import Store

if TYPE_CHECKING:
    from analysis.fits import Made, Request
    from analysis.irt.fitted import Settings
    from analysis.irt.likelihood import Kind
    from analysis.irt.refits import Refits

MODELS = ("rasch", "2pl")


@app.command()
def fit(
    benchmark: Annotated[list[str], typer.Option(help="Name of the benchmark; give it again for several.")],
    model: Annotated[
        str, typer.Option(help="rasch, or 2pl: items discriminate differently.", show_default=True)
    ] = "rasch",
    asymptote: Annotated[
        str,
        typer.Option(
            help="Chance of guessing right: a number, or 'choices' for one over the benchmark's choices.",
            show_default=True,
        ),
    ] = "0",
    draws: Annotated[int, typer.Option(help="Draws kept in each chain.", min=10)] = 1000,
    tune: Annotated[int, typer.Option(help="Draws discarded before them.", min=10)] = 400,
    chains: Annotated[int, typer.Option(help="Number of chains.", min=2)] = 4,
    seed: Annotated[int, typer.Option(help="Seed: the same gives the same fit.", show_default=True)] = 1,
    prior_sd: Annotated[
        float, typer.Option(help="Scale of the priors of difficulty and ability.", show_default=True)
    ] = 3.0,
    families: Annotated[
        str,
        typer.Option(
            help="Which models descend from each other: metadata, organisation, responses, none, or auto, "
            "the first of these that is known.",
            show_default=True,
        ),
    ] = "auto",
    resume: Annotated[
        str | None, typer.Option(help="A fit to go on from until it has --draws draws a chain.")
    ] = None,
    extend: Annotated[
        bool,
        typer.Option(
            help="Double the draws, twice at most, while a fit has not converged.", show_default=True
        ),
    ] = True,
    checks: Annotated[
        bool, typer.Option(help="Look into lineage, item fit and predictive checks.", show_default=True)
    ] = True,
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
    """Fit every item's difficulty (PyMC) and keep the posterior in the store.

    Half a minute for 4,000 models and 250 items on two cores, some minutes for 4,500 models and 12,000 items;
    lineage and checks take as long again. Exits with 1 if the fit did not converge; it is kept with its
    diagnostics, but is not used for bins, and can be resumed: --resume FIT --draws 3000. Ctrl-C leaves the
    store as it was.
    """
    from analysis import fits  # PyMC takes seconds to import; other commands need none
    from analysis.irt.families import SOURCES
    from analysis.irt.fitted import Settings
    from analysis.irt.model import Priors
    from analysis.irt.refits import Refits

    house, refits = Store(store), Refits(backend, scheduler, jobs)
    priors = Priors(ability_mean=prior_sd, ability_sd=prior_sd, difficulty_sd=prior_sd)
    settings = Settings(draws=draws, tune=tune, chains=chains, priors=priors)
    if model not in MODELS:
        raise AtlasError(f"No model {model!r}; there are: {', '.join(MODELS)}.")
    if families not in SOURCES:
        raise AtlasError(f"No source of families {families!r}; there are: {', '.join(SOURCES)}.")
    if resume is not None and len(benchmark) > 1:
        raise AtlasError("--resume goes on with one fit, of one benchmark.")
    wanted = []
    with house.open() as snapshot:
        for name in benchmark:
            one = fits.request(snapshot, name, seed=seed)
            one = replace(
                one,
                settings=settings,
                kind=_kind(model, asymptote, one),
                family_source=families,
                checked=checks,
                extensions=2 if extend else 0,
            )
            wanted.append(fits.resumed(house, snapshot, one, resume, draws) if resume else one)
    with job(house.directory, "fit", ", ".join(benchmark)) as telling:
        _keep(house, wanted, _made(wanted, refits, telling))


def _made(wanted: list[Request], refits: Refits, telling: Telling) -> list[Made]:
    """Fit what is wanted, telling how far it is."""
    from analysis import fits

    def done(number: int, of: int) -> None:
        telling.share(number, of)
        console.print(f"{number} of {of} benchmarks fitted")

    try:
        if len(wanted) > 1:
            telling.step("fitting side by side")
            return fits.make_all(wanted, refits, done)
        with _progress(wanted[0].settings, wanted[0], telling) as (chain_done, step):
            return [fits.make(wanted[0], refits, chain_done, step)]
    except KeyboardInterrupt:
        raise AtlasError("Stopped; the store is as it was.") from None


def _keep(house: Store, wanted: list[Request], made: list[Made]) -> None:
    """Put fits into the store, and report; those that did not converge too, with an error at the end."""
    from analysis import fits

    failures = []
    for one, result in zip(wanted, made, strict=True):
        fit_id = fits.keep(house, result)
        _report(one, result)
        if problems := result.diagnostics.problems():
            failures.append(
                f"Fit {fit_id} of {one.benchmark} did not converge: {'; '.join(problems)}. Go on with it: "
                f"python -m analysis fit --benchmark {one.benchmark} --resume {fit_id} "
                f"--draws {3 * one.settings.draws}"
            )
    if failures:
        raise AtlasError("\n".join(failures))


def _kind(model: str, asymptote: str, wanted: Request) -> Kind:
    from analysis.irt.likelihood import Kind

    if asymptote == "choices":
        if wanted.choices is None:
            raise AtlasError(
                f"Benchmark {wanted.benchmark!r} does not say how many choices its items have; "
                "give the chance of guessing right as a number, as --asymptote 0.25."
            )
        return Kind(model, 1 / wanted.choices)
    try:
        chance = float(asymptote)
    except ValueError:
        raise AtlasError(f"{asymptote!r} in --asymptote is neither a number nor 'choices'.") from None
    if not 0 <= chance < 1:
        raise AtlasError(f"A chance of guessing right is between 0 and 1, not {asymptote}.")
    return Kind(model, chance)


@contextmanager
def _progress(settings: Settings, wanted: Request, telling: Telling) -> Iterator[tuple]:
    """Show chains, draws and time left on a terminal, and one line a step anywhere; tell the app the same."""
    matrix = wanted.matrix
    total = settings.tune + settings.draws - (0 if wanted.chains is None else wanted.chains.draws.shape[1])
    console.print(
        f"Fitting {wanted.kind.name} to {wanted.benchmark}: {int(matrix.item_counts.sum()):,} responses of "
        f"{matrix.n_models:,} models to {matrix.n_items:,} items.",
        highlight=False,
    )
    if wanted.unanswered:
        console.print(
            f"{wanted.unanswered:,} more items were answered by fine-tune runs only: they have no "
            "difficulty, and are in no bin.",
            highlight=False,
        )
    with chain_bars(telling, settings.chains, total) as (bars, chain_done):

        def step(what: str) -> None:
            telling.step(what)
            bars.console.print(f"· {what}", highlight=False)

        yield chain_done, step


def _report(wanted: Request, made: Made) -> None:
    row, items, quality = made.tables.fits.iloc[0], made.tables.item_parameters, made.diagnostics
    console.print(
        f"Fit {row['fit']}: difficulties from {items['mean'].min():.2f} to {items['mean'].max():.2f} "
        f"{'logits' if wanted.kind.name == 'rasch' else 'sds of ability'}, mean sd {items['sd'].mean():.3f}. "
        f"R-hat {quality.rhat:.4f}, smallest ESS {min(quality.ess_bulk, quality.ess_tail):,.0f}, "
        f"{quality.divergences} divergences, log-likelihood error {quality.log_likelihood_error:.1e}.",
        highlight=False,
    )
    if row["interval"] == "lineage":
        console.print(
            f"Intervals allow for {row['families']:,} families of models ({row['family_source']}): "
            f"{wanted.matrix.n_models:,} models tell as much as {row['effective_models']:,.0f} independent "
            "ones.",
            highlight=False,
        )
    elif wanted.checked:
        console.print("Intervals take models as independent: no families are known.", highlight=False)
