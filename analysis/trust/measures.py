"""How measures of items go with their difficulty: those that people have, and published difficulties."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
from scipy.stats import rankdata

FEWEST = 20  # items that have the measure
PROB = 0.95
REPLICATES = 2000
CELLS = 4_000_000  # resampled items dealt with at once
PUBLISHED = re.compile(r"(^|_)(diff|difficulty|b)$", re.IGNORECASE)
"""Names of columns that are difficulties somebody else estimated: ``1pl_diff``, ``difficulty``, ``irt_b``."""


def correlations(
    measures: pd.DataFrame, difficulty: np.ndarray, *, replicates: int = REPLICATES, seed: int = 0
) -> pd.DataFrame:
    """Correlate every measure in numbers with difficulty.

    Parameters
    ----------
    measures
        One row an item; columns that are not numbers are passed over.
    difficulty
        Of the same items.
    replicates, seed
        Of the bootstrap.

    Returns
    -------
    DataFrame
        One row a measure that at least 20 items have and that is not the same for all: ``measure``,
        ``published`` (whether it is a difficulty that somebody else estimated, by its name), ``items``,
        ``rho`` (Spearman), ``low``, ``high`` (95% interval, items resampled); the strongest first.
    """
    rows = []
    for name, column in measures.select_dtypes("number").items():
        values = column.to_numpy(dtype=float, na_value=np.nan)
        known = np.isfinite(values) & np.isfinite(difficulty)
        if known.sum() < FEWEST or np.ptp(values[known]) == 0:
            continue
        rho, low, high = resampled_spearman(
            values[known], difficulty[known], replicates=replicates, seed=seed
        )
        rows.append(
            {
                "measure": str(name),
                "published": bool(PUBLISHED.search(str(name))),
                "items": int(known.sum()),
                "rho": rho,
                "low": low,
                "high": high,
            }
        )
    table = pd.DataFrame(rows, columns=["measure", "published", "items", "rho", "low", "high"])
    return table.sort_values("rho", key=np.abs, ascending=False, ignore_index=True)


def resampled_spearman(
    one: np.ndarray, other: np.ndarray, *, replicates: int = REPLICATES, seed: int = 0
) -> tuple[float, float, float]:
    """Spearman's correlation with its 95% percentile interval from resampled items.

    A resample is a weight for each item; ranks under weights are sums along the items sorted once, which
    spares sorting every resample.

    Parameters
    ----------
    one, other
        Values of the same items, none missing.
    replicates, seed
        Number of resamples, and their seed.

    Returns
    -------
    tuple of float
        The correlation, and the ends of its interval.
    """
    n_items = len(one)
    rng = np.random.default_rng(seed)
    places = _Places(one), _Places(other)
    found: list[np.ndarray] = []
    step = max(1, CELLS // n_items)
    for first in range(0, replicates, step):
        size = (min(step, replicates - first), n_items)
        drawn = rng.integers(n_items, size=size) + n_items * np.arange(size[0])[:, None]
        weights = np.bincount(drawn.ravel(), minlength=size[0] * n_items).reshape(size).astype("f8")
        found.append(_correlation(places[0].ranks(weights), places[1].ranks(weights), weights))
    tail = (1 - PROB) / 2
    low, high = np.nanquantile(np.concatenate(found), [tail, 1 - tail])
    rho = np.corrcoef(rankdata(one), rankdata(other))[0, 1]
    return float(rho), float(low), float(high)


class _Places:
    """Where items stand in the order of their values, equal values together."""

    def __init__(self, values: np.ndarray) -> None:
        self._order = np.argsort(values, kind="stable")
        ordered = values[self._order]
        self._starts = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1]))
        self._group = np.empty(len(values), dtype=int)
        self._group[self._order] = np.cumsum(np.append(False, ordered[1:] != ordered[:-1]))

    def ranks(self, weights: np.ndarray) -> np.ndarray:
        """Mid-rank of each item where it is there as often as its weight says; ``(replicates, items)``."""
        sums = np.add.reduceat(weights[:, self._order], self._starts, axis=1)
        return (np.cumsum(sums, axis=1) - sums / 2)[:, self._group]


def _correlation(one: np.ndarray, other: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Weighted Pearson correlation along the rows; NaN where a resample has one value only."""
    total = weights.shape[1]
    one, other = (values - (weights * values).sum(axis=1, keepdims=True) / total for values in (one, other))
    squares = (weights * one**2).sum(axis=1) * (weights * other**2).sum(axis=1)
    return (weights * one * other).sum(axis=1) / np.sqrt(np.where(squares > 0, squares, np.nan))
