"""``python -m analysis import``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from analysis.cli.common import DEFAULT_STORE, StoreOption, app, console
from analysis.errors import AtlasError
from analysis.imports import Imported, import_file, import_study
from analysis.jobs import job
from analysis.readers import MANIFEST, READERS
from analysis.store import Store


@app.command("import")
def import_command(
    paths: Annotated[
        list[Path], typer.Argument(help="Files of responses, or a study folder such as data/study.")
    ],
    benchmark: Annotated[
        str | None, typer.Option(help="Name of the benchmark; made if new. A study brings its own.")
    ] = None,
    title: Annotated[str | None, typer.Option(help="Title of a new benchmark, for people.")] = None,
    file_format: Annotated[
        str, typer.Option("--format", help=f"auto, {', '.join(READERS)}.", show_default=True)
    ] = "auto",
    store: StoreOption = DEFAULT_STORE,
) -> None:
    """Read responses into the store.

    Understood are wide CSV matrices (a row a model, a column an item; cells 0, 1 or empty) and tidy CSV,
    JSONL or Parquet files with the columns model, item and correct. Importing the same file twice changes
    nothing; a file with an error changes nothing either, and the message says where the error is.
    """
    if file_format != "auto" and file_format not in READERS:
        raise AtlasError(f"No format {file_format!r}; there are: auto, {', '.join(READERS)}.")
    for path in paths:
        is_study = (path / MANIFEST).exists()
        if benchmark is None and not is_study:
            raise AtlasError(f"{path}: say which benchmark these responses are of, with --benchmark NAME.")
        with job(store, "import", path.name if is_study else str(benchmark)) as telling:
            telling.step(f"reading {path.name}")
            _print_imported(
                import_study(Store(store), path)
                if is_study
                else import_file(
                    Store(store), path, benchmark=str(benchmark), title=title, reader=file_format
                )
            )


def _print_imported(imported: Imported) -> None:
    console.print(f"{imported.source} ({imported.reader}): {imported.summary}", highlight=False)
    for remark in imported.remarks:
        console.print(f"  note: {remark}", highlight=False)
