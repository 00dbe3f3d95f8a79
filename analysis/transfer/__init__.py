"""What training on one difficulty does to the others."""

from analysis.transfer.gains import FULL_RANGE, MIN_ITEMS, gain_matrix
from analysis.transfer.runs import RunMatrix, run_matrix

__all__ = ["FULL_RANGE", "MIN_ITEMS", "RunMatrix", "gain_matrix", "run_matrix"]
