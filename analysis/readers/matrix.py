"""Rows of responses as CSV matrices have them, and matrices as tidy tables: what the wide readers share.

A row of ``0``, ``1``, ``0.0``, ``1.0`` and nothing is understood by looking at all its bytes at once, many
times as fast as cell by cell. Any other row is read cell by cell, with the same result and an error that
names the cell.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import IO

import numpy as np
import pandas as pd

from analysis.errors import BadInput
from analysis.readers.text import MISSING, RESPONSE_CODES, RESPONSE_REMEDY, lines, response_code
from analysis.remarks import Remark
from analysis.tables import Responses, without_empty

COMMA, POINT, ZERO = b",.0"


class MatrixRows:
    """The rows of a CSV matrix that `open_text` opened, read one after the other, once.

    Every error is a `BadInput` that names the line, and the column where one cell is wrong.
    """

    def __init__(self, file: IO[str], path: Path) -> None:
        self._texts, self._path, self._line = self._counted(lines(file, path)), path, 0

    def next_cells(self) -> list[str]:
        """Return the cells of the next row; none at the end."""
        text = next(self._texts, None)
        return [] if text is None else self._cells(text)

    def rest(
        self, columns: Sequence[str], what: str, threshold: float | None
    ) -> tuple[list[str], np.ndarray]:
        """Read all rows that are left, each with a name in its first cell.

        Parameters
        ----------
        columns
            Names of the columns after the first.
        what
            What a row is: ``"model"`` or ``"item"``.
        threshold
            As of `analysis.readers.text.response_code`.

        Returns
        -------
        names
            The first cell of each row.
        codes
            0, 1 or `MISSING`; shape ``(rows, columns)``.
        """
        names, rows = [], []
        for text in self._texts:
            name, comma, rest = text.partition(",")
            codes = _codes_at_once(rest, len(columns)) if comma and '"' not in text else None
            if codes is None:
                cells = self._cells(text)
                if not cells:  # a blank line, as some editors leave at the end
                    continue
                name, codes = cells[0], self._codes(cells, columns, threshold, named=1)
            names.append(self._named(name.strip(), what))
            rows.append(codes)
        return names, self._stacked(rows, f"has a header but no {what}s.")

    def unnamed(self, columns: Sequence[str], threshold: float | None) -> np.ndarray:
        """Read all rows that are left, where none has a name; codes as of `rest`."""
        rows = []
        for text in self._texts:
            codes = _codes_at_once(text, len(columns))
            if codes is None:
                cells = self._cells(text)
                if not cells:
                    continue
                codes = self._codes(cells, columns, threshold, named=0)
            rows.append(codes)
        return self._stacked(rows, "has no rows.")

    def _counted(self, texts: Iterator[str]) -> Iterator[str]:
        for text in texts:
            self._line += 1
            yield text

    def _cells(self, text: str) -> list[str]:
        """Split a row, reading on where a quoted cell goes over several lines."""
        try:
            return next(csv.reader(chain([text], self._texts), strict=True))
        except csv.Error as error:
            raise BadInput(f"is not valid CSV ({error}).", path=self._path, line=self._line) from None

    def _named(self, name: str, what: str) -> str:
        if not name:
            raise BadInput(f"the {what} has no name.", path=self._path, line=self._line, column=1)
        if what == "model" and name in RESPONSE_CODES:
            raise BadInput(
                f"{name!r} is a response, not a model. Put the model's name into the first column.",
                path=self._path,
                line=self._line,
                column=1,
            )
        return name

    def _codes(
        self, cells: list[str], columns: Sequence[str], threshold: float | None, *, named: int
    ) -> np.ndarray:
        if len(cells) != len(columns) + named:
            there = (
                f"the header has {len(columns) + 1:,}" if named else f"there are {len(columns):,} item ids"
            )
            raise BadInput(
                f"has {len(cells):,} cells where {there}. Is the line cut off?",
                path=self._path,
                line=self._line,
            )
        codes = [response_code(cell.strip(), threshold) for cell in cells[named:]]
        if None in codes:
            wrong = codes.index(None)
            raise BadInput(
                f"{cells[wrong + named]!r:.80} is neither 0 nor 1. {RESPONSE_REMEDY}",
                path=self._path,
                line=self._line,
                column=columns[wrong],
            )
        return np.array(codes, dtype="u1")

    def _stacked(self, rows: list[np.ndarray], none: str) -> np.ndarray:
        if not rows:
            raise BadInput(none, path=self._path)
        return np.stack(rows)


def _codes_at_once(text: str, count: int) -> np.ndarray | None:
    """Return a row's codes if it has so many cells and each is 0, 1, 0.0, 1.0 or empty, else None."""
    cells = np.frombuffer(text.rstrip("\r\n").encode(), dtype="u1")
    commas = np.flatnonzero(cells == COMMA)
    if len(commas) != count - 1 or not len(cells):
        return None
    starts = np.append(0, commas + 1)
    length = np.append(commas, len(cells)) - starts
    padded = np.append(cells, np.zeros(3, dtype="u1"))
    digit = padded[starts] - ZERO  # below 0 wraps around to large
    decimal = (length == 3) & (padded[starts + 1] == POINT) & (padded[starts + 2] == ZERO)
    empty = length == 0
    if not (empty | ((digit <= 1) & ((length == 1) | decimal))).all():
        return None
    digit[empty] = MISSING
    return digit


def no_twice(names: Sequence[str], path: Path, problem: str = "two columns have this name.") -> None:
    """Raise `BadInput` if a name occurs twice."""
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise BadInput(problem, path=path, line=1, column=twice[0])


def as_responses(items: Sequence[str], models: Sequence[str], codes: np.ndarray) -> Responses:
    """Turn a matrix into tidy tables.

    Parameters
    ----------
    items, models
        Their names; models that are named alike are two evaluations, and become ``name`` and ``name#2``.
    codes
        0, 1 or `MISSING`; shape ``(items, models)``.
    """
    unique, remarks = _unique_names(models)
    observed = codes != MISSING
    partial = ~observed.all(axis=0) & observed.any(axis=0)
    if partial.any():
        text = f"{partial.sum():,} models have no response to some items; those stay missing."
        remarks.append(Remark("missing responses", text, int(partial.sum())))
    return without_empty(
        Responses(
            items=pd.DataFrame({"item_key": items}),
            models=pd.DataFrame({"name": unique, "organisation": [_organisation(name) for name in unique]}),
            cells=cells_of(codes),
            remarks=remarks,
        )
    )


def cells_of(codes: np.ndarray) -> pd.DataFrame:
    """Return ``item``, ``model``, ``correct`` of a matrix ``(items, models)``, sorted, in little memory."""
    observed = codes != MISSING
    n_items, n_models = codes.shape
    numbers = np.broadcast_to(np.arange(n_models, dtype="i4"), codes.shape)
    return pd.DataFrame(
        {
            "item": np.repeat(np.arange(n_items, dtype="i4"), np.count_nonzero(observed, axis=1)),
            "model": numbers[observed],
            "correct": codes[observed] == 1,
        },
        copy=False,
    )


def _unique_names(names: Sequence[str]) -> tuple[list[str], list[Remark]]:
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
