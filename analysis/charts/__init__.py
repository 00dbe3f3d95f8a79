"""DataFrames in, plotly figures out: one module a figure family, one visual language."""

from analysis.charts.accuracy import MOST_LINES, accuracy_lines, difference_by_bin
from analysis.charts.benchmarks import cross_heatmap, pattern_table
from analysis.charts.bins import bin_histogram, bin_overlap
from analysis.charts.cells import POINTS
from analysis.charts.chains import chain_plots
from analysis.charts.checks import item_curve, item_proportions, score_distribution
from analysis.charts.coverage import coverage_bars, coverage_steps, information_lines
from analysis.charts.curves import accuracy_curves, loss_curve
from analysis.charts.difficulty import MOST_POINTS, difficulty_distribution, difficulty_ranks
from analysis.charts.drawing import Chart
from analysis.charts.families import family_sizes, interval_widths, without_families
from analysis.charts.heatmap import ALL, DISCOVERIES, EACH, MARKS, gain_heatmap
from analysis.charts.item import bin_probabilities, characteristic_curve, item_posterior
from analysis.charts.measures import correlation_forest, fit_against_fit, measure_scatter
from analysis.charts.mixes import mix_expectation
from analysis.charts.models import ability_ranks, person_fit_scatter
from analysis.charts.pairs import asymmetry_triangle, best_strip
from analysis.charts.pooling import (
    chance_of_gain,
    gain_probabilities,
    pooled_gains,
    pooling_effects,
    raw_gains,
)
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
    "MOST_POINTS",
    "POINTS",
    "VERDICT_MARKS",
    "Chart",
    "Style",
    "ability_ranks",
    "accuracy_curves",
    "accuracy_lines",
    "asymmetry_triangle",
    "best_strip",
    "bin_histogram",
    "bin_overlap",
    "bin_probabilities",
    "chain_plots",
    "chance_of_gain",
    "characteristic_curve",
    "correlation_forest",
    "coverage_bars",
    "coverage_steps",
    "cross_heatmap",
    "difference_by_bin",
    "difficulty_distribution",
    "difficulty_ranks",
    "distance_scatter",
    "family_sizes",
    "fit_against_fit",
    "forest",
    "gain_curves",
    "gain_heatmap",
    "gain_probabilities",
    "information_lines",
    "interval_widths",
    "item_curve",
    "item_posterior",
    "item_proportions",
    "loss_curve",
    "measure_scatter",
    "mix_expectation",
    "pattern_table",
    "person_fit_scatter",
    "pooled_gains",
    "pooling_effects",
    "raw_gains",
    "score_distribution",
    "verdict_matrix",
    "without_families",
    "wright_map",
]
