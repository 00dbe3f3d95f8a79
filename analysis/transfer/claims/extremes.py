"""Intervals for the worst of many cells, and for the best of several worst."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import stats

from analysis.transfer.resampled import PROB, Estimate, Resampled
from analysis.transfer.significance import simultaneous


class Values(NamedTuple):
    """Estimates side by side, shape ``(n,)``, with their replicates, shape ``(replicates, n)``."""

    value: np.ndarray
    se: np.ndarray
    df: np.ndarray
    replicates: np.ndarray


def of_cells(resampled: Resampled, cells: np.ndarray) -> Values:
    """Take the gains of some cells, shape ``(rows, bins)``."""
    se, df = resampled.cells()
    return Values(resampled.gain[cells], se[cells], df[cells], resampled.replicates[:, cells])


def of_combinations(resampled: Resampled, weights: list[np.ndarray]) -> Values:
    """Take several weighted sums of gains, each shape ``(rows, bins)``, of cells that have one."""
    table = np.array(weights)
    gain, _, _, se, df = np.array(resampled.combinations(table)).T
    known = np.isfinite(resampled.gain)
    return Values(gain, se, df, resampled.replicates[:, known] @ table[:, known].T)


def best_of_worst(groups: list[Values], *, reach: float, prob: float = PROB) -> Estimate:
    """Estimate the largest, over groups, of the smallest value of a group.

    The interval is never too short. Its upper end rests on bands that hold for all values of one group at
    once, since the truly best group's smallest value may be any of them; the best group itself is one. Its
    lower end rests on one interval a group, that of its truly smallest value, each at a level divided by the
    number of groups (Bonferroni): the lowest of the group is no higher than that one.

    Parameters
    ----------
    groups
        Values of each group; NaN where one is not known.
    reach
        What no value can exceed either way: the interval of a value that is not known.
    prob
        Of the interval; either end fails with half the rest.
    """
    each = [_worst(values, prob, len(groups), reach) for values in groups]
    gain, low, high = np.max(each, axis=0)
    return Estimate(gain, low, high, np.nan, np.nan)


def _worst(values: Values, prob: float, groups: int, reach: float) -> tuple[float, float, float]:
    """Smallest value of a group, the lowest own lower bound and the lowest simultaneous upper bound."""
    value, se, df, replicates = values
    unknown, certain = np.isnan(value), se == 0
    own = stats.t.isf((1 - prob) / 2 / groups, df)
    together, _ = simultaneous(value, se, df, replicates, prob)
    low = np.where(unknown, -reach, np.where(certain, value, value - own * se))
    high = np.where(unknown, reach, np.where(certain, value, value + together * se))
    return float(np.nanmin(value, initial=reach)), float(low.min()), float(high.min())
