"""What training on one difficulty does to the others."""

from analysis.transfer.asymmetry import Asymmetry, asymmetry
from analysis.transfer.best import best_probability, best_training
from analysis.transfer.bootstrap import MIN_ITEMS, resample
from analysis.transfer.boundary import DROPS, FOUND, Boundaries, boundaries
from analysis.transfer.cell import cell_items, cell_runs
from analysis.transfer.contrasts import EASY, FULL, HARD, contrasts
from analysis.transfer.cross import cross_gains
from analysis.transfer.curves import learning_curves
from analysis.transfer.decay import Decay, decay, mean_by_distance
from analysis.transfer.distance import centres, gain_by_distance, trained_bin
from analysis.transfer.gains import BASELINE_ROW, baseline_cells, cell_table
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
from analysis.transfer.resampled import Estimate, Resampled
from analysis.transfer.runs import (
    BASELINE,
    LISTED,
    RunMatrix,
    base_models,
    recipes,
    run_matrix,
    training_sets,
    tuned_runs,
    zero_shot,
)
from analysis.transfer.words import finding, over_benchmarks, points, signed, training_finding

__all__ = [
    "ACCURACY",
    "BASELINE",
    "BASELINE_ROW",
    "DROPS",
    "EASY",
    "EASY_TO_HARD",
    "FARTHEST",
    "FOUND",
    "FULL",
    "FULL_RANGE",
    "GAIN",
    "HARD",
    "HARD_TO_EASY",
    "HEADROOM",
    "LISTED",
    "LOG_ODDS",
    "MEAN",
    "MEASURES",
    "MIN_ITEMS",
    "OWN_BIN",
    "PARTS",
    "SHAPES",
    "TYPED",
    "Asymmetry",
    "Boundaries",
    "Decay",
    "Estimate",
    "Resampled",
    "RunMatrix",
    "asymmetry",
    "average",
    "base_models",
    "baseline_cells",
    "best_probability",
    "best_training",
    "boundaries",
    "cell_items",
    "cell_runs",
    "cell_table",
    "centres",
    "checked",
    "contrasts",
    "cross_gains",
    "decay",
    "expected",
    "finding",
    "gain_by_distance",
    "learning_curves",
    "mean_by_distance",
    "over_benchmarks",
    "pattern",
    "points",
    "recipes",
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
