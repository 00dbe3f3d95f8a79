"""``python -m analysis report``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated
from urllib.parse import urlencode

import typer

from analysis import bins as difficulty_bins
from analysis import report as reports
from analysis.cli.common import DEFAULT_STORE, StoreOption, app, console
from analysis.errors import AtlasError
from analysis.store import Store
from analysis.transfer import GAIN, MEASURES, base_models, recipes
from analysis.view_state import HeatmapChoices, ViewState, link_query


@app.command()
def report(
    benchmark: Annotated[str, typer.Option(help="Name of the benchmark.")],
    out: Annotated[Path, typer.Option(help="File to write.")],
    base: Annotated[
        str | None, typer.Option(help="Base model of the fine-tune runs; by default the first.")
    ] = None,
    recipe: Annotated[str | None, typer.Option(help="Their recipe; by default the first.")] = None,
    measure: Annotated[str, typer.Option(help=f"One of: {', '.join(MEASURES)}.", show_default=True)] = GAIN,
    count: Annotated[int, typer.Option("--of", help="Number of bins to cut into.", show_default=True)] = 10,
    strategy: Annotated[
        str, typer.Option(help="quantile, equal-width or natural-breaks.", show_default=True)
    ] = difficulty_bins.QUANTILE,
    fit_id: Annotated[
        str | None, typer.Option("--fit", help="Fit to use; by default the newest converged one.")
    ] = None,
    address: Annotated[
        str, typer.Option(help="Address of the app, for the report's link.", show_default=True)
    ] = "http://localhost:8501",
    store: StoreOption = DEFAULT_STORE,
) -> None:
    """Write one HTML file with what the app shows of a benchmark.

    Figures, tables with intervals, verdicts on claims, method and citation. It loads nothing from elsewhere
    and prints on A4.
    """
    with Store(store).open() as snapshot:
        used = snapshot.usable_fit(benchmark, fit_id)
        runs = snapshot.runs(benchmark)
        base = _known(base, base_models(runs), f"base model of {benchmark}")
        recipe = _known(recipe, recipes(runs, base), f"recipe of {base}")
        measure = _known(measure, list(MEASURES), "measure") or GAIN
        view = ViewState(snapshot.version, benchmark, used, strategy, count, base_model=base, recipe=recipe)
        choices = HeatmapChoices(measure=measure)
        link = f"{address.rstrip('/')}/heatmap?{urlencode(link_query(view, choices))}"
        document = reports.report(reports.gather(snapshot, view, choices), view, choices, link)
    try:
        out.write_text(document, encoding="utf-8")
    except OSError as error:
        raise AtlasError(f"{out}: cannot be written ({error.strerror}).") from None
    console.print(f"{out}: report of {benchmark}, fit {used}.", highlight=False)


def _known(asked: str | None, names: list[str], what: str) -> str | None:
    """Return what was asked for, or the first there is."""
    if asked is not None and asked not in names:
        raise AtlasError(f"There is no {what} called {asked!r}; there is: {', '.join(names) or 'none'}.")
    return asked if asked is not None else next(iter(names), None)
