"""DataFrames in, plotly figures out: one module a figure family, one visual language."""

from analysis.charts.benchmarks import cross_heatmap, pattern_table
from analysis.charts.bins import bin_histogram, bin_overlap
from analysis.charts.cells import POINTS
from analysis.charts.curves import accuracy_curves, loss_curve
from analysis.charts.difficulty import difficulty_distribution, difficulty_ranks
from analysis.charts.heatmap import ALL, DISCOVERIES, EACH, MARKS, gain_heatmap
from analysis.charts.mixes import mix_expectation
from analysis.charts.style import DARK, LIGHT, Style

__all__ = [
    "ALL",
    "DARK",
    "DISCOVERIES",
    "EACH",
    "LIGHT",
    "MARKS",
    "POINTS",
    "Style",
    "accuracy_curves",
    "bin_histogram",
    "bin_overlap",
    "cross_heatmap",
    "difficulty_distribution",
    "difficulty_ranks",
    "gain_heatmap",
    "loss_curve",
    "mix_expectation",
    "pattern_table",
]
