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

    What costs most (ranks, the search for natural breaks) is done once for all of them.

    Parameters
    ----------
    values
        Difficulties in logits, shape ``(items,)``.
    strategy
        One of `STRATEGIES`.
    counts
        Numbers of bins.
    typed
        Inner edges in logits, for typed edges; they say how many bins there are, the counts do not.

    Returns
    -------
    list of ndarray
        For each count, bins from 0 (the easiest), shape ``(items,)``.
    """
    if strategy == TYPED:
        return [np.searchsorted(np.asarray(typed, dtype=float), values, "right")]
    if strategy == QUANTILE:
        twice = _twice_mid_ranks(values)
        return [_bins_by_twice_rank(len(values), count)[twice] for count in counts]
    if strategy == NATURAL:
        from analysis.bins.natural import natural_bins  # costs half a second, only where it is asked for

        return natural_bins(values, counts)
    return [np.searchsorted(width_edges(values, count), values, "right") for count in counts]


def _twice_mid_ranks(values: np.ndarray) -> np.ndarray:
    """Return twice what `scipy.stats.rankdata` does: whole numbers, in half the time."""
    order = np.argsort(values)
    ascending = values[order]
    new = ascending[1:] != ascending[:-1]
    twice = np.empty(len(values), dtype=int)
    if new.all():
        twice[order] = np.arange(2, 2 * len(values) + 1, 2)
        return twice
    starts = np.flatnonzero(np.concatenate([[True], new]))
    ties = np.diff(np.append(starts, len(values)))
    twice[order] = np.repeat(2 * starts + ties + 1, ties)
    return twice


@lru_cache(maxsize=32)
def _bins_by_twice_rank(items: int, count: int) -> np.ndarray:
    """Return the quantile bin of every number that twice a mid-rank can be, 0 to 2 × items."""
    found = bins_of_quantiles((np.arange(1, 2 * items + 1) - 1) / (2 * items), count)
    found = np.append(0, found)  # twice a rank is 2 or more; 0 is there to count from
    found.flags.writeable = False
    return found


def quantile_bins(difficulty: np.ndarray, count: int) -> np.ndarray:
    """Return each item's bin among ``count`` bins of equally many items, shape ``(items,)``.

    An item of rank r among n has the quantile (r − ½) / n; tied items share a mid-rank, so they share a bin.
    """
    return members(difficulty, QUANTILE, (count,))[0]


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
    """Return inner edges of bins that are equally many logits wide, shape ``(count − 1,)``."""
    return np.linspace(values.min(), values.max(), count + 1)[1:-1]


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
