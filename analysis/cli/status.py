"""``python -m analysis status``."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

import typer
from rich.table import Table

from analysis.cli.common import DEFAULT_STORE, StoreOption, app, console
from analysis.jobs import jobs
from analysis.store import Store


@app.command()
def status(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")] = False,
    store: StoreOption = DEFAULT_STORE,
) -> None:
    """Say what the store holds, and what is under way.

    That is benchmarks, responses, fits, fine-tune runs, the data version, and the long work of the last day:
    how far each is, or how it ended. With --json also every import and its report: what was read, merged,
    left out, and why.
    """
    told = jobs(store)
    if not as_json:
        for one in told:
            console.print(f"job: {one.sentence}", highlight=False, markup=False)
    with Store(store).open() as snapshot:
        imports = snapshot.imports()
        benchmarks = snapshot.benchmarks()
        fits = {name: snapshot.fits(name) for name in benchmarks["name"]}
        version = snapshot.version
    if as_json:
        counts = ["name", "title", "origin", "items", "models", "responses", "runs"]
        kept = ["fit", "irt_model", "converged", "problems", "stale", "rhat", "ess_bulk", "ess_tail"]
        report = {
            "data_version": version,
            "jobs": [{**asdict(one), "seconds_left": one.seconds_left} for one in told],
            "benchmarks": [
                {**row, "fits": json.loads(fits[row["name"]][kept].to_json(orient="records"))}
                for row in json.loads(benchmarks[counts].to_json(orient="records"))
            ],
            "imports": [
                {
                    **row,
                    "created": row["created"].isoformat(),
                    "report": [asdict(one) for one in row["report"]],
                }
                for row in imports.to_dict("records")
            ],
        }
        typer.echo(json.dumps(report, indent=2))
        return
    table = Table(title=f"Data version {version}", title_justify="left")
    for heading in ("benchmark", "origin"):
        table.add_column(heading)
    for heading in ("items", "models", "responses", "runs"):
        table.add_column(heading, justify="right")
    table.add_column("fits (newest first)")
    for row in benchmarks.itertuples():
        table.add_row(
            row.name,
            row.origin,
            f"{row.items:,}",
            f"{row.models:,}",
            f"{row.responses:,}",
            f"{row.runs:,}",
            "\n".join(_fit_line(one) for one in fits[row.name].to_dict("records"))
            or f"none: python -m analysis fit --benchmark {row.name}",
        )
    console.print(table)


def _fit_line(one: dict) -> str:
    state = "converged" if one["converged"] else f"not converged: {one['problems']}"
    return f"{one['fit']} {state}" + (", stale: responses changed since" if one["stale"] else "")
