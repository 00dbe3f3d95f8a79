"""A ridge regression and trees on features of items, averaged, that say how far off they may be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import ExtraTreesRegressor
from sklearn.linear_model import RidgeCV
from sklearn.model_selection import GroupKFold, KFold

from analysis.irt.item_features import Columns, features_of, for_trees_only

INNER_FOLDS = 3
ALPHAS = np.logspace(-2, 4, 13)


@dataclass(frozen=True)
class Learner:
    """Features and two regressions on them, averaged."""

    features: ColumnTransformer
    columns: Columns
    ridge: RidgeCV
    trees: ExtraTreesRegressor
    share_of_trees: float
    within: tuple[float, float]
    spread: ExtraTreesRegressor
    usual_distance: float

    def predict(self, items: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
        """Return difficulties, never beyond those learned from, and how far off each may be."""
        known = self.features.transform(self.columns.frame(items))
        for_trees = for_trees_only(known, self.features)
        both = self.ridge.predict(known), self.trees.predict(for_trees)
        difficulty = np.clip(both[0] + self.share_of_trees * (both[1] - both[0]), *self.within)
        return difficulty, np.maximum(self.spread.predict(for_trees), self.usual_distance / 4)


def learn(
    items: pd.DataFrame,
    difficulty: np.ndarray,
    noise: np.ndarray,
    columns: Columns,
    labels: np.ndarray | None,
    seed: int,
) -> Learner:
    """Learn from all items given, having chosen the blend and the weights by cross-validation among them."""
    features = features_of(columns, seed)
    known = features.fit_transform(columns.frame(items))
    for_trees = for_trees_only(known, features)

    by_ridge, by_trees = np.zeros(len(items)), np.zeros(len(items))
    for train, test in splits(len(items), labels, INNER_FOLDS, seed):
        inside = None if labels is None else labels[train]
        by_ridge[test] = _ridge(known[train], difficulty[train], None, inside, seed).predict(known[test])
        by_trees[test] = _trees(seed).fit(for_trees[train], difficulty[train]).predict(for_trees[test])
    apart = by_trees - by_ridge
    share = float(np.clip(apart @ (difficulty - by_ridge) / np.maximum(apart @ apart, 1e-12), 0.0, 1.0))
    distance = np.abs(difficulty - by_ridge - share * apart)
    missed = np.mean(distance**2)
    unexplained = np.maximum(missed - np.mean(noise**2), missed / 10)
    weight = unexplained / (unexplained + noise**2)
    return Learner(
        features,
        columns,
        _ridge(known, difficulty, weight, labels, seed),
        _trees(seed).fit(for_trees, difficulty, sample_weight=weight),
        share,
        (float(difficulty.min()), float(difficulty.max())),
        _trees(seed, leaf=25).fit(for_trees, distance),
        float(distance.mean()),
    )


def _ridge(
    known: np.ndarray, difficulty: np.ndarray, weight: np.ndarray | None, labels: np.ndarray | None, seed: int
) -> RidgeCV:
    """Ridge with its penalty chosen by leaving out items, or groups of them."""
    left_out = None if labels is None else list(splits(len(known), labels, INNER_FOLDS, seed))
    return RidgeCV(ALPHAS, cv=left_out).fit(known, difficulty, sample_weight=weight)


def _trees(seed: int, *, leaf: int = 5) -> ExtraTreesRegressor:
    """As good as boosted trees on the bundled study, and far quicker with weights and few items."""
    return ExtraTreesRegressor(50, min_samples_leaf=leaf, random_state=seed)


def splits(
    count: int, labels: np.ndarray | None, folds: int, seed: int
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield rows to learn from and rows to test on; groups, where given, stay together."""
    if labels is not None and len(np.unique(labels)) > 1:
        by_group = GroupKFold(min(folds, len(np.unique(labels))), shuffle=True, random_state=seed)
        return by_group.split(np.zeros(count), groups=labels)
    return KFold(folds, shuffle=True, random_state=seed).split(np.zeros(count))
