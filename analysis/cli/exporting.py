"""``python -m analysis export``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from analysis import bins as difficulty_bins
from analysis.cli.common import DEFAULT_STORE, StoreOption, app, console
from analysis.errors import AtlasError
from analysis.store import Store
from analysis.subsets import FORMATS, select, to_bytes


@app.command()
def export(
    benchmark: Annotated[str, typer.Option(help="Name of the benchmark.")],
    bins: Annotated[str, typer.Option(help="Bins wanted, as 8,9 or 8-10; 1 is the easiest.")],
    out: Annotated[Path, typer.Option(help="File to write.")],
    count: Annotated[int, typer.Option("--of", help="Number of bins to cut into.", show_default=True)] = 10,
    strategy: Annotated[
        str, typer.Option(help="quantile, equal-width or natural-breaks.", show_default=True)
    ] = difficulty_bins.QUANTILE,
    edges: Annotated[
        str | None, typer.Option(help="Inner edges in logits, as -1,0,1.5, instead of --of and --strategy.")
    ] = None,
    file_format: Annotated[
        str | None, typer.Option("--format", help=f"{', '.join(FORMATS)}; by default the ending of --out.")
    ] = None,
    fit_id: Annotated[
        str | None, typer.Option("--fit", help="Fit to use; by default the newest converged one.")
    ] = None,
    store: StoreOption = DEFAULT_STORE,
) -> None:
    """Write the items of some difficulty bins to a file.

    Every row carries the item's id, text, difficulty with its 94% interval, bin, probability of being in
    that bin, and the fit and data version they come from.
    """
    typed = tuple(_number(text, "--edges") for text in edges.split(",")) if edges else ()
    with Store(store).open() as snapshot:
        used = snapshot.usable_fit(benchmark, fit_id)
        cut = difficulty_bins.cut(
            (items := snapshot.items(benchmark, used))["mean"].to_numpy(),
            snapshot.draws(used),
            strategy=difficulty_bins.TYPED if typed else strategy,
            count=count,
            edges=typed,
        )
        subset = select(
            items,
            cut,
            _bin_numbers(bins),
            benchmark=benchmark,
            fit=snapshot.fit(benchmark, used),
            data_version=snapshot.version,
        )
    contents = to_bytes(subset, file_format or out.suffix.removeprefix("."))
    try:
        out.write_bytes(contents)
    except OSError as error:
        raise AtlasError(f"{out}: cannot be written ({error.strerror}).") from None
    console.print(
        f"{out}: {len(subset):,} items of {benchmark}, difficulty {subset['difficulty'].min():.2f} to "
        f"{subset['difficulty'].max():.2f} logits, fit {used}.",
        highlight=False,
    )


def _bin_numbers(text: str) -> list[int]:
    """Numbers from ``8,9`` or ``8-10``."""
    numbers: list[int] = []
    for part in text.split(","):
        first, _, last = part.partition("-")
        start = int(_number(first, "--bins"))
        numbers += range(start, int(_number(last or first, "--bins")) + 1)
    return numbers


def _number(text: str, option: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise AtlasError(f"{text!r} in {option} is not a number.") from None
