"""How far results can be trusted: whether chains agree, what difficulty goes with, what a refit changes."""

from analysis.trust.measures import FEWEST, correlations, resampled_spearman
from analysis.trust.ranks import Mixing, chains_of, mixing, rank_counts, split_rhat
from analysis.trust.refitted import Refitted, refitted

__all__ = [
    "FEWEST",
    "Mixing",
    "Refitted",
    "chains_of",
    "correlations",
    "mixing",
    "rank_counts",
    "refitted",
    "resampled_spearman",
    "split_rhat",
]
