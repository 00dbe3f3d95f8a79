"""A benchmark's responses as one compact matrix."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from analysis.errors import AtlasError

MISSING = -1


@dataclass(frozen=True)
class ResponseMatrix:
    """Responses of models (rows) to items (columns), one byte each.

    Attributes
    ----------
    values
        1 right, 0 wrong, `MISSING` not observed; int8, shape ``(models, items)``.
    models
        The models' numbers as given, ascending, shape ``(models,)``.
    """

    values: np.ndarray
    models: np.ndarray

    @classmethod
    def of(cls, responses: pd.DataFrame) -> ResponseMatrix:
        """Arrange tidy responses.

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
        item, model = responses["item"].to_numpy(), responses["model"].to_numpy()
        if not len(item):
            raise AtlasError("There are no responses to fit.")
        known = np.zeros(int(model.max()) + 1, dtype=bool)
        known[model] = True
        models = np.flatnonzero(known)
        row_of_model = np.zeros(len(known), dtype="i4")
        row_of_model[models] = np.arange(len(models))
        values = np.full((len(models), int(item.max()) + 1), MISSING, dtype="i1")
        values[row_of_model[model], item] = responses["correct"].to_numpy(dtype=bool)
        matrix = cls(values, models)
        if (matrix.item_counts == 0).any():
            raise AtlasError("Every item needs at least one response to be fitted.")
        if matrix.item_counts.sum() != len(item):
            raise AtlasError("A pair of item and model occurs twice in the responses.")
        return matrix

    @property
    def n_models(self) -> int:
        """Number of models."""
        return self.values.shape[0]

    @property
    def n_items(self) -> int:
        """Number of items."""
        return self.values.shape[1]

    @property
    def right(self) -> np.ndarray:
        """Whether each response is right; bool, shape ``(models, items)``. Missing ones are False."""
        return self.values == 1

    @property
    def observed(self) -> np.ndarray:
        """Whether each response was observed; bool, shape ``(models, items)``."""
        return self.values != MISSING

    @cached_property
    def item_totals(self) -> np.ndarray:
        """Models that got each item right, shape ``(items,)``."""
        return np.count_nonzero(self.right, axis=0)

    @cached_property
    def item_counts(self) -> np.ndarray:
        """Models that answered each item, shape ``(items,)``."""
        return np.count_nonzero(self.observed, axis=0)

    @cached_property
    def scores(self) -> np.ndarray:
        """Items that each model got right, shape ``(models,)``."""
        return np.count_nonzero(self.right, axis=1)

    @cached_property
    def complete(self) -> bool:
        """Whether every model answered every item."""
        return bool(self.item_counts.min() == self.n_models)

    @cached_property
    def data_hash(self) -> str:
        """What `analysis.tables.response_hash` says of the same responses, without making a frame of them."""
        digest = hashlib.sha256()
        number = np.arange(max(self.values.shape), dtype="<i4")

        def update(part: Callable[[int, np.ndarray, np.ndarray], np.ndarray]) -> None:
            for item in range(self.n_items):
                column = self.values[:, item]
                digest.update(np.ascontiguousarray(part(item, column, column != MISSING)).data)

        update(lambda item, column, seen: np.full(np.count_nonzero(seen), item, dtype="<i4"))
        update(lambda item, column, seen: number[: len(column)][seen])
        update(lambda item, column, seen: (column[seen] == 1).astype("u1"))
        return digest.hexdigest()[:16]

    def of_models(self, rows: np.ndarray) -> ResponseMatrix:
        """Return the responses of some models only, by row number or mask."""
        return ResponseMatrix(self.values[rows], self.models[rows])
