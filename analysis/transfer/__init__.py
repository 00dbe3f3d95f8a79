"""What training on one difficulty does to the others."""

from analysis.transfer.contrasts import EASY, FULL, HARD, contrasts
from analysis.transfer.gains import MIN_ITEMS, gain_matrix
from analysis.transfer.runs import BASELINE, RunMatrix, run_matrix

__all__ = [
    "BASELINE",
    "EASY",
    "FULL",
    "HARD",
    "MIN_ITEMS",
    "RunMatrix",
    "contrasts",
    "gain_matrix",
    "run_matrix",
]
