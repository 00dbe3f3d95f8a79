"""What each way to cut items into bins gives and costs, side by side."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.bins.edges import STRATEGIES, TYPED, check_count, checked_edges, members, share_of_draws
from analysis.errors import AtlasError
from analysis.power import smallest_detectable_gain


def compare_cuts(
    difficulty: np.ndarray,
    draws: np.ndarray,
    *,
    counts: Sequence[int] = (5, 10, 20),
    edges: Sequence[float] = (),
    discordant: float = 0.2,
) -> pd.DataFrame:
    """Compare all strategies at several numbers of bins.

    Parameters
    ----------
    difficulty
        Posterior mean difficulty in logits, shape ``(items,)``.
    draws
        Posterior draws of the same, shape ``(draws, items)``; time is in proportion to them.
    counts
        Numbers of bins.
    edges
        Inner edges in logits; without them there is no row for typed edges.
    discordant
        Share of items that training changes between right and wrong; see
        `analysis.power.smallest_detectable_gain`.

    Returns
    -------
    DataFrame
        One row a cut, by number of bins, then in the order of `STRATEGIES`: ``strategy``, ``count``,
        ``smallest`` and ``largest`` (items in a bin), ``p_in_bin`` (mean over items of the probability of
        being in the bin they are put into), ``p_lowest`` (the same in the bin where it is lowest; empty bins
        have none), ``detectable`` (smallest gain that the smallest bin is likely to show, a proportion; NaN
        if it has too few items to show any). Cuts that these items do not allow are left out.

    Raises
    ------
    AtlasError
        If the edges or the share cannot be used.
    """
    typed = [len(checked_edges(edges)) + 1] if len(edges) else []
    rows = []
    for strategy in STRATEGIES:
        if strategy == TYPED:
            possible = typed
        else:
            possible = [count for count in sorted(set(counts)) if _is_possible(count, difficulty, strategy)]
        if not possible:
            continue
        placed = members(difficulty, strategy, possible, edges)
        drawn = members(draws, strategy, possible, edges)
        for count, member, in_draws in zip(possible, placed, drawn, strict=True):
            own = share_of_draws(in_draws == member)
            sizes = np.bincount(member, minlength=count)
            sums = np.bincount(member, weights=own, minlength=count)
            lowest = (sums[sizes > 0] / sizes[sizes > 0]).min()
            rows.append((strategy, count, sizes.min(), sizes.max(), own.mean(), lowest))
    columns = ["strategy", "count", "smallest", "largest", "p_in_bin", "p_lowest"]
    table = pd.DataFrame(rows, columns=columns).sort_values("count", kind="stable", ignore_index=True)
    return table.assign(detectable=smallest_detectable_gain(table["smallest"], discordant))


def _is_possible(count: int, difficulty: np.ndarray, strategy: str) -> bool:
    try:
        check_count(count, difficulty, strategy)
    except AtlasError:
        return False
    return True
