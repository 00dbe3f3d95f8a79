"""Wide CSV matrices: one row a model, one column an item, cells 0, 1 or empty.

Leaderboard exports name the first column ``model``, ``Model_Name``, ``Unnamed: 0`` or nothing at all, and R
puts an ``X`` before numeric item ids; all are understood.
"""

from __future__ import annotations

import re
from pathlib import Path

from analysis.errors import BadInput
from analysis.readers.matrix import MatrixRows, as_responses, no_twice
from analysis.readers.text import open_text
from analysis.tables import Responses


def read_wide(path: Path, threshold: float | None = None) -> Responses:
    """Read a wide CSV matrix.

    Parameters
    ----------
    path
        The file.
    threshold
        From where on a number between 0 and 1 is correct, if there are such.

    Raises
    ------
    BadInput
        Naming the line and column of the first thing that is wrong.
    """
    with open_text(path) as file:
        rows = MatrixRows(file, path)
        items = _item_keys(rows.next_cells(), path)
        models, matrix = rows.rest(items, "model", threshold)
    return as_responses(items, models, matrix.T)


def _item_keys(header: list[str], path: Path) -> list[str]:
    """Item ids from the header, without R's ``X``."""
    keys = [key.strip() for key in header[1:]]
    if not keys:
        raise BadInput(
            "has no item columns; the first row must name the items, with commas between.", path=path, line=1
        )
    if all(re.fullmatch(r"X\d+", key) for key in keys):
        keys = [key[1:] for key in keys]
    for number, key in enumerate(keys, start=2):
        if not key:
            raise BadInput("this item has no name in the header.", path=path, line=1, column=number)
    no_twice(keys, path)
    return keys
