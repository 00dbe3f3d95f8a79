"""``python -m analysis predict``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import pandas as pd
import typer
from rich.table import Table

from analysis.cli.common import DEFAULT_STORE, StoreOption, app, check_ending, console, write_table
from analysis.cli.cutting import BenchmarkOption, FitOption
from analysis.errors import AtlasError
from analysis.readers.plain_table import read_table
from analysis.store import Store
from analysis.subsets import FORMATS
from analysis.tables import ITEM_COLUMNS, own_measures

if TYPE_CHECKING:
    from analysis.irt.unseen import UnseenDifficulty

KEYS = ("item_key", "item", "id")
"""Columns that may name an item of a file; the first that is there."""


@app.command()
def predict(
    benchmark: BenchmarkOption,
    items: Annotated[
        Path | None,
        typer.Option(help="CSV, Parquet or JSON Lines: items to predict, with prompt, target and the like."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help=f"File for the predictions; ends in {', '.join(FORMATS)}.")
    ] = None,
    groups: Annotated[
        str | None,
        typer.Option(
            help="Column, such as subtask, whose values are left out together: how well difficulty carries "
            "over to new ones."
        ),
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed: the same gives the same result.", show_default=True)] = 1,
    fit_id: FitOption = None,
    store: StoreOption = DEFAULT_STORE,
) -> None:
    """Say how well difficulty can be told from items' text, and tell it of items that nobody answered.

    Learned from the benchmark's difficulties and tested on items left out. A thousand items take seconds,
    ten thousand minutes.
    """
    if (items is None) != (out is None):
        raise AtlasError(
            "Give both --items, the items to predict, and --out, the file for what is predicted."
        )
    if out is not None:
        check_ending(out)
    new = _named(read_table(items), items) if items else None
    with Store(store).open() as snapshot:
        used = snapshot.usable_fit(benchmark, fit_id)
        known = snapshot.items(benchmark, used)
    from analysis.irt.unseen import learn_difficulty  # scikit-learn's trees take a second that others save

    described = known[[*ITEM_COLUMNS, *own_measures(known)]]
    learned = learn_difficulty(
        described,
        known["mean"].to_numpy(),
        known["sd"].to_numpy(),
        groups=None if groups is None else _labels(described, groups),
        seed=seed,
    )
    _print(learned)
    if new is not None and out is not None:
        lacking = [name for name in (*learned.columns, "prompt") if name not in new and name in described]
        if lacking:
            console.print(f"  note: the new items have no {', '.join(lacking)}: taken as unknown.")
        predicted = learned.predict(new).rename(columns={"difficulty": "predicted_difficulty"})
        write_table(predicted.assign(benchmark=benchmark, fit=used), out)
        console.print(
            f"{out}: {len(predicted):,} items, difficulty on the scale of fit {used}.", highlight=False
        )


def _named(new: pd.DataFrame, path: Path) -> pd.DataFrame:
    """Return the new items with a key each: what the file calls them, or their numbers."""
    if new.empty:
        raise AtlasError(f"{path}: holds no items.")
    key = next((name for name in KEYS if name in new), None)
    names = pd.Series(range(1, len(new) + 1)) if key is None else new[key]
    return new.assign(item_key=names.astype(str).to_numpy())


def _labels(items: pd.DataFrame, column: str) -> list[str]:
    if column not in items:
        raise AtlasError(f"The items have no column {column!r} to leave out by.")
    return items[column].astype(str).to_list()


def _print(learned: UnseenDifficulty) -> None:
    table = Table(title="Out of fold, with 94% intervals", title_justify="left")
    for heading in ("predictor", "R²", "Spearman"):
        table.add_column(heading, justify="left" if heading == "predictor" else "right")
    for row in learned.scores.to_dict("records"):
        shown = (
            f"{row[name]:.2f} ({row[f'{name}_low']:.2f} to {row[f'{name}_high']:.2f})"
            if pd.notna(row[name])
            else "–"
            for name in ("r2", "spearman")
        )
        table.add_row(row["predictor"], *shown)
    console.print(table)
    console.print(learned.report(), highlight=False)
