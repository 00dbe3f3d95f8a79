"""Natural breaks: the cut into bins whose items differ least among each other, found exactly.

Imported only where natural breaks are asked for: importing numba takes half a second.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numba import njit


def natural_edges(values: np.ndarray, counts: Sequence[int]) -> list[np.ndarray]:
    """Return the easiest value of each bin but the first by natural breaks, for several counts at once.

    Of all cuts into bins, these minimise the sum over items of the squared distance to their bin's mean:
    exact one-dimensional k-means, by the dynamic programme of Wang and Song (2011, "Ckmeans.1d.dp: Optimal
    k-means Clustering in One Dimension by Dynamic Programming", The R Journal 3(2):29-33). Tied items share
    a bin, which costs nothing: in an optimal cut every item is in the bin whose mean is nearest.

    Parameters
    ----------
    values
        Difficulties, shape ``(items,)``, with at least as many distinct values as bins.
    counts
        Numbers of bins. The programme for the largest solves the others on its way.

    Returns
    -------
    list of ndarray
        For each count, values that rise, shape ``(count − 1,)``. No bin is empty.
    """
    distinct, number = np.unique(values, return_counts=True)
    # Sums about the mean: squares of sums of a far-off origin would drown the differences between cuts.
    centred = distinct.astype(float)
    centred -= np.average(centred, weights=number)
    last = _last_starts(centred, number.astype(float), max(counts))
    found = []
    for count in counts:
        starts, end = np.empty(count - 1, dtype=int), len(distinct)
        for k in range(count - 1, 0, -1):
            starts[k - 1] = end = last[k, end]
        found.append(distinct[starts])
    return found


@njit(cache=True, nogil=True)
def _last_starts(value: np.ndarray, weight: np.ndarray, most: int) -> np.ndarray:
    """Where the last bin starts in the best cut of every first few values into up to ``most`` bins.

    Least squares within bins are most squares between them: Σ (sum of a bin)² / its weight. The more values
    or bins, the later the last bin starts, so each search is bounded by those already done, halving the steps
    between them: O(bins × values × log values) at worst.

    Parameters
    ----------
    value, weight
        Distinct values, ascending, and how many items have each; shape ``(values,)``.
    most
        Largest number of bins.

    Returns
    -------
    ndarray
        ``[k, n]``: start of the last of k + 1 bins of the first n values; shape ``(most, values + 1)``.
    """
    size = len(value)
    items, total = np.zeros(size + 1), np.zeros(size + 1)
    items[1:], total[1:] = np.cumsum(weight), np.cumsum(weight * value)
    start = np.zeros((most, size + 1), np.int32)
    before, now = np.zeros(size + 1), np.zeros(size + 1)
    before[1:] = total[1:] ** 2 / items[1:]
    largest_step = 1
    while 2 * largest_step <= size:
        largest_step *= 2
    for k in range(1, most):
        step = largest_step
        while step > 0:
            for n in range(step, size + 1, 2 * step):
                if n <= k:  # fewer values than bins
                    continue
                first, final = max(k, start[k - 1, n], start[k, n - step]), n - 1
                if n + step <= size:  # rounding may cross the bounds where cuts are equally good
                    final = max(first, min(final, start[k, n + step]))
                best, best_start = -np.inf, first
                for j in range(first, final + 1):
                    between = before[j] + (total[n] - total[j]) ** 2 / (items[n] - items[j])
                    if between > best:
                        best, best_start = between, j
                now[n], start[k, n] = best, best_start
            step //= 2
        before, now = now, before
    return start
