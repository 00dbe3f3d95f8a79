"""``python -m analysis export``: a difficulty subset as files."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from analysis import subsets, transfer
from analysis.cli.common import DEFAULT_STORE, StoreOption, app, console
from analysis.cli.cutting import (
    BenchmarkOption,
    CountOption,
    EdgesOption,
    FitOption,
    StrategyOption,
    cut_and_describe,
    number,
)
from analysis.errors import AtlasError
from analysis.store import Store

NAMES = ", ".join(subsets.TARGETS)


@app.command()
def export(
    benchmark: BenchmarkOption,
    out: Annotated[Path, typer.Option(help="File or folder to write; .zip packs a folder.")],
    bins: Annotated[
        str | None, typer.Option(help="Bins wanted, as 8,9 or 8-10; 1 is the easiest. By default all.")
    ] = None,
    low: Annotated[float | None, typer.Option(help="Smallest difficulty.")] = None,
    high: Annotated[float | None, typer.Option(help="Largest difficulty.")] = None,
    min_p: Annotated[float, typer.Option(help="Smallest P(in bin), 0 to 1.")] = 0.0,
    subtask: Annotated[list[str] | None, typer.Option(help="Subtask wanted; may be repeated.")] = None,
    flag: Annotated[
        list[str] | None, typer.Option(help=f"{', '.join(subsets.FLAGS)}; may be repeated.")
    ] = None,
    text: Annotated[str, typer.Option(help="What an item's id, text or subtask contains.")] = "",
    ids: Annotated[
        str | None,
        typer.Option(
            help="Items wanted whatever else is asked: ids with commas between, or a file with one a line."
        ),
    ] = None,
    order: Annotated[
        str, typer.Option(help=f"{', '.join(subsets.ORDERS)}.", show_default=True)
    ] = subsets.EASY_FIRST,
    rounds: Annotated[int, typer.Option(help="Of a curriculum.", show_default=True)] = subsets.ROUNDS,
    seed: Annotated[int, typer.Option(help="Of what is shuffled or drawn.", show_default=True)] = 0,
    mix: Annotated[
        str | None,
        typer.Option(
            help=f"Draw a training mix over the bins: {', '.join(transfer.SHAPES[:-1])}, or shares as 3,2,1."
        ),
    ] = None,
    total: Annotated[int | None, typer.Option(help="Items in the mix.")] = None,
    file_format: Annotated[
        str | None, typer.Option("--format", help=f"{NAMES}; by default the ending of --out.")
    ] = None,
    task: Annotated[
        str | None, typer.Option(help="lm-eval's name of the task that positions count in.")
    ] = None,
    base: Annotated[
        str | None, typer.Option(help="YAML file of the lm-eval task that lm-eval-task filters.")
    ] = None,
    count: CountOption = 10,
    strategy: StrategyOption = "quantile",
    edges: EdgesOption = None,
    fit_id: FitOption = None,
    store: StoreOption = DEFAULT_STORE,
) -> None:
    """Write a difficulty subset as files that training and evaluation tools read.

    Every row carries the item's id and content hash, difficulty with its 94% interval, bin, probability of
    being in that bin, the fit and its quality, the data version and what to cite. docs/exports.md has an
    example of every form.
    """
    target = file_format or subsets.target_of(out)
    with Store(store).open() as snapshot:
        everything, cut = cut_and_describe(
            snapshot, benchmark, count=count, strategy=strategy, edges=edges, fit=fit_id
        )
    keys = _ids(ids) if ids else ()
    filtered = bins or low is not None or high is not None or min_p or subtask or flag or text
    wanted = subsets.Selection(
        bins=_bin_numbers(bins) if bins else () if keys and not filtered else None,
        low=float("-inf") if low is None else low,
        high=float("inf") if high is None else high,
        min_p=min_p,
        subtasks=tuple(subtask or ()),
        flags=tuple(flag or ()),
        text=text,
        keys=keys,
    )
    subset = subsets.select(everything, wanted)
    if mix is not None:
        shares = _shares(mix, wanted.bins or range(1, cut.count + 1), cut.count)
        subset, report = subsets.sample_mix(subset, shares, _total(total), seed=seed)
        for row in report.to_dict("records"):
            console.print(
                f"bin {row['bin']}: asked {row['asked']:,}, there {row['there']:,}, given {row['given']:,}",
                highlight=False,
            )
        if short := subsets.short_bins(report):
            console.print(f"short: {short}", highlight=False)
    elif total is not None:
        raise AtlasError("--total is of a mix: add --mix, as uniform.")
    subset = subsets.ordered(subset, order, seed=seed, rounds=rounds)
    asked = subsets.Asked(task, base)
    files = subsets.files_of(subset, target, out.stem, asked)
    subsets.put_down(files, target, out)
    console.print(
        f"{out}: {len(subset):,} items of {benchmark} as {target}, difficulty "
        f"{subset['difficulty'].min():.2f} to {subset['difficulty'].max():.2f}, fit {subset['fit'].iloc[0]}.",
        highlight=False,
    )
    console.print(subsets.usage(subset, target, out.stem, asked), highlight=False, markup=False)


def _shares(mix: str, bins: Collection[int], count: int) -> np.ndarray:
    """Shares of all bins in a mix over those chosen."""
    if mix in transfer.SHAPES and mix != transfer.TYPED:
        return subsets.over_bins(transfer.shares(mix, len(bins)), bins, count)
    if "," not in mix:
        raise AtlasError(f"No mix {mix!r}; there are: {', '.join(transfer.SHAPES[:-1])}, or shares as 3,2,1.")
    typed = tuple(number(text, "--mix") for text in mix.split(","))
    return subsets.over_bins(transfer.shares(transfer.TYPED, len(bins), typed), bins, count)


def _total(total: int | None) -> int:
    if total is None:
        raise AtlasError("Say how many items the mix has in all, with --total.")
    return total


def _ids(text: str) -> tuple[str, ...]:
    path = Path(text)
    if not path.is_file():
        return tuple(key.strip() for key in text.split(",") if key.strip())
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise AtlasError(f"{path}: cannot be read as text ({error}).") from None
    if not (keys := tuple(line.strip() for line in lines if line.strip())):
        raise AtlasError(f"{path}: names no item. Write an item's id in each line.")
    return keys


def _bin_numbers(text: str) -> tuple[int, ...]:
    """Numbers from ``8,9`` or ``8-10``."""
    numbers: list[int] = []
    for part in text.split(","):
        first, _, last = part.partition("-")
        start = int(number(first, "--bins"))
        numbers += range(start, int(number(last or first, "--bins")) + 1)
    return tuple(numbers)
