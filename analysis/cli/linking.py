"""``python -m analysis link``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from analysis.cli.common import DEFAULT_STORE, StoreOption, app, check_ending, console, write_table
from analysis.cli.cutting import BenchmarkOption, FitOption
from analysis.store import Store
from analysis.subsets import FORMATS

if TYPE_CHECKING:
    from analysis.linked import Linked


@app.command()
def link(
    benchmark: BenchmarkOption,
    to: Annotated[str, typer.Option(help="Benchmark whose scale is wanted; may be the same.")],
    fit_id: FitOption = None,
    to_fit: Annotated[
        str | None, typer.Option(help="Fit whose scale is wanted; by default the newest converged one.")
    ] = None,
    through: Annotated[str, typer.Option(help="What they share: items or models.")] = "items",
    method: Annotated[
        str | None,
        typer.Option(help="mean/mean, mean/sigma, stocking-lord or haebara; by default what suits the fits."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(help=f"File for the items on that scale; ends in {', '.join(FORMATS)}."),
    ] = None,
    worst: Annotated[int, typer.Option(help="How many drifting items to list.", show_default=True)] = 10,
    store: StoreOption = DEFAULT_STORE,
) -> None:
    """Put a fit's difficulties on the scale of another, through the items or models that they share.

    Shared items whose difficulty differs between the two by more than chance are named, and do not link.
    """
    if out is not None:
        check_ending(out)
    from analysis.linked import StoredFit, linked  # loads the likelihood's compiled kernels, a second

    with Store(store).open() as snapshot:
        used, wanted = snapshot.usable_fit(benchmark, fit_id), snapshot.usable_fit(to, to_fit)
        source, target = StoredFit.of(snapshot, benchmark, used), StoredFit.of(snapshot, to, wanted)
    found = linked(source, target, through=through, method=method)
    way = found.link
    console.print(
        f"difficulty on the scale of {wanted} = {way.slope:.3f} × difficulty of {used} {way.intercept:+.3f} "
        f"(standard errors {way.slope_se:.3f} and {way.intercept_se:.3f}; {way.method} over {way.anchors:,} "
        f"shared {through}).",
        highlight=False,
    )
    if through == "items" and not (source.draws and target.draws):
        console.print(
            "  note: a fit was stored without draws, so that what its items err by in common is in no error."
        )
    _print_drift(found, worst)
    if out is not None:
        write_table(found.items.assign(benchmark=benchmark, fit=used, scale_of_fit=wanted), out)
        console.print(f"{out}: {len(found.items):,} items. The link's own error is not in their intervals.")


def _print_drift(found: Linked, worst: int) -> None:
    if found.anchors.empty:
        return
    drifting = found.anchors[found.anchors["drifts"]]
    if drifting.empty:
        console.print(f"None of {len(found.anchors):,} shared items drifts.", highlight=False)
        return
    table = Table(
        title=f"{len(drifting):,} of {len(found.anchors):,} shared items drift; the farthest",
        title_justify="left",
    )
    table.add_column("item", overflow="fold")
    table.add_column("harder by", justify="right")
    for one in drifting.head(worst).itertuples():
        table.add_row(one.item_key, f"{one.difference:+.2f} ± {one.sd:.2f}")
    console.print(table)
