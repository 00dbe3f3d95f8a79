"""What leaves the house: difficulty subsets, results and whole studies as files."""

from analysis.subsets.mix import over_bins, sample_mix, short_bins
from analysis.subsets.order import CURRICULA, EASY_FIRST, ORDERS, ROUNDS, SHUFFLED, ordered
from analysis.subsets.select import FLAGS, Selection, contains, describe, select
from analysis.subsets.study_folder import write_study
from analysis.subsets.tables import bins_table, cells_table, difficulty_table
from analysis.subsets.tabular import FORMATS, to_bytes
from analysis.subsets.targets import TARGETS, Asked, Target, files_of, packed, put_down, target_of, usage

__all__ = [
    "CURRICULA",
    "EASY_FIRST",
    "FLAGS",
    "FORMATS",
    "ORDERS",
    "ROUNDS",
    "SHUFFLED",
    "TARGETS",
    "Asked",
    "Selection",
    "Target",
    "bins_table",
    "cells_table",
    "contains",
    "describe",
    "difficulty_table",
    "files_of",
    "ordered",
    "over_bins",
    "packed",
    "put_down",
    "sample_mix",
    "select",
    "short_bins",
    "target_of",
    "to_bytes",
    "usage",
    "write_study",
]
