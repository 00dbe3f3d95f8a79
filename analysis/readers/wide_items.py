"""Wide CSV matrices the other way round: one row an item, one column a model.

They are told from those with a row a model by their first cell, which names the items (``item``,
``item_id``, ``question_id``, …), or by their other columns, all named ``organisation/model``. Nothing in
another matrix says which way round it is, however long or wide: ``--format wide-items-csv``.
"""

from __future__ import annotations

import csv
from pathlib import Path

from analysis.errors import BadInput
from analysis.readers.long import COLUMNS
from analysis.readers.matrix import MatrixRows, as_responses, no_twice
from analysis.readers.text import open_text
from analysis.tables import Responses


def has_items_as_rows(header: list[str]) -> bool:
    """Whether the first row of a matrix says that each further row is an item."""
    others = header[1:]
    return bool(others) and (header[0] in COLUMNS["item"] or all("/" in name.strip("/") for name in others))


def read_wide_items(path: Path, threshold: float | None = None) -> Responses:
    """Read a matrix with a row an item; as `analysis.readers.wide.read_wide` otherwise."""
    with open_text(path) as file:
        rows = MatrixRows(file, path)
        models = [name.strip() for name in rows.next_cells()[1:]]
        if not models:
            raise BadInput(
                "has no model columns; the first row must name the models, with commas between.",
                path=path,
                line=1,
            )
        if "" in models:
            column = models.index("") + 2
            raise BadInput("this model has no name in the header.", path=path, line=1, column=column)
        items, matrix = rows.rest(models, "item", threshold)
    no_twice(items, path, "two rows are of this item.")
    return as_responses(items, models, matrix)


def first_cells(path: Path) -> list[str]:
    """Return the cells of a file's first row; none of one that cannot be read."""
    try:
        with open_text(path) as text:
            return [cell.strip() for cell in next(csv.reader([text.readline(1 << 26)]), [])]
    except (BadInput, csv.Error):
        return []
