"""DataFrames in, plotly figures out: one module a figure family, one visual language."""

from analysis.charts.bins import bin_overlap
from analysis.charts.difficulty import difficulty_distribution, difficulty_ranks
from analysis.charts.heatmap import gain_heatmap
from analysis.charts.style import DARK, LIGHT, Style

__all__ = [
    "DARK",
    "LIGHT",
    "Style",
    "bin_overlap",
    "difficulty_distribution",
    "difficulty_ranks",
    "gain_heatmap",
]
