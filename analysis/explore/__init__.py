"""One item, the models that answered, and what a set of items covers: what is read off a fit."""

from analysis.explore.accuracy import (
    MatchedDifference,
    accuracy_by_bin,
    compare_by_bin,
    matched_difference,
    only_one_solves,
)
from analysis.explore.coverage import Coverage, Placed, coverage
from analysis.explore.find import find_items
from analysis.explore.gaps import gap_sentences, information_of, weak_sentence
from analysis.explore.item import (
    SURPRISING,
    curve_abilities,
    item_curve,
    likely_discriminations,
    observed_by_ability,
    surprises,
    surprising_count,
)
from analysis.explore.keys import KeyList, read_keys
from analysis.explore.persons import person_fit_of, point_of, with_intervals

__all__ = [
    "SURPRISING",
    "Coverage",
    "KeyList",
    "MatchedDifference",
    "Placed",
    "accuracy_by_bin",
    "compare_by_bin",
    "coverage",
    "curve_abilities",
    "find_items",
    "gap_sentences",
    "information_of",
    "item_curve",
    "likely_discriminations",
    "matched_difference",
    "observed_by_ability",
    "only_one_solves",
    "person_fit_of",
    "point_of",
    "read_keys",
    "surprises",
    "surprising_count",
    "weak_sentence",
    "with_intervals",
]
