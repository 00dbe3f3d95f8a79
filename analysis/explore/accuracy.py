"""How often models are right by difficulty, and two models compared item by item."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import ndtri

from analysis.irt.intervals import INTERVAL_PROB, wilson
from analysis.transfer.cell import mcnemar


@dataclass(frozen=True)
class MatchedDifference:
    """What two models did on the items that both answered.

    Attributes
    ----------
    items
        How many those are.
    only_first, only_second
        Items that the one got right and the other wrong.
    difference, low, high
        Proportion right of the first less that of the second, with its 94% interval.
    p
        Of McNemar's exact test that both are right equally often.
    """

    items: int
    only_first: int
    only_second: int
    difference: float
    low: float
    high: float
    p: float


def accuracy_by_bin(correct: np.ndarray, member: np.ndarray, count: int) -> pd.DataFrame:
    """Proportion of each bin's items that a model got right.

    Parameters
    ----------
    correct
        1 right, 0 wrong, NaN not answered; shape ``(items,)``.
    member, count
        Each item's bin from 0, and how many bins there are.

    Returns
    -------
    DataFrame
        One row a bin: ``bin`` (from 1), ``answered``, ``right``, ``proportion``, ``low``, ``high`` (94%
        Wilson interval; missing, as the proportion, where nothing was answered).
    """
    seen = ~np.isnan(correct)
    answered = np.bincount(member[seen], minlength=count)
    right = np.bincount(member[seen], weights=correct[seen], minlength=count).round().astype(int)
    any_seen = np.where(answered > 0, answered, np.nan)
    low, high = wilson(right, any_seen)
    return pd.DataFrame(
        {
            "bin": np.arange(1, count + 1),
            "answered": answered,
            "right": right,
            "proportion": right / any_seen,
            "low": low,
            "high": high,
        }
    )


def matched_difference(first: np.ndarray, second: np.ndarray) -> MatchedDifference:
    """Compare two models on the items that both answered.

    The interval is Agresti & Min's (2005, "Simple improved confidence intervals for comparing matched
    proportions", Statistics in Medicine 24): Wald's, with half an item added to each of the four cells.

    Parameters
    ----------
    first, second
        1 right, 0 wrong, NaN not answered; shape ``(items,)``.
    """
    both = ~np.isnan(first) & ~np.isnan(second)
    n = int(both.sum())
    if n == 0:
        return MatchedDifference(0, 0, 0, np.nan, np.nan, np.nan, np.nan)
    only_first = int(((first == 1) & (second == 0)).sum())
    only_second = int(((first == 0) & (second == 1)).sum())
    b, c, total = only_first + 0.5, only_second + 0.5, n + 2
    centre = (b - c) / total
    half = ndtri((1 + INTERVAL_PROB) / 2) * np.sqrt(b + c - (b - c) ** 2 / total) / total
    return MatchedDifference(
        items=n,
        only_first=only_first,
        only_second=only_second,
        difference=(only_first - only_second) / n,
        low=float(max(centre - half, -1.0)),
        high=float(min(centre + half, 1.0)),
        p=mcnemar(only_first, only_second),
    )


def compare_by_bin(first: np.ndarray, second: np.ndarray, member: np.ndarray, count: int) -> pd.DataFrame:
    """Compare two models within each bin; parameters as of `matched_difference` and `accuracy_by_bin`.

    Returns
    -------
    DataFrame
        One row a bin: ``bin`` (from 1) and the attributes of `MatchedDifference`.
    """
    rows = [matched_difference(first[member == k], second[member == k]) for k in range(count)]
    return pd.DataFrame([{"bin": k, **vars(row)} for k, row in enumerate(rows, 1)])


def only_one_solves(
    solver: np.ndarray, other: np.ndarray, p_solver: np.ndarray, p_other: np.ndarray
) -> pd.DataFrame:
    """Items that one model got right and another wrong, the most surprising first.

    Parameters
    ----------
    solver, other
        Responses of the two, as of `matched_difference`.
    p_solver, p_other
        P(correct) of each given its ability, shape ``(items,)``.

    Returns
    -------
    DataFrame
        ``item``, ``p_solver``, ``p_other``, ``chance`` (that just this happens: P of the one times 1 − P of
        the other).
    """
    item = np.flatnonzero((solver == 1) & (other == 0))
    table = pd.DataFrame({"item": item, "p_solver": p_solver[item], "p_other": p_other[item]})
    table["chance"] = table["p_solver"] * (1 - table["p_other"])
    return table.sort_values(["chance", "item"], ignore_index=True)
