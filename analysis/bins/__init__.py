"""Difficulty bins: edges, membership, and how sure the membership is. Bin 0 is the easiest."""

from analysis.bins.comparing import compare_cuts
from analysis.bins.cutting import Bins, cut, members_in_draws
from analysis.bins.edges import (
    EQUAL_WIDTH,
    MAX_BINS,
    MIN_BINS,
    NATURAL,
    QUANTILE,
    STRATEGIES,
    TYPED,
    bins_of_quantiles,
    checked_edges,
    quantile_bins,
)

__all__ = [
    "EQUAL_WIDTH",
    "MAX_BINS",
    "MIN_BINS",
    "NATURAL",
    "QUANTILE",
    "STRATEGIES",
    "TYPED",
    "Bins",
    "bins_of_quantiles",
    "checked_edges",
    "compare_cuts",
    "cut",
    "members_in_draws",
    "quantile_bins",
]
