"""Training mixes over bins: so many items in all, each bin with its share."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd

from analysis.errors import AtlasError
from analysis.subsets.order import lottery


def sample_mix(
    pool: pd.DataFrame, shares: np.ndarray, total: int, *, seed: int = 0
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Draw a training mix from the items that may be in it.

    A bin that has too few items gives what it has; the others give no more for that, since this would be
    another mix. With the same seed, a larger mix of the same shares contains a smaller one.

    Parameters
    ----------
    pool
        The items that may be drawn, as `analysis.subsets.select` returns them.
    shares
        Each bin's share, easy first, summing to 1, shape ``(bins,)``; as `analysis.transfer.shares` makes
        them.
    total
        Items asked for.
    seed
        Of the draw.

    Returns
    -------
    mix
        The rows drawn, in the pool's order.
    report
        One row a bin: ``bin`` (from 1), ``share``, ``asked``, ``there`` (items in the pool), ``given``.

    Raises
    ------
    AtlasError
        If no item is asked for.
    """
    if total < 1:
        raise AtlasError("Ask for at least one item in the mix.")
    asked = _whole(shares * total)
    numbers = np.arange(1, len(shares) + 1)
    place = pd.Series(lottery(pool["item_key"], seed), index=pool.index).groupby(pool["bin"]).rank()
    mix = pool[place <= asked[pool["bin"] - 1]].reset_index(drop=True)
    there, given = (
        frame["bin"].value_counts().reindex(numbers, fill_value=0).to_numpy() for frame in (pool, mix)
    )
    report = {"bin": numbers, "share": shares, "asked": asked, "there": there, "given": given}
    return mix, pd.DataFrame(report)


def over_bins(shares: np.ndarray, chosen: Collection[int], count: int) -> np.ndarray:
    """Return a mix over chosen bins as shares of all, shape ``(count,)``; bins are counted from 1."""
    spread = np.zeros(count)
    spread[np.array(sorted(chosen), dtype=int) - 1] = shares
    return spread


def short_bins(report: pd.DataFrame) -> str:
    """Say what a mix lacks, in one line; empty if it lacks nothing."""
    short = report[report["given"] < report["asked"]]
    bins = "; ".join(
        f"bin {row['bin']:.0f} has {row['given']:.0f} of {row['asked']:.0f}" for _, row in short.iterrows()
    )
    asked, given = report["asked"].sum(), report["given"].sum()
    return f"{given:,} of {asked:,} items asked for: {bins}." if bins else ""


def _whole(parts: np.ndarray) -> np.ndarray:
    """Round to whole numbers of the same sum: the largest remainders are rounded up."""
    floor = np.floor(parts + 1e-9)
    missing = round(float(parts.sum() - floor.sum()))
    floor[np.argsort(-(parts - floor), kind="stable")[:missing]] += 1
    return floor.astype(int)
