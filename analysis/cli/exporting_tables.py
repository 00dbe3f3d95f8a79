"""``python -m analysis export-table`` and ``export-study``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import pandas as pd
import typer

from analysis import subsets, transfer
from analysis.bins import Bins
from analysis.cli.common import DEFAULT_STORE, StoreOption, app, check_ending, console, write_table
from analysis.cli.cutting import (
    BenchmarkOption,
    CountOption,
    EdgesOption,
    FitOption,
    StrategyOption,
    cut_and_describe,
)
from analysis.errors import AtlasError
from analysis.store import Snapshot, Store

CELLS, BINS, DIFFICULTY = "cells", "bins", "difficulty"
WHAT = (CELLS, BINS, DIFFICULTY)


@app.command("export-table")
def export_table(
    benchmark: BenchmarkOption,
    what: Annotated[str, typer.Option(help="cells of the heatmap, bins, or difficulty of every item.")],
    out: Annotated[
        Path, typer.Option(help=f"File to write; its ending says how: {', '.join(subsets.FORMATS)}.")
    ],
    measure: Annotated[
        str, typer.Option(help=f"Of cells: {', '.join(transfer.MEASURES)}.", show_default=True)
    ] = transfer.GAIN,
    base_model: Annotated[str | None, typer.Option(help="Of cells; by default the first there is.")] = None,
    recipe: Annotated[str | None, typer.Option(help="Of cells; by default the first there is.")] = None,
    published: Annotated[
        bool, typer.Option("--published", help="Count items that a run was trained on, as published.")
    ] = False,
    count: CountOption = 10,
    strategy: StrategyOption = "quantile",
    edges: EdgesOption = None,
    fit_id: FitOption = None,
    store: StoreOption = DEFAULT_STORE,
) -> None:
    """Write results as a table: cells of the heatmap, bins, or difficulties."""
    if what not in WHAT:
        raise AtlasError(f"No table {what!r}; there are: {', '.join(WHAT)}.")
    if measure not in transfer.MEASURES:
        raise AtlasError(f"No measure {measure!r}; there are: {', '.join(transfer.MEASURES)}.")
    check_ending(out)
    with Store(store).open() as snapshot:
        everything, bins = cut_and_describe(
            snapshot, benchmark, count=count, strategy=strategy, edges=edges, fit=fit_id
        )
        if what == CELLS:
            table = _cells(snapshot, everything, bins, base_model, recipe, measure, held_out=not published)
        elif what == BINS:
            table = subsets.bins_table(bins, everything)
        else:
            table = subsets.difficulty_table(everything)
    write_table(table, out)
    console.print(f"{out}: {len(table):,} rows, {what} of {benchmark}.", highlight=False)


@app.command("export-study")
def export_study(
    out: Annotated[Path, typer.Option(help="New folder to write.")],
    benchmark: Annotated[
        list[str] | None, typer.Option(help="Name of a benchmark; may be repeated. By default all.")
    ] = None,
    store: StoreOption = DEFAULT_STORE,
) -> None:
    """Write whole benchmarks as one folder: responses, fits, fine-tune runs.

    Another installation imports it back, identical: python -m analysis import FOLDER
    """
    with Store(store).open() as snapshot:
        about = snapshot.benchmarks().set_index("name", drop=False)
        names = benchmark or about.index.to_list()
        tables = snapshot.study_tables(names)
    chosen = about.loc[names]
    subsets.write_study(
        tables,
        out,
        name="-".join(names),
        licences=chosen["licence"].dropna(),
        cite_as=" ".join(chosen["citation"].fillna(chosen["title"])),
    )
    console.print(
        f"{out}: {len(names)} benchmarks, {len(tables['items']):,} items, "
        f"{len(tables['responses']):,} responses, {len(tables['fits'])} fits, "
        f"{len(tables['runs']):,} fine-tune runs.",
        highlight=False,
    )
    if hidden := chosen.loc[chosen["hide_text"], "name"].to_list():
        console.print(f"  note: the text of {', '.join(hidden)} stays here; hashes left.", highlight=False)


def _cells(
    snapshot: Snapshot,
    everything: pd.DataFrame,
    bins: Bins,
    base_model: str | None,
    recipe: str | None,
    measure: str,
    *,
    held_out: bool,
) -> pd.DataFrame:
    benchmark = everything["benchmark"].iloc[0]
    runs = snapshot.runs(benchmark)
    tuned = runs[runs["kind"] != transfer.BASELINE]
    if tuned.empty:
        raise AtlasError(f"Benchmark {benchmark!r} has no fine-tune runs, so it has no cells.")
    base_model = base_model or tuned["base_model"].iloc[0]
    known = tuned.loc[tuned["base_model"] == base_model, "recipe"].dropna()
    recipe = recipe or (None if known.empty else known.iloc[0])
    matrix = transfer.run_matrix(
        runs,
        snapshot.run_items(benchmark),
        snapshot.run_responses(benchmark),
        base_model=base_model,
        recipe=recipe,
        n_items=len(everything),
    )
    cells = transfer.cell_table(
        transfer.resample(matrix, bins.member, bins.count, held_out=held_out), measure
    )
    return subsets.cells_table(cells, everything, base_model=base_model, recipe=recipe, measure=measure)
