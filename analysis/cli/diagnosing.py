"""``python -m analysis diagnose``."""

from __future__ import annotations

import json
from typing import Annotated, Any

import pandas as pd
import typer
from rich.table import Table

from analysis.cli.common import DEFAULT_STORE, StoreOption, app, console
from analysis.errors import AtlasError
from analysis.gate import checked
from analysis.store import Store
from analysis.tables import PUBLISHED
from analysis.trust import correlations


@app.command()
def diagnose(
    benchmark: Annotated[str, typer.Option(help="Name of the benchmark.")],
    fit_id: Annotated[
        str | None, typer.Option("--fit", help="Fit to look at; by default the newest.")
    ] = None,
    worst: Annotated[int, typer.Option(help="How many of the worst items to list.", show_default=True)] = 10,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")] = False,
    store: StoreOption = DEFAULT_STORE,
) -> None:
    """Print whether a fit can be trusted, how well it describes the data, and the most suspect items.

    Exits with 1 if the fit did not converge.
    """
    with Store(store).open() as snapshot:
        fits = snapshot.fits(benchmark)
        if fits.empty:
            raise AtlasError(
                f"Benchmark {benchmark!r} has no fit yet: python -m analysis fit --benchmark {benchmark}"
            )
        row = snapshot.fit(benchmark, fit_id or str(fits["fit"].iloc[0]))
        statistics = snapshot.item_statistics(row["fit"])
        items = snapshot.items(benchmark, row["fit"])
    suspects = pd.DataFrame()
    if len(statistics):
        known = items[["item", "item_key", "proportion", "mean", "sd"]]
        suspects = statistics.merge(known, on="item").dropna(subset="reasons")
        suspects = suspects.sort_values("effect", ascending=False, kind="stable")
    if as_json:
        shown = row.drop(labels=["settings", "checks"])
        report = {
            **json.loads(shown.to_json(date_format="iso")),
            "settings": json.loads(row["settings"]),
            "checks": _checks(row),
            "published": json.loads(published(items).to_json(orient="records")),
            "suspects": len(suspects),
            "worst": json.loads(suspects.head(worst).to_json(orient="records")),
        }
        typer.echo(json.dumps(report, indent=2))
    else:
        _print(row, suspects, worst)
        for one in published(items).itertuples():
            console.print(said_of_published(one), highlight=False)
    if not row["converged"]:
        raise AtlasError(f"Fit {row['fit']} did not converge: {row['problems']}.")


def published(items: pd.DataFrame) -> pd.DataFrame:
    """Return how difficulties that others published go with ours; as of `analysis.trust.correlations`."""
    there = items[[name for name in PUBLISHED if name in items]].apply(pd.to_numeric, errors="coerce")
    return correlations(there, items["mean"].to_numpy())


def said_of_published(one: Any) -> str:
    """Say one row of `published` in words: were the wrong items joined, the order would be by chance."""
    words = (
        f"{one.measure} goes with the fitted difficulty by a Spearman correlation of {one.rho:.2f} (95% "
        f"{one.low:.2f} to {one.high:.2f}, {one.items:,} items)."
    )
    return words if one.low > 0 else f"{words} That is not above zero: were the right items joined?"


def _checks(row: pd.Series) -> dict[str, dict[str, Any]] | None:
    """Return what checks of a fit found, None if it came without."""
    return None if pd.isna(row["checks"]) else json.loads(row["checks"])


def _print(row: pd.Series, suspects: pd.DataFrame, worst: int) -> None:
    gate = Table(
        title=f"Fit {row['fit']} ({row['irt_model']}), {row['created']:%Y-%m-%d}", title_justify="left"
    )
    for heading in ("gate", "found", "needed"):
        gate.add_column(heading)
    for check, value, _ in checked(row):
        gate.add_row(check.name, check.form.format(value), check.needed)
    gate.add_row("converged", "yes" if row["converged"] else "no", "")
    if row.get("stale"):
        gate.add_row("responses since", "changed", "fit again")
    console.print(gate)
    if row["interval"] == "lineage":
        console.print(
            f"Intervals allow for {row['families']:,.0f} families of models ({row['family_source']}), "
            f"worth {row['effective_models']:,.0f} independent models.",
            highlight=False,
        )
    else:
        console.print("Intervals take models as independent.", highlight=False)
    kept = _checks(row)
    for name, found in (kept or {}).items():
        told = "; ".join(f"{what} {value}" for what, value in found.items() if value is not None)
        console.print(f"{name}: {told}", highlight=False)
    if suspects.empty:
        console.print("No suspect items." if kept else "This fit came without checks of its items.")
        return
    table = Table(
        title=f"{len(suspects):,} suspect items; the {min(worst, len(suspects))} farthest from the model",
        title_justify="left",
    )
    for heading in ("item", "effect", "right", "difficulty", "why"):
        table.add_column(heading, overflow="fold")
    for one in suspects.head(worst).itertuples():
        table.add_row(
            one.item_key,
            f"{one.effect:.2f}",
            f"{one.proportion:.0%}",
            f"{one.mean:.2f} ± {one.sd:.2f}",
            one.reasons,
        )
    console.print(table)
