"""Wide CSV matrices: one row a model, one column an item, cells 0, 1 or empty.

Leaderboard exports name the first column ``model``, ``Model_Name``, ``Unnamed: 0`` or nothing at all, and R
puts an ``X`` before numeric item ids; all are understood.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.errors import BadInput
from analysis.readers.text import MISSING, RESPONSE_CODES, RESPONSE_REMEDY, open_text
from analysis.remarks import Remark
from analysis.tables import Responses, without_empty


def read_wide(path: Path) -> Responses:
    """Read a wide CSV matrix.

    Raises
    ------
    BadInput
        Naming the line and column of the first thing that is wrong.
    """
    names: list[str] = []
    rows: list[np.ndarray] = []
    with open_text(path) as file:
        reader = csv.reader(file, strict=True)
        try:
            items = _item_keys(next(reader, []), path)
            for cells in reader:
                if not cells:  # a blank line, as some editors leave at the end
                    continue
                rows.append(_response_row(cells, items, path, reader.line_num))
                names.append(cells[0].strip())
        except csv.Error as error:
            raise BadInput(f"is not valid CSV ({error}).", path=path, line=reader.line_num) from None
    if not rows:
        raise BadInput("has a header but no models.", path=path)

    matrix = np.stack(rows)
    models, remarks = _unique_names(names)
    model, item = np.nonzero(matrix != MISSING)
    partial = (matrix == MISSING).any(axis=1) & (matrix != MISSING).any(axis=1)
    if partial.any():
        text = f"{partial.sum():,} models have no response to some items; those stay missing."
        remarks.append(Remark("missing responses", text, int(partial.sum())))
    return without_empty(
        Responses(
            items=pd.DataFrame({"item_key": items}),
            models=pd.DataFrame({"name": models, "organisation": [_organisation(name) for name in models]}),
            cells=pd.DataFrame(
                {"item": item.astype("i4"), "model": model.astype("i4"), "correct": matrix[model, item] == 1}
            ),
            remarks=remarks,
        )
    )


def _item_keys(header: list[str], path: Path) -> list[str]:
    """Item ids from the header, without R's ``X``."""
    keys = [key.strip() for key in header[1:]]
    if not keys:
        raise BadInput("has no item columns; the first row must name the items.", path=path, line=1)
    if all(re.fullmatch(r"X\d+", key) for key in keys):
        keys = [key[1:] for key in keys]
    for number, key in enumerate(keys, start=2):
        if not key:
            raise BadInput("this item has no name in the header.", path=path, line=1, column=number)
    twice = [key for key, count in Counter(keys).items() if count > 1]
    if twice:
        raise BadInput("two columns have this name.", path=path, line=1, column=twice[0])
    return keys


def _response_row(cells: list[str], items: list[str], path: Path, line: int) -> np.ndarray:
    """One model's responses as 0, 1 or `MISSING`, shape ``(items,)``."""
    if len(cells) != len(items) + 1:
        raise BadInput(
            f"has {len(cells):,} cells where the header has {len(items) + 1:,}. Is the line cut off?",
            path=path,
            line=line,
        )
    name = cells[0].strip()
    if not name:
        raise BadInput("the model has no name.", path=path, line=line, column=1)
    if name in RESPONSE_CODES:
        raise BadInput(
            f"{name!r} is a response, not a model. Put the model's name into the first column.",
            path=path,
            line=line,
            column=1,
        )
    codes = [RESPONSE_CODES.get(cell) for cell in cells[1:]]
    if None in codes:
        codes = [RESPONSE_CODES.get(cell.strip()) for cell in cells[1:]]
    if None in codes:
        wrong = codes.index(None)
        raise BadInput(
            f"{cells[wrong + 1]!r} is neither 0 nor 1. {RESPONSE_REMEDY}",
            path=path,
            line=line,
            column=items[wrong],
        )
    return np.array(codes, dtype="u1")


def _unique_names(names: list[str]) -> tuple[list[str], list[Remark]]:
    """Number repeated names, since two rows of one name are two evaluations: ``name``, ``name#2``."""
    seen: Counter[str] = Counter()
    unique = []
    for name in names:
        seen[name] += 1
        unique.append(name if seen[name] == 1 else f"{name}#{seen[name]}")
    repeated = [name for name, count in seen.items() if count > 1]
    if not repeated:
        return unique, []
    text = f"{len(repeated):,} names occur more than once and were numbered, as {repeated[0]}#2."
    return unique, [Remark("duplicate runs", text, len(repeated))]


def _organisation(name: str) -> str | None:
    return name.split("/")[0] if "/" in name else None
