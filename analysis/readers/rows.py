"""Rows of responses, gathered block by block into tidy tables: what the tidy readers share."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from analysis.errors import BadInput
from analysis.readers.contents import Wanted
from analysis.readers.matrix import cells_of
from analysis.readers.text import MISSING, RESPONSE_REMEDY, response_code, storable
from analysis.remarks import Remark
from analysis.tables import ITEM_COLUMNS, MODEL_COLUMNS, Responses, without_empty

SPARSE = 4  # a matrix of so many times as many cells as responses is not worth making
SMALL = 1 << 24  # bytes; a matrix of no more is made in any case
Block: TypeAlias = pa.RecordBatch | pa.Table | pd.DataFrame
UNKNOWN = 3  # stands for a response that is none, while a block is read


class Gathered:
    """Responses of one file, with what describes their items and models.

    Parameters
    ----------
    path
        The file.
    columns
        Names of the columns that are the ``model``, the ``item`` and ``correct``.
    wanted
        Its ``threshold``, as of `analysis.readers.text.response_code`; its ``model`` where no column is.
    """

    def __init__(self, path: Path, columns: dict[str, str], wanted: Wanted) -> None:
        self._path, self._columns, self._wanted = path, columns, wanted
        self._items, self._models = _Names("item_key", ITEM_COLUMNS), _Names("name", MODEL_COLUMNS)
        self._blocks: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
        self._lines: list[np.ndarray] = []
        self._rows = 0

    def add(self, block: Block, lines: Sequence[int] | None = None) -> None:
        """Take in a block of rows.

        Parameters
        ----------
        block
            With the columns that the file has.
        lines
            Where each row stands in the file, for error messages; by default rows are counted from 1.

        Raises
        ------
        BadInput
            If a name is empty or a response is neither 0 nor 1.
        """
        n = len(block)
        place = np.arange(self._rows + 1, self._rows + n + 1) if lines is None else np.asarray(lines)
        if lines is not None:
            self._lines.append(place.astype("i4"))
        self._rows += n
        codes = self._codes(block, place)
        item = self._items.numbers(*self._distinct(block, "item", place), block)
        model = self._models.numbers(*self._distinct(block, "model", place), block)
        self._blocks.append((item, model, codes))

    def responses(self) -> Responses:
        """Return everything as tidy tables.

        Raises
        ------
        BadInput
            If there are no rows, or a pair of model and item has two different responses.
        """
        if not self._rows:
            raise BadInput("has no rows.", path=self._path)
        remarks = []
        if empty := sum(int(np.count_nonzero(codes == MISSING)) for _, _, codes in self._blocks):
            text = f"{empty:,} rows have an empty response; those stay missing."
            remarks.append(Remark("missing responses", text, empty))
        cells = self._dense(self._rows - empty)
        if cells is None:
            cells, repeated = self._once()
            if repeated:
                text = f"{repeated:,} rows repeat an earlier one and were merged."
                remarks.append(Remark("repeated rows", text, repeated))
        return without_empty(Responses(self._items.frame(), self._models.frame(), cells, remarks))

    def _dense(self, observed: int) -> pd.DataFrame | None:
        """Sort responses by way of a matrix; None if that would be large, or a response is repeated."""
        shape = len(self._items), len(self._models)
        if shape[0] * shape[1] > max(SPARSE * observed, SMALL):
            return None
        matrix = np.full(shape, MISSING, dtype="u1")
        for item, model, codes in self._blocks:
            known = codes != MISSING
            matrix[item[known], model[known]] = codes[known]
        return cells_of(matrix) if np.count_nonzero(matrix != MISSING) == observed else None

    def _once(self) -> tuple[pd.DataFrame, int]:
        """Return each response once, and how many rows repeat an earlier one."""
        item, model, codes = (np.concatenate(column) for column in zip(*self._blocks, strict=True))
        cells = pd.DataFrame({"item": item, "model": model, "correct": codes == 1})
        observed = codes != MISSING
        lines = np.concatenate(self._lines) if self._lines else np.arange(1, len(codes) + 1)
        cells, lines = cells[observed], lines[observed]
        repeated = cells.duplicated(["item", "model"]).to_numpy()
        conflicting = repeated & ~cells.duplicated().to_numpy()
        if conflicting.any():
            row = int(conflicting.argmax())
            model_name, key = self._models[cells["model"].iloc[row]], self._items[cells["item"].iloc[row]]
            raise BadInput(
                f"model {model_name!r} answered item {key!r} before, differently. Keep one of the rows.",
                path=self._path,
                line=int(lines[row]),
            )
        return cells[~repeated].sort_values(["item", "model"], ignore_index=True), int(repeated.sum())

    def _codes(self, block: Block, lines: np.ndarray) -> np.ndarray:
        """0, 1 or `MISSING` for every row."""
        name = self._columns["correct"]
        number, values = _factorized(_column(block, name))
        coded = [response_code(text(value), self._wanted.threshold) for value in values]
        table = np.array([UNKNOWN if code is None else code for code in coded] + [MISSING], dtype="u1")
        codes = table[number]  # a missing value has number -1: the last of the table
        if (codes == UNKNOWN).any():
            row = int((codes == UNKNOWN).argmax())
            raise BadInput(
                f"{values[number[row]]!r:.80} is neither 0 nor 1. {RESPONSE_REMEDY}",
                path=self._path,
                line=int(lines[row]),
                column=name,
            )
        return codes

    def _distinct(self, block: Block, role: str, lines: np.ndarray) -> tuple[np.ndarray, list[str]]:
        """Return the number of each row's name among the block's names, and those."""
        if role not in self._columns:
            return np.zeros(len(block), dtype="i8"), [str(self._wanted.model)]
        column = self._columns[role]
        number, values = _factorized(_column(block, column))
        names = [text(value) for value in values]
        empty = np.array([name == "" for name in names] + [True])[number]
        if empty.any():
            raise BadInput("is empty.", path=self._path, line=int(lines[int(empty.argmax())]), column=column)
        return number, names


class _Names:
    """Names numbered in the order in which they come, each with what its first row says of it."""

    def __init__(self, key: str, describing: tuple[str, ...]) -> None:
        self._key, self._describing = key, [name for name in describing if name != key]
        self._number: dict[str, int] = {}
        self._described: list[dict[str, Any]] = []

    def __len__(self) -> int:
        return len(self._number)

    def __getitem__(self, number: int) -> str:
        return list(self._number)[number]

    def numbers(self, number: np.ndarray, names: list[str], block: Block) -> np.ndarray:
        """Return the number of each row's name, from its number among the block's names."""
        known = len(self._number)
        numbers = np.array([self._number.setdefault(name, len(self._number)) for name in names], dtype="i4")
        if len(self._number) > known:
            first = np.empty(len(names), dtype="i8")
            first[number[::-1]] = np.arange(len(number))[
                ::-1
            ]  # of rows with one number the last written stays
            fresh = np.unique(numbers, return_index=True)
            rows = [first[at] for new, at in zip(*fresh, strict=True) if new >= known]
            self._described += _taken(block, [name for name in self._describing if _has(block, name)], rows)
        return numbers[number]

    def frame(self) -> pd.DataFrame:
        """Return one row a name; an empty cell of a CSV says nothing."""
        described = pd.DataFrame(self._described, dtype=object)
        described = described.mask(described == "", None)
        return pd.DataFrame({self._key: pd.Series(list(self._number), dtype=object)}).join(described)


def text(value: Any) -> str:
    """Return a cell as text, empty if it is missing; ids that were read as floats lose their ``.0``."""
    if value is None or (isinstance(value, float) and np.isnan(value)):
        return ""
    if isinstance(value, float | np.floating) and float(value).is_integer():
        return str(int(value))
    return storable(str(value).strip())


def _column(block: Block, name: str) -> Any:
    if isinstance(block, pd.DataFrame):  # rows of a file differ in what they have
        return block[name] if name in block else pd.Series([None] * len(block), dtype=object)
    return block.column(name)


def _has(block: Block, name: str) -> bool:
    return name in (block if isinstance(block, pd.DataFrame) else block.schema.names)


def _factorized(column: Any) -> tuple[np.ndarray, list[Any]]:
    """Number the distinct values of a column, missing ones -1; return numbers and values."""
    if isinstance(column, pd.Series):  # of JSON: anything, and 1 is not the text "1" for long
        number, values = pd.factorize(column.map(text))
        return number, list(values)
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    coded = column if isinstance(column, pa.DictionaryArray) else pc.dictionary_encode(column)
    return coded.indices.fill_null(-1).to_numpy(zero_copy_only=False), coded.dictionary.to_pylist()


def _taken(block: Block, columns: list[str], rows: list[int]) -> list[dict[str, Any]]:
    """Return some columns of some rows, a dictionary each."""
    if isinstance(block, pd.DataFrame):
        return block.iloc[rows][columns].to_dict("records")
    return block.select(columns).take(pa.array(rows, pa.int64())).to_pylist() if columns else [{}] * len(rows)
