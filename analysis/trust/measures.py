"""How measures of items go with their difficulty: those that people have, and published difficulties."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.stats import rankdata

FEWEST = 20  # items that have the measure
PROB = 0.95
MOST_REPLICATES, FEWEST_REPLICATES = 2000, 500
WORK = 6_000_000  # resampled items in all, between these two: a second
CELLS = 2_000_000  # resampled items dealt with at once
PUBLISHED = re.compile(r"(^|_)(diff|difficulty|b)$", re.IGNORECASE)
"""Names of columns that are difficulties somebody else estimated: ``1pl_diff``, ``difficulty``, ``irt_b``."""

Interval = tuple[float, float, float]
"""A value and the ends of its interval."""


def correlations(measures: pd.DataFrame, difficulty: np.ndarray, *, seed: int = 0) -> pd.DataFrame:
    """Correlate every measure in numbers with difficulty.

    Parameters
    ----------
    measures
        One row an item; columns that are not numbers are passed over.
    difficulty
        Of the same items.
    seed
        Of the bootstrap.

    Returns
    -------
    DataFrame
        One row a measure that at least 20 items have and that is not the same for all: ``measure``,
        ``published`` (whether it is a difficulty that somebody else estimated, by its name), ``items``,
        ``rho`` (Spearman), ``low``, ``high`` (95% interval, items resampled); the strongest first.
    """
    by_items: dict[bytes, dict[str, np.ndarray]] = {}  # measures of the same items share their resamples
    for name, column in measures.select_dtypes("number").items():
        values = column.to_numpy(dtype=float, na_value=np.nan)
        known = np.isfinite(values) & np.isfinite(difficulty)
        if known.sum() >= FEWEST and np.ptp(values[known]) > 0:
            by_items.setdefault(known.tobytes(), {})[str(name)] = values
    rows = []
    for mask, group in by_items.items():
        known = np.frombuffer(mask, dtype=bool)
        found = resampled_spearman([values[known] for values in group.values()], difficulty[known], seed=seed)
        rows += [
            (name, bool(PUBLISHED.search(name)), int(known.sum()), *interval)
            for name, interval in zip(group, found, strict=True)
        ]
    table = pd.DataFrame(rows, columns=["measure", "published", "items", "rho", "low", "high"])
    return table.sort_values("rho", key=np.abs, ascending=False, ignore_index=True)


def resampled_spearman(
    measures: Sequence[np.ndarray], other: np.ndarray, *, replicates: int | None = None, seed: int = 0
) -> list[Interval]:
    """Spearman's correlations with 95% percentile intervals from resampled items.

    A resample is a weight for each item; ranks under weights are sums along the items sorted once, which
    spares sorting every resample.

    Parameters
    ----------
    measures, other
        Values of the same items, none missing: each of the first is correlated with the last.
    replicates
        Number of resamples; by default as many as a second allows, 500 to 2,000.
    seed
        Of the resamples.

    Returns
    -------
    list of tuple
        Of each measure the correlation, and the ends of its interval.
    """
    n_items = len(other)
    replicates = replicates or int(np.clip(WORK // n_items, FEWEST_REPLICATES, MOST_REPLICATES))
    rng = np.random.default_rng(seed)
    ordered, theirs = [_Ordered(values) for values in measures], _Ordered(other)
    found: list[np.ndarray] = []
    step = max(1, CELLS // n_items)
    for first in range(0, replicates, step):
        size = (min(step, replicates - first), n_items)
        drawn = rng.integers(n_items, size=size) + n_items * np.arange(size[0])[:, None]
        weights = np.bincount(drawn.ravel(), minlength=size[0] * n_items).reshape(size).astype("f8")
        rank, square = theirs.centred_ranks(weights)
        weighted = weights * rank[:, theirs.group]
        found.append(np.stack([own.correlation(weights, weighted, square) for own in ordered]))
    tail = (1 - PROB) / 2
    ends = np.nanquantile(np.concatenate(found, axis=1), [tail, 1 - tail], axis=1).T
    ranks = rankdata(other)
    return [
        (float(np.corrcoef(rankdata(values), ranks)[0, 1]), float(low), float(high))
        for values, (low, high) in zip(measures, ends, strict=True)
    ]


class _Ordered:
    """Items in the order of their values, equal values in one group."""

    def __init__(self, values: np.ndarray) -> None:
        self._order = np.argsort(values, kind="stable")
        ordered = values[self._order]
        begins = np.append(True, ordered[1:] != ordered[:-1])
        self._starts = np.flatnonzero(begins)
        self.group = np.empty(len(values), dtype=int)
        self.group[self._order] = np.cumsum(begins) - 1

    def centred_ranks(self, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Mid-rank of each group less the mean, ``(replicates, groups)``, and the sum of their squares."""
        sums = self._sums(weights)
        ranks = np.cumsum(sums, axis=1) - sums / 2 - weights.shape[1] / 2
        return ranks, (sums * ranks**2).sum(axis=1)

    def correlation(self, weights: np.ndarray, weighted: np.ndarray, square: np.ndarray) -> np.ndarray:
        """Correlate with other ranks, given weighted, and the sum of their squares.

        Shape ``(replicates,)``; NaN where a resample has one value only.
        """
        ranks, own_square = self.centred_ranks(weights)
        product = own_square * square
        together = (ranks * self._sums(weighted)).sum(axis=1)
        return together / np.sqrt(np.where(product > 0, product, np.nan))

    def _sums(self, values: np.ndarray) -> np.ndarray:
        """Sum over the items of each group, ``(replicates, groups)``."""
        return np.add.reduceat(values[:, self._order], self._starts, axis=1)
