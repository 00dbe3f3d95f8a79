"""Where bins may be cut: the strategies, and what each makes of difficulties."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from analysis.errors import AtlasError

QUANTILE, EQUAL_WIDTH, NATURAL, TYPED = "quantile", "equal-width", "natural-breaks", "typed"
STRATEGIES = (QUANTILE, EQUAL_WIDTH, NATURAL, TYPED)
MIN_BINS, MAX_BINS = 2, 20


def check_count(count: int, difficulty: np.ndarray, strategy: str) -> None:
    """Refuse a number of bins that a strategy, other than typed edges, cannot cut items into.

    Natural breaks need as many different difficulties as bins: they look for groups, and fewer values hold
    fewer groups. Quantile and equal-width bins have their places whatever the values; some may be empty.

    Parameters
    ----------
    count
        Number of bins.
    difficulty
        Of the items to be cut, shape ``(items,)``.
    strategy
        One of `STRATEGIES`.

    Raises
    ------
    AtlasError
        If the items are too few, or the strategy is unknown.
    """
    if strategy not in STRATEGIES:
        raise AtlasError(f"No bin strategy {strategy!r}; there are: {', '.join(STRATEGIES)}.")
    if not MIN_BINS <= count <= min(MAX_BINS, len(difficulty)):
        raise AtlasError(f"{count} bins of {len(difficulty)} items: choose {MIN_BINS} to {MAX_BINS}.")
    if strategy == NATURAL and count > (different := len(np.unique(difficulty))):
        raise AtlasError(
            f"{count} natural breaks of {different} different difficulties: choose fewer bins, or quantiles."
        )


def checked_edges(edges: Sequence[float]) -> np.ndarray:
    """Return typed inner edges as an array.

    Raises
    ------
    AtlasError
        If there are too few or too many, or they do not rise.
    """
    inner = np.array(edges, dtype=float)
    if not MIN_BINS - 1 <= len(inner) <= MAX_BINS - 1:
        raise AtlasError(f"Type {MIN_BINS - 1} to {MAX_BINS - 1} edges, in logits.")
    if not np.isfinite(inner).all() or (np.diff(inner) <= 0).any():
        raise AtlasError("Edges must be numbers that rise, each above the one before.")
    return inner


def members(
    values: np.ndarray, strategy: str, counts: Sequence[int], typed: np.ndarray | Sequence[float] = ()
) -> list[np.ndarray]:
    """Return each item's bin by one strategy, for several numbers of bins at once.

    What costs most (sorting, the search for natural breaks) is done once for all of them.

    Parameters
    ----------
    values
        Difficulties in logits, shape ``(…, items)``: also many draws at once, each cut by itself.
    strategy
        One of `STRATEGIES`.
    counts
        Numbers of bins.
    typed
        Inner edges in logits, for typed edges; they say how many bins there are, the counts do not.

    Returns
    -------
    list of ndarray
        For each count, bins from 0 (the easiest), bytes of the shape of ``values``.
    """
    if strategy == TYPED:
        return [_above(values, np.asarray(typed, dtype=float))]
    if strategy == QUANTILE:
        ascending = np.sort(values, axis=-1)
        return [_above(values, _quantile_edges(ascending, count)) for count in counts]
    if strategy == NATURAL:
        from analysis.bins.natural import natural_edges  # costs half a second, only where it is asked for

        each = [natural_edges(row, counts) for row in values.reshape(-1, values.shape[-1])]
        return [
            _above(values, np.reshape(edges, (*values.shape[:-1], -1))) for edges in zip(*each, strict=True)
        ]
    return [_above(values, width_edges(values, count)) for count in counts]


def _quantile_edges(ascending: np.ndarray, count: int) -> np.ndarray:
    """Return the easiest value of each quantile bin but the first, shape ``(…, count − 1)``.

    Sorting takes a fourth of the time of ranking, and bins are cut in every draw. Values that are tied share
    the bin of their mid-rank; infinity stands for a bin that no value reaches.
    """
    n = ascending.shape[-1]
    of_rank, first = _bins_of_ranks(n, count)
    each = []
    for row in ascending.reshape(-1, n):
        reachable = np.append(row, np.array(np.inf, dtype=row.dtype))
        value = reachable[first]
        before, until = (np.searchsorted(row, value, side) for side in ("left", "right"))
        twice = np.minimum(before + until + 1, 2 * n)  # twice the mid-rank of its ties
        each.append(np.where(of_rank[twice] >= np.arange(1, count), value, reachable[until]))
    return np.array(each).reshape(*ascending.shape[:-1], count - 1)


@lru_cache(maxsize=64)
def _bins_of_ranks(n: int, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the bin of every number that twice a mid-rank can be, and the place of each bin's first rank.

    The bins are for 0 (which is none) to 2 × n; places count from 0, without ties, n for a bin of none.
    """
    of_rank = np.append(0, bins_of_quantiles((np.arange(1, 2 * n + 1) - 1) / (2 * n), count))
    return of_rank, np.searchsorted(of_rank[2::2], np.arange(1, count))


def _above(values: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Return how many of a few edges each value reaches: ``searchsorted``, faster where edges are few."""
    values = values.astype(np.result_type(values, edges), copy=False)
    reached = np.zeros(values.shape, dtype="i1")
    for edge in np.moveaxis(edges, -1, 0):
        reached += values >= edge[..., None]
    return reached


def share_of_draws(happened: np.ndarray) -> np.ndarray:
    """Return the share of draws in which something happened, shape ``(items,)`` from ``(draws, items)``.

    Adding up in the smallest type that holds the number takes a third of the time of counting.
    """
    return happened.sum(axis=0, dtype=np.min_scalar_type(len(happened))) / len(happened)


def quantile_bins(difficulty: np.ndarray, count: int) -> np.ndarray:
    """Return each item's bin among ``count`` bins of equally many items, shape ``(items,)``.

    An item of rank r among n has the quantile (r − ½) / n; tied items share a mid-rank, so they share a bin.
    """
    return members(difficulty, QUANTILE, (count,))[0].astype(int)


def bins_of_quantiles(quantile: np.ndarray, count: int) -> np.ndarray:
    """Return the bin of each difficulty quantile, shape ``(items,)``.

    Bin k of K holds k/K ≤ q < (k+1)/K, the last one also q = 1: the convention of Kordi et al. (2025, arXiv
    2511.21692; in their code the last bound is 1.01). Quantiles are compared with k/K, not multiplied by K:
    the product rounds, and 0.9 less one float times 10 is 9.

    Parameters
    ----------
    quantile
        0 the easiest to 1 the hardest, shape ``(items,)``.
    count
        Number of bins.

    Raises
    ------
    AtlasError
        If a quantile is missing or outside 0 to 1.
    """
    if not ((quantile >= 0) & (quantile <= 1)).all():
        raise AtlasError("Quantiles of difficulty must be between 0 and 1.")
    return np.searchsorted(np.arange(1, count) / count, quantile, "right")


def width_edges(values: np.ndarray, count: int) -> np.ndarray:
    """Return inner edges of bins that are equally many logits wide, shape ``(…, count − 1)``."""
    return np.linspace(values.min(axis=-1), values.max(axis=-1), count + 1, axis=-1)[..., 1:-1]


def edges_between(difficulty: np.ndarray, member: np.ndarray, count: int) -> np.ndarray:
    """Return edges halfway between the hardest item so far and the easiest still to come.

    An item on an edge is in the harder bin, so an edge that rounding puts onto the hardest item so far (the
    next one is the next float) moves up to the next. Empty bins share an edge; those below or above all items
    have it at the easiest item or just above the hardest.

    Parameters
    ----------
    difficulty, member
        Of the items, shape ``(items,)``; bins in the order of difficulty.
    count
        Number of bins.

    Returns
    -------
    ndarray
        Inner edges in logits, ascending, shape ``(count − 1,)``.
    """
    ascending = np.sort(difficulty.astype(float))
    ends = np.cumsum(np.bincount(member, minlength=count))[:-1]
    below = ascending[np.maximum(ends - 1, 0)]
    above = np.append(ascending, np.nextafter(ascending[-1], np.inf))[ends]
    halfway = (below + above) / 2
    return np.where(halfway > below, halfway, above)
