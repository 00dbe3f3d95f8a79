"""What the Rasch likelihood needs of the responses: item totals and groups of equal scores."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.errors import AtlasError


@dataclass(frozen=True)
class ScoreGroups:
    """The sufficient statistics of a 0/1 response matrix under the Rasch model.

    Models that answered the same items (one *pattern*) with the same number right have the same
    likelihood, so they are counted, not listed. A complete matrix has one pattern.

    Attributes
    ----------
    item_totals
        Models that got each item right, shape ``(items,)``.
    item_counts
        Models that answered each item, shape ``(items,)``.
    observed
        1.0 where a pattern includes an item, shape ``(patterns, items)``.
    pattern, score, count
        Of each group: its pattern, its number right, its number of models; shape ``(groups,)``.
    models
        The models' numbers as given, ascending, shape ``(models,)``.
    group_of_model
        Each model's group, shape ``(models,)``.
    """

    item_totals: np.ndarray
    item_counts: np.ndarray
    observed: np.ndarray
    pattern: np.ndarray
    score: np.ndarray
    count: np.ndarray
    models: np.ndarray
    group_of_model: np.ndarray

    @property
    def n_items(self) -> int:
        """Number of items."""
        return len(self.item_totals)


def score_groups(responses: pd.DataFrame) -> ScoreGroups:
    """Count responses by item and by group of models.

    Parameters
    ----------
    responses
        Columns ``item`` (dense numbers from 0), ``model`` (any numbers), ``correct`` (bool). A pair
        without a row was not observed.

    Raises
    ------
    AtlasError
        If an item has no response, or a pair of item and model occurs twice.
    """
    item = responses["item"].to_numpy()
    models, row = np.unique(responses["model"].to_numpy(), return_inverse=True)
    correct = responses["correct"].to_numpy(dtype=bool)
    n_items = int(item.max()) + 1 if len(item) else 0
    observed = np.zeros((len(models), n_items), dtype=bool)
    observed[row, item] = True
    item_counts = observed.sum(axis=0)
    if n_items == 0 or (item_counts == 0).any():
        raise AtlasError("Every item needs at least one response to be fitted.")
    if item_counts.sum() != len(item):
        raise AtlasError("A pair of item and model occurs twice in the responses.")

    patterns, pattern_of_model = np.unique(np.packbits(observed, axis=1), axis=0, return_inverse=True)
    score_of_model = np.bincount(row, weights=correct, minlength=len(models)).astype(int)
    groups, group_of_model, count = np.unique(
        np.column_stack([pattern_of_model.ravel(), score_of_model]),
        axis=0,
        return_inverse=True,
        return_counts=True,
    )
    return ScoreGroups(
        item_totals=np.bincount(item, weights=correct, minlength=n_items),
        item_counts=item_counts,
        observed=np.unpackbits(patterns, axis=1, count=n_items).astype(float),
        pattern=groups[:, 0],
        score=groups[:, 1].astype(float),
        count=count.astype(float),
        models=models,
        group_of_model=group_of_model.ravel(),
    )
