"""What the commands share that cut a benchmark into bins."""

from __future__ import annotations

from typing import Annotated

import pandas as pd
import typer

from analysis import bins as difficulty_bins
from analysis import subsets
from analysis.errors import AtlasError
from analysis.store import Snapshot

BenchmarkOption = Annotated[str, typer.Option(help="Name of the benchmark.")]
CountOption = Annotated[int, typer.Option("--of", help="Number of bins to cut into.", show_default=True)]
StrategyOption = Annotated[
    str, typer.Option(help="quantile, equal-width or natural-breaks.", show_default=True)
]
EdgesOption = Annotated[
    str | None, typer.Option(help="Inner edges in logits, as -1,0,1.5, instead of --of and --strategy.")
]
FitOption = Annotated[
    str | None, typer.Option("--fit", help="Fit to use; by default the newest converged one.")
]


def cut_and_describe(
    snapshot: Snapshot, benchmark: str, *, count: int, strategy: str, edges: str | None, fit: str | None
) -> tuple[pd.DataFrame, difficulty_bins.Bins]:
    """Return every item of a benchmark as `analysis.subsets.describe` does, and its bins.

    Raises
    ------
    AtlasError
        If there is no such benchmark or converged fit, or bins cannot be cut so.
    """
    typed = tuple(number(text, "--edges") for text in edges.split(",")) if edges else ()
    used = snapshot.usable_fit(benchmark, fit)
    items = snapshot.items(benchmark, used)
    bins = difficulty_bins.cut(
        items["mean"].to_numpy(),
        snapshot.draws(used),
        strategy=difficulty_bins.TYPED if typed else strategy,
        count=count,
        edges=typed,
    )
    everything = subsets.describe(
        items,
        bins,
        benchmark=snapshot.benchmarks().set_index("name", drop=False).loc[benchmark],
        fit=snapshot.fit(benchmark, used),
        data_version=snapshot.version,
        statistics=snapshot.item_statistics(used),
    )
    return everything, bins


def number(text: str, option: str) -> float:
    """Read a number of an option.

    Raises
    ------
    AtlasError
        If it is none.
    """
    try:
        return float(text)
    except ValueError:
        raise AtlasError(f"{text!r} in {option} is not a number.") from None
