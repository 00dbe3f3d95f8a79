"""What the likelihood needs of the responses: patterns of observed items, and rows of equal likelihood."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.irt.matrix import ResponseMatrix


@dataclass(frozen=True)
class Groups:
    """Models grouped by what distinguishes their likelihoods.

    Models that answered the same items are of one *pattern*; a complete matrix has one. Items that the same
    patterns include are of one *kind*; with one pattern there is one. Under the Rasch model those of a
    pattern with as many items right have the same likelihood, so that they are counted, not listed.

    Attributes
    ----------
    item_totals
        Models that got each item right, shape ``(items,)``.
    item_counts
        Models that answered each item, shape ``(items,)``.
    kind_of_item
        Each item's kind, shape ``(items,)``.
    in_pattern
        1.0 where a pattern includes the items of a kind, shape ``(patterns, kinds)``.
    pattern, score, count
        Of each group: its pattern, its number right, its number of models; shape ``(groups,)``.
    group_of_model
        Each model's group, shape ``(models,)``.
    """

    item_totals: np.ndarray
    item_counts: np.ndarray
    kind_of_item: np.ndarray
    in_pattern: np.ndarray
    pattern: np.ndarray
    score: np.ndarray
    count: np.ndarray
    group_of_model: np.ndarray

    @property
    def n_items(self) -> int:
        """Number of items."""
        return len(self.item_totals)


def group(matrix: ResponseMatrix, *, by_score: bool, weights: np.ndarray | None = None) -> Groups:
    """Group the models of a matrix.

    Parameters
    ----------
    matrix
        The responses.
    by_score
        Put models of equal pattern and score together, as the Rasch likelihood allows; else each model is a
        group of its own.
    weights
        How often each model counts, shape ``(models,)``; by default once.
    """
    kinds, kind_of_item, pattern_of_model = _patterns(matrix)
    weight = np.ones(matrix.n_models) if weights is None else np.asarray(weights, dtype=float)
    if by_score:
        key = pattern_of_model * (matrix.n_items + 1) + matrix.scores
        _, example, group_of_model = np.unique(key, return_index=True, return_inverse=True)
    else:
        example = group_of_model = np.arange(matrix.n_models)
    if weights is None:
        totals, counts = matrix.item_totals.astype(float), matrix.item_counts.astype(float)
    else:
        totals, counts = weighted_totals(matrix, weight)
    return Groups(
        item_totals=totals,
        item_counts=counts,
        kind_of_item=kind_of_item,
        in_pattern=kinds,
        pattern=pattern_of_model[example],
        score=matrix.scores[example].astype(float),
        count=np.bincount(group_of_model, weights=weight),
        group_of_model=group_of_model,
    )


def weighted_totals(matrix: ResponseMatrix, weight: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Weighted number of models that got each item right, and that answered it; shapes ``(items,)``."""
    totals, counts = np.zeros(matrix.n_items), np.zeros(matrix.n_items)
    block = max(1, 20_000_000 // matrix.n_items)
    for first in range(0, matrix.n_models, block):
        some = matrix.values[first : first + block]
        own = weight[first : first + block]
        totals += own @ (some == 1)
        if not matrix.complete:
            counts += own @ (some >= 0)
    return totals, counts if not matrix.complete else np.full(matrix.n_items, weight.sum())


def _patterns(matrix: ResponseMatrix) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Which kinds of items each pattern includes, each item's kind, and each model's pattern."""
    if matrix.complete:
        return np.ones((1, 1)), np.zeros(matrix.n_items, dtype=int), np.zeros(matrix.n_models, dtype=int)
    packed, pattern_of_model = np.unique(np.packbits(matrix.observed, axis=1), axis=0, return_inverse=True)
    patterns = np.unpackbits(packed, axis=1, count=matrix.n_items)
    kinds, kind_of_item = np.unique(patterns, axis=1, return_inverse=True)
    return kinds.astype(float), kind_of_item.ravel(), pattern_of_model.ravel()
