"""What the commands share."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from analysis import subsets
from analysis.errors import AtlasError
from analysis.jobs import Telling

app = typer.Typer(
    help="""
    Difficulty Atlas: which training difficulty helps which test difficulty?

    Import per-item responses of language models, fit each item's difficulty with its uncertainty, and
    export the items of the difficulty bins you want. Everything lands in a store that the app reads
    while it runs.

    A first walk:

        python -m analysis import responses.csv --benchmark mybench

        python -m analysis fit --benchmark mybench

        python -m analysis export --benchmark mybench --bins 8,9,10 --out hard.jsonl
    """,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)
console = Console(soft_wrap=True)

StoreOption = Annotated[Path, typer.Option("--store", help="Directory of the store.", show_default=True)]
DEFAULT_STORE = Path("data/store")


def check_ending(out: Path) -> None:
    """Raise an AtlasError if a table cannot be written as the file's ending says."""
    if out.suffix.removeprefix(".") not in subsets.FORMATS:
        raise AtlasError(f"{out}: let it end in {', '.join('.' + name for name in subsets.FORMATS)}.")


def write_table(table: pd.DataFrame, out: Path) -> None:
    """Write a table as the file's ending says.

    Raises
    ------
    AtlasError
        If the file cannot be written.
    """
    try:
        out.write_bytes(subsets.to_bytes(table, out.suffix.removeprefix(".")))
    except OSError as error:
        raise AtlasError(f"{out}: cannot be written ({error.strerror}).") from None


def draws_told(telling: Telling, chains: int, total: int) -> Callable[[int, int], None]:
    """Return what tells of the share of draws that are done, as sampling calls it: chain, and its draws.

    Parameters
    ----------
    telling
        Of the job.
    chains, total
        Number of chains, and of draws that each will have. An extension has more than was known beforehand.
    """
    drawn = [0] * chains

    def chain_done(chain: int, done: int) -> None:
        drawn[chain] = done
        telling.share(sum(drawn), chains * max(total, *drawn))

    return chain_done


@contextmanager
def chain_bars(
    telling: Telling, chains: int, total: int
) -> Iterator[tuple[Progress, Callable[[int, int], None]]]:
    """Show chains, draws and time left on a terminal, and tell the app too; parameters as of `draws_told`.

    Yields the bars, and what sampling calls with a chain and how many of its draws are done.
    """
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("draws,"),
        TimeRemainingColumn(),
        TextColumn("left"),
    )
    with Progress(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty()) as bars:
        tasks = [bars.add_task(f"chain {chain + 1}", total=total, start=False) for chain in range(chains)]
        told = draws_told(telling, chains, total)

        def chain_done(chain: int, done: int) -> None:
            told(chain, done)
            if done and not bars.tasks[chain].started:
                bars.start_task(tasks[chain])
            # An extension, of which it is not known beforehand, has more draws.
            bars.update(tasks[chain], completed=done, total=max(total, done))

        yield bars, chain_done
