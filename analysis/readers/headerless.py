"""CSV matrices of nothing but responses, one row a model, with the names of items and models beside them.

Beside ``NAME.csv`` lies ``NAME.items.txt``, the id of an item a line, in the order of the columns; and, if
models have names, ``NAME.models.txt`` in the order of the rows.
"""

from __future__ import annotations

from pathlib import Path

from analysis.errors import BadInput
from analysis.readers.matrix import MatrixRows, as_responses, no_twice
from analysis.readers.text import RESPONSE_CODES, lines, open_text
from analysis.tables import Responses


def is_headerless(first_row: list[str]) -> bool:
    """Whether the first row of a matrix holds responses only, so that it names nothing."""
    return len(first_row) > 1 and all(cell in RESPONSE_CODES for cell in first_row) and any(first_row)


def sidecars(path: Path) -> list[Path]:
    """Return the files of names that lie beside a matrix and are read with it."""
    named = (path.with_suffix(f".{what}.txt") for what in ("items", "models"))
    return [beside for beside in named if beside.is_file()]


def read_headerless(path: Path, threshold: float | None = None) -> Responses:
    """Read a matrix without header; as `analysis.readers.wide.read_wide` otherwise."""
    items_file, models_file = (path.with_suffix(f".{what}.txt") for what in ("items", "models"))
    if not items_file.is_file():
        raise BadInput(
            "has responses in its first row, so nothing names the items. Put their ids into "
            f"{items_file.name} beside it, one a line.",
            path=path,
            line=1,
        )
    items = _names(items_file)
    no_twice(items, items_file, "two items have this id.")
    with open_text(path) as file:
        rows = MatrixRows(file, path)
        matrix = rows.unnamed(items, threshold)
    models = [f"model {number}" for number in range(1, len(matrix) + 1)]
    if models_file.is_file():
        models = _names(models_file)
        if len(models) != len(matrix):
            raise BadInput(
                f"names {len(models):,} models, and {path.name} has {len(matrix):,} rows.", path=models_file
            )
    return as_responses(items, models, matrix.T)


def _names(path: Path) -> list[str]:
    with open_text(path) as file:
        names = [text.strip() for text in lines(file, path)]
    while names and not names[-1]:
        names.pop()
    if "" in names or not names:
        raise BadInput("holds an empty name.", path=path, line=names.index("") + 1 if names else 1)
    return names
