"""DataFrames in, plotly figures out: one module a figure family, one visual language."""

from analysis.charts.accuracy import MOST_LINES, accuracy_lines, difference_by_bin
from analysis.charts.benchmarks import cross_heatmap, pattern_table
from analysis.charts.bins import bin_histogram, bin_overlap
from analysis.charts.cells import POINTS
from analysis.charts.coverage import coverage_bars, coverage_steps, information_lines
from analysis.charts.curves import accuracy_curves, loss_curve
from analysis.charts.difficulty import difficulty_distribution, difficulty_ranks
from analysis.charts.heatmap import ALL, DISCOVERIES, EACH, MARKS, gain_heatmap
from analysis.charts.item import bin_probabilities, characteristic_curve, item_posterior
from analysis.charts.mixes import mix_expectation
from analysis.charts.models import ability_ranks, person_fit_scatter
from analysis.charts.pairs import asymmetry_triangle, best_strip
from analysis.charts.shape import distance_scatter, gain_curves
from analysis.charts.style import DARK, LIGHT, Style
from analysis.charts.verdicts import VERDICT_MARKS, forest, verdict_matrix
from analysis.charts.wright import wright_map

__all__ = [
    "ALL",
    "DARK",
    "DISCOVERIES",
    "EACH",
    "LIGHT",
    "MARKS",
    "MOST_LINES",
    "POINTS",
    "VERDICT_MARKS",
    "Style",
    "ability_ranks",
    "accuracy_curves",
    "accuracy_lines",
    "asymmetry_triangle",
    "best_strip",
    "bin_histogram",
    "bin_overlap",
    "bin_probabilities",
    "characteristic_curve",
    "coverage_bars",
    "coverage_steps",
    "cross_heatmap",
    "difference_by_bin",
    "difficulty_distribution",
    "difficulty_ranks",
    "distance_scatter",
    "forest",
    "gain_curves",
    "gain_heatmap",
    "information_lines",
    "item_posterior",
    "loss_curve",
    "mix_expectation",
    "pattern_table",
    "person_fit_scatter",
    "verdict_matrix",
    "wright_map",
]
