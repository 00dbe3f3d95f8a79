"""What the commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

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
