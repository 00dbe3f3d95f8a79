"""``python -m analysis import``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Task, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bars
from rich.text import Text

from analysis.cli.common import DEFAULT_STORE, StoreOption, app, console
from analysis.errors import AtlasError
from analysis.imports import Imported, Progress, import_paths
from analysis.jobs import Telling, job
from analysis.readers import READERS, Wanted
from analysis.store import Store


@app.command("import")
def import_command(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            help="Files, folders or archives of responses, logs or fine-tune runs; or a study folder."
        ),
    ] = None,
    benchmark: Annotated[
        str | None,
        typer.Option(
            help="Name of the benchmark; made if new. Logs name their tasks: this puts all into one."
        ),
    ] = None,
    title: Annotated[str | None, typer.Option(help="Title of a new benchmark, for people.")] = None,
    file_format: Annotated[
        str, typer.Option("--format", help=f"auto, {', '.join(READERS)}.", show_default=True)
    ] = "auto",
    models: Annotated[
        Path | None, typer.Option(help="Table of models: family, base model, parameters, merged, flagged.")
    ] = None,
    metric: Annotated[str | None, typer.Option(help="Metric of logs that says what is correct.")] = None,
    answer_filter: Annotated[
        str | None, typer.Option("--filter", help="Filter of logs, such as flexible-extract.")
    ] = None,
    threshold: Annotated[
        float | None, typer.Option(help="A metric between 0 and 1 is correct from this value on.")
    ] = None,
    model_name: Annotated[
        str | None, typer.Option("--model-name", help="Name of the model, for logs that do not say it.")
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Refuse everything if there is a warning.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read and report; change nothing.")] = False,
    store: StoreOption = DEFAULT_STORE,
) -> None:
    """Read responses into the store, and report what was read, merged, left out, and why.

    Understood are CSV matrices (a row a model and a column an item, or the other way round), tidy CSV, JSONL
    or Parquet files (columns model, item, correct), files of py-irt and eval-arena, logs of lm-eval
    (--log_samples), Inspect and HELM, details of both Open LLM Leaderboards, and fine-tune runs;
    docs/formats.md has the details. Importing the same thing twice changes nothing; an error
    in any file changes nothing either, and the message says where it is.
    """
    if file_format != "auto" and file_format not in READERS:
        raise AtlasError(f"No format {file_format!r}; there are: auto, {', '.join(READERS)}.")
    if not paths and models is None:
        raise AtlasError("Say what to import: files, folders or archives, or --models FILE.")
    wanted = Wanted(benchmark, title, metric, answer_filter, threshold, model_name)
    named = benchmark or ", ".join(path.name for path in [*(paths or []), *([models] if models else [])])
    with job(store, "import", named) as telling:
        telling.step(f"reading {named}")
        try:
            with _progress(telling) as progress:
                done = import_paths(
                    Store(store),
                    paths or [],
                    wanted=wanted,
                    reader=file_format,
                    models=models,
                    strict=strict,
                    dry_run=dry_run,
                    progress=progress,
                )
        except KeyboardInterrupt:
            raise AtlasError("Stopped; the store is as it was.") from None
    for imported in done:
        _print_imported(imported)
    if dry_run:
        console.print("Dry run: the store is as it was.")


@contextmanager
def _progress(telling: Telling) -> Iterator[Progress]:
    """Show on a terminal how much is read, and tell the app the same."""
    columns = (TextColumn("{task.description}"), BarColumn(), _Read(), TimeRemainingColumn())
    terminal = Console(stderr=True)
    with Bars(*columns, console=terminal, disable=not sys.stderr.isatty(), transient=True) as bars:
        bar, last = bars.add_task("opening the store", total=None), ""

        def progress(what: str, done: int, of: int) -> None:
            nonlocal bar, last
            if what != last:
                last = what
                telling.step(what)
                bars.remove_task(bar)  # a task cannot be made one of unknown length again
                bar = bars.add_task(what, total=None)
            if of:
                telling.share(done, of)
                bars.update(bar, completed=done, total=of)

        yield progress


class _Read(DownloadColumn):
    """How much is read, or nothing while that is not what is going on."""

    def render(self, task: Task) -> Text:
        return Text() if task.total is None else super().render(task)


def _print_imported(imported: Imported) -> None:
    console.print(f"{imported.source} ({imported.reader}): {imported.summary}", highlight=False, markup=False)
    for remark in imported.remarks:
        level = "warning" if remark.warning else "note"
        console.print(f"  {level}: {remark.text}", highlight=False, markup=False)
