"""Responses of a benchmark as one matrix, without a table of all of them on the way."""

from __future__ import annotations

import duckdb
import numpy as np

MISSING = -1
BLOCK_RESPONSES = 4_000_000  # read at a time: some 100 MB with what DuckDB and numpy need for them


def read_matrix(cursor: duckdb.DuckDBPyConnection, benchmark: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the responses to a benchmark, a row a model and a column an item, and the models' numbers.

    Responses are stored in the order of items, so a range of items is read without looking at the rest.

    Parameters
    ----------
    cursor
        Of the snapshot.
    benchmark
        Its number.
    """

    def column(query: str) -> np.ndarray:
        (values,) = cursor.execute(query, [benchmark]).fetchnumpy().values()
        return np.asarray(values)

    models = column("SELECT DISTINCT model FROM responses WHERE benchmark = ? ORDER BY model")
    n_items = int(column("SELECT count(*) FROM items WHERE benchmark = ?")[0])
    row_of_model = np.zeros(int(models.max(initial=0)) + 1, dtype="i4")
    row_of_model[models] = np.arange(len(models))
    values = np.full((len(models), n_items), MISSING, dtype="i1")
    width = max(1, BLOCK_RESPONSES // max(1, len(models)))
    for first in range(0, n_items, width):
        cells = cursor.execute(
            "SELECT item, model, correct FROM responses WHERE benchmark = ? AND item BETWEEN ? AND ?",
            [benchmark, first, first + width - 1],
        ).fetchnumpy()
        # In the order they come, an item a row: writing into columns of the whole would be slow.
        block = np.full((min(width, n_items - first), len(models)), MISSING, dtype="i1")
        block[cells["item"] - first, row_of_model[cells["model"]]] = cells["correct"]
        values[:, first : first + width] = block.T
    return values, models
