"""How far results can be trusted: whether chains agree, what difficulty goes with, what a refit changes."""

from analysis.trust.measures import FEWEST, correlations, resampled_spearman
from analysis.trust.ranks import Mixing, chains_of, mixing, rank_counts, split_rhat
from analysis.trust.refitted import Refitted, refitted
from analysis.trust.shown import Shown, from_draws, from_traces

__all__ = [
    "FEWEST",
    "Mixing",
    "Refitted",
    "Shown",
    "chains_of",
    "correlations",
    "from_draws",
    "from_traces",
    "mixing",
    "rank_counts",
    "refitted",
    "resampled_spearman",
    "split_rhat",
]
