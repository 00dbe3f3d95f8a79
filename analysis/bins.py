"""Difficulty bins: edges, membership, and how sure the membership is. Bin 0 is the easiest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import rankdata

from analysis.errors import AtlasError

QUANTILE, EQUAL_WIDTH, TYPED = "quantile", "equal-width", "typed"
STRATEGIES = (QUANTILE, EQUAL_WIDTH, TYPED)
MIN_BINS, MAX_BINS = 2, 20


@dataclass(frozen=True)
class Bins:
    """Items cut into bins of difficulty.

    Attributes
    ----------
    strategy
        One of `STRATEGIES`.
    edges
        Inner edges in logits, ascending, shape ``(bins − 1,)``.
    member
        Each item's bin, shape ``(items,)``.
    probability
        P(item in bin) over the posterior, edges recomputed within every draw; shape ``(items, bins)``.
    """

    strategy: str
    edges: np.ndarray
    member: np.ndarray
    probability: np.ndarray

    @property
    def count(self) -> int:
        """Number of bins."""
        return len(self.edges) + 1

    @property
    def sizes(self) -> np.ndarray:
        """Items in each bin, shape ``(bins,)``."""
        return np.bincount(self.member, minlength=self.count)

    @property
    def own_probability(self) -> np.ndarray:
        """P(in bin) of the bin each item is put into, shape ``(items,)``."""
        return self.probability[np.arange(len(self.member)), self.member]


def cut(
    difficulty: np.ndarray,
    draws: np.ndarray,
    *,
    strategy: str = QUANTILE,
    count: int = 10,
    edges: tuple[float, ...] = (),
) -> Bins:
    """Cut items into bins.

    Parameters
    ----------
    difficulty
        Posterior mean difficulty in logits, shape ``(items,)``.
    draws
        Posterior draws of the same, shape ``(draws, items)``.
    strategy
        ``"quantile"`` (equally many items a bin), ``"equal-width"`` (equally many logits), or ``"typed"``.
    count
        Number of bins; with typed edges it follows from them.
    edges
        Inner edges in logits, for ``"typed"``.

    Raises
    ------
    AtlasError
        If the strategy, the count or the edges cannot be used.
    """
    if strategy == TYPED:
        inner = checked_edges(edges)
        count = len(inner) + 1
    elif strategy not in STRATEGIES:
        raise AtlasError(f"No bin strategy {strategy!r}; there are: {', '.join(STRATEGIES)}.")
    elif not MIN_BINS <= count <= min(MAX_BINS, len(difficulty)):
        raise AtlasError(f"{count} bins of {len(difficulty)} items: choose {MIN_BINS} to {MAX_BINS}.")

    def members(values: np.ndarray) -> np.ndarray:
        if strategy == QUANTILE:
            return quantile_bins(values, count)
        return np.searchsorted(inner if strategy == TYPED else _width_edges(values, count), values, "right")

    member = members(difficulty)
    probability = np.zeros((len(difficulty), count))
    everyone = np.arange(len(difficulty))
    for draw in draws:
        probability[everyone, members(draw)] += 1 / len(draws)
    if strategy == QUANTILE:
        inner = _between(difficulty, member, count)
    elif strategy == EQUAL_WIDTH:
        inner = _width_edges(difficulty, count)
    return Bins(strategy, inner, member, probability)


def quantile_bins(difficulty: np.ndarray, count: int) -> np.ndarray:
    """Return each item's bin among ``count`` bins of equally many items, shape ``(items,)``.

    An item of rank r among n has the quantile q = (r − ½) / n, and bin k holds k/K ≤ q < (k+1)/K, the
    convention of Kordi et al. (2025, arXiv 2511.21692). Tied items share a mid-rank, so they share a bin.
    Ranks are whole or half numbers: the comparison is done on integers, without rounding.
    """
    twice_rank = (2 * rankdata(difficulty)).astype(np.int64)
    return np.minimum(count - 1, count * (twice_rank - 1) // (2 * len(difficulty)))


def _width_edges(values: np.ndarray, count: int) -> np.ndarray:
    return np.linspace(values.min(), values.max(), count + 1)[1:-1]


def _between(difficulty: np.ndarray, member: np.ndarray, count: int) -> np.ndarray:
    """Edges halfway between the hardest item so far and the easiest still to come."""
    return np.array(
        [
            (difficulty[member < k].max(initial=-np.inf) + difficulty[member >= k].min(initial=np.inf)) / 2
            for k in range(1, count)
        ]
    )


def checked_edges(edges: tuple[float, ...]) -> np.ndarray:
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
