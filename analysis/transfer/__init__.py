"""What training on one difficulty does to the others."""

from analysis.transfer.bootstrap import MIN_ITEMS, resample
from analysis.transfer.cell import cell_items, cell_runs
from analysis.transfer.contrasts import EASY, FULL, HARD, contrasts
from analysis.transfer.cross import cross_gains
from analysis.transfer.curves import learning_curves
from analysis.transfer.distance import gain_by_distance, trained_bin
from analysis.transfer.findings import finding, points, signed, training_finding
from analysis.transfer.gains import BASELINE_ROW, baseline_cells, cell_table, gain_matrix
from analysis.transfer.measures import ACCURACY, GAIN, HEADROOM, LOG_ODDS, MEASURES
from analysis.transfer.mixtures import MEAN, SHAPES, TYPED, checked, expected, shares
from analysis.transfer.models import average
from analysis.transfer.pattern import (
    EASY_TO_HARD,
    FARTHEST,
    FULL_RANGE,
    HARD_TO_EASY,
    OWN_BIN,
    PARTS,
    pattern,
)
from analysis.transfer.runs import BASELINE, RunMatrix, run_matrix, training_sets, tuned_runs, zero_shot

__all__ = [
    "ACCURACY",
    "BASELINE",
    "BASELINE_ROW",
    "EASY",
    "EASY_TO_HARD",
    "FARTHEST",
    "FULL",
    "FULL_RANGE",
    "GAIN",
    "HARD",
    "HARD_TO_EASY",
    "HEADROOM",
    "LOG_ODDS",
    "MEAN",
    "MEASURES",
    "MIN_ITEMS",
    "OWN_BIN",
    "PARTS",
    "SHAPES",
    "TYPED",
    "RunMatrix",
    "average",
    "baseline_cells",
    "cell_items",
    "cell_runs",
    "cell_table",
    "checked",
    "contrasts",
    "cross_gains",
    "expected",
    "finding",
    "gain_by_distance",
    "gain_matrix",
    "learning_curves",
    "pattern",
    "points",
    "resample",
    "run_matrix",
    "shares",
    "signed",
    "trained_bin",
    "training_finding",
    "training_sets",
    "tuned_runs",
    "zero_shot",
]
