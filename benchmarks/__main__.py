"""The command that measures: ``python -m benchmarks [NAME…] [--json FILE] [--quick]``."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from benchmarks.measuring import ROOT, CommandFailed
from benchmarks.report import Outcome, Row, machine, table
from benchmarks.subject import Options

SUBJECTS = (
    "speed_bbh",
    "speed_2pl",
    "speed_leaderboard",
    "importing",
    "cost",
    "coverage",
    "bootstrap",
    "pooling",
    "pages",
    "browser",
)
console = Console()


def main(
    names: Annotated[
        list[str] | None, typer.Argument(help=f"Of {', '.join(SUBJECTS)}; all if none is named.")
    ] = None,
    out: Annotated[
        Path, typer.Option("--json", help="File to write the results to.", show_default=True)
    ] = Path("benchmarks/results/latest.json"),
    quick: Annotated[
        bool, typer.Option("--quick", help="Small sizes and no peers: does everything still run?")
    ] = False,
    data: Annotated[Path, typer.Option(help="Folder of the real leaderboard matrices.")] = ROOT.parent
    / "shared/data/leaderboard",
) -> None:
    """Measure speed, cost and coverage; print a table of each and write all of it as JSON."""
    unknown = [name for name in names or () if name not in SUBJECTS]
    if unknown:
        raise typer.BadParameter(f"no benchmark {unknown[0]!r}; there are {', '.join(SUBJECTS)}")
    out.parent.mkdir(parents=True, exist_ok=True)
    results: dict[str, Any] = {
        "started": datetime.now(UTC).isoformat(timespec="seconds"),
        "quick": quick,
        "machine": machine(),
        "subjects": {},
    }
    failed = False
    for name in names or SUBJECTS:
        subject = import_module(f"benchmarks.{name}")
        console.print(f"Measuring {name} …")
        start = time.perf_counter()
        try:
            outcome = subject.measure(Options(quick=quick, data=data, figures=out.parent))
        except CommandFailed as error:  # the others are worth measuring all the same
            outcome, failed = Outcome([Row("a command", None, note=f"failed: {error}")]), True
        console.print(table(subject.TITLE, outcome.rows))
        results["subjects"][name] = {
            **outcome.as_json(subject.TITLE),
            "seconds": round(time.perf_counter() - start, 1),
        }
        # After every subject, so that a long run that is stopped keeps what it has.
        out.write_text(json.dumps(results, indent=1, allow_nan=False) + "\n", encoding="utf-8")
    console.print(f"Written: {out}", highlight=False)
    if failed:
        raise typer.Exit(1)


if __name__ == "__main__":
    typer.run(main)
