"""What may be claimed of many cells at once, and what could have been found at all."""

from __future__ import annotations

import numpy as np
from scipy import stats

from analysis.transfer.replicates import mean, sd

POWER = 0.8


def false_discovery_rate(p: np.ndarray) -> np.ndarray:
    """Benjamini and Hochberg's (1995, JRSS B 57) q-values: those below .05 are 5% false at most on average.

    Parameters
    ----------
    p
        P-values, NaN where there is none; any shape.
    """
    q, known = np.full(p.shape, np.nan), np.isfinite(p)
    if known.any():
        q[known] = stats.false_discovery_control(p[known], method="bh")
    return q


def simultaneous(
    value: np.ndarray, se: np.ndarray, df: np.ndarray, replicates: np.ndarray, prob: float = 0.95
) -> tuple[np.ndarray, np.ndarray]:
    """Standard errors that bands reach which hold for all cells at once, and p-values adjusted for that.

    The largest |z| over all cells in every replicate is what chance makes of the largest of many (Romano and
    Wolf 2005, "Exact and approximate stepdown methods", JASA 100; single step). Cells whose standard error
    is known from few runs get the point of their t distribution that is as far out.

    Parameters
    ----------
    value, se, df
        Of every cell, NaN where there is none; any one shape.
    replicates
        Of the values, shape ``(replicates, *cells)``.
    prob
        With which all bands hold.
    """
    known = np.isfinite(value) & (se > 0)
    known[known] = sd(replicates[:, known]) > 0  # a cell in which nothing changes says nothing
    times, adjusted = np.full(value.shape, np.nan), np.full(value.shape, np.nan)
    still = np.isfinite(value) & ~known
    times[still], adjusted[still] = stats.t.isf((1 - prob) / 2, df[still]), 1.0
    if not known.any():
        return times, adjusted
    drawn = replicates[:, known]
    z = np.abs(drawn - mean(drawn)) / sd(drawn)
    largest = np.fmax.reduce(z, axis=1)  # gaps left out
    own_df, own_se = df[known], se[known]
    times[known] = stats.t.isf(stats.norm.sf(np.quantile(largest, prob)), own_df)
    as_far = stats.norm.isf(stats.t.sf(np.abs(value[known]) / own_se, own_df))
    beyond = np.searchsorted(np.sort(largest), as_far, side="left")
    adjusted[known] = (len(largest) - beyond + 1) / (len(largest) + 1)
    return times, adjusted


def detectable(se: np.ndarray, df: np.ndarray, prob: float = 0.95) -> np.ndarray:
    """Smallest true gain that an interval of such a standard error excludes zero for, four times in five."""
    return np.asarray((stats.t.isf((1 - prob) / 2, df) + stats.t.isf(1 - POWER, df)) * se)
