"""Tidy long files, one row a response: CSV, Parquet or JSON lines.

Needed are a model, an item and whether it was correct, under any of the names in `COLUMNS`. Columns that
describe the item (prompt, target, subtask, content_hash) or the model (organisation, family) come along.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from analysis.errors import BadInput
from analysis.readers.text import MISSING, RESPONSE_CODES, RESPONSE_REMEDY, open_text
from analysis.remarks import Remark
from analysis.tables import ITEM_COLUMNS, MODEL_COLUMNS, Responses, without_empty

COLUMNS = {
    "model": ("model", "model_id", "model_name", "subject", "subject_id", "respondent"),
    "item": ("item", "item_id", "item_key", "question_id", "example_id", "doc_id"),
    "correct": ("correct", "is_correct", "response", "score", "acc"),
}
"""Names under which each needed column is found, the first present wins."""


def is_long(columns: list[str]) -> bool:
    """Whether a header names a model, an item and a response."""
    return all(any(name in columns for name in names) for names in COLUMNS.values())


def read_long_csv(path: Path) -> Responses:
    """Read a tidy CSV file; see `read_long`."""
    with open_text(path) as file:
        reader = csv.reader(file, strict=True)
        try:
            header = [name.strip() for name in next(reader, [])]
            lines, rows = [], []
            for cells in reader:
                if not cells:
                    continue
                if len(cells) != len(header):
                    raise BadInput(
                        f"has {len(cells)} cells where the header has {len(header)}.",
                        path=path,
                        line=reader.line_num,
                    )
                lines.append(reader.line_num)
                rows.append(cells)
        except csv.Error as error:
            raise BadInput(f"is not valid CSV ({error}).", path=path, line=reader.line_num) from None
    return read_long(pd.DataFrame(rows, columns=header, dtype=object), np.array(lines), path)


def read_long_jsonl(path: Path) -> Responses:
    """Read a tidy JSON lines file; see `read_long`."""
    lines, rows = [], []
    with open_text(path) as file:
        for number, text in enumerate(file, start=1):
            if not text.strip():
                continue
            try:
                row = json.loads(text)
            except json.JSONDecodeError as error:
                raise BadInput(
                    f"is not valid JSON ({error.msg}).", path=path, line=number, column=error.colno
                ) from None
            if not isinstance(row, dict):
                raise BadInput("is not a JSON object. Write one object a line.", path=path, line=number)
            lines.append(number)
            rows.append(row)
    return read_long(pd.DataFrame(rows, dtype=object), np.array(lines), path)


def read_long_parquet(path: Path) -> Responses:
    """Read a tidy Parquet file; see `read_long`. "Line" in its errors is the row, counted from 1."""
    try:
        frame = pq.read_table(path).to_pandas()
    except (pa.ArrowInvalid, OSError) as error:
        raise BadInput(f"is not a readable Parquet file ({error}).", path=path) from None
    return read_long(frame, np.arange(1, len(frame) + 1), path)


def read_long(frame: pd.DataFrame, lines: np.ndarray, path: Path) -> Responses:
    """Turn rows with a model, an item and a response into tidy tables.

    Parameters
    ----------
    frame
        One row a response.
    lines
        Where each row stands in the file, for error messages.
    path
        The file.

    Raises
    ------
    BadInput
        If a column is missing, a name is empty, a response is neither 0 nor 1, or a pair of model and item
        has two different responses.
    """
    if frame.empty:
        raise BadInput("has no rows.", path=path)
    found = {role: _column(frame, role, path) for role in COLUMNS}
    codes = _codes(frame[found["correct"]])
    if np.isnan(codes).any():
        row = int(np.isnan(codes).argmax())
        raise BadInput(
            f"{frame[found['correct']].iloc[row]!r} is neither 0 nor 1. {RESPONSE_REMEDY}",
            path=path,
            line=int(lines[row]),
            column=found["correct"],
        )
    names = {role: _names(frame[found[role]], lines, path, found[role]) for role in ("model", "item")}
    model, model_names = pd.factorize(names["model"])
    item, item_keys = pd.factorize(names["item"])
    cells = pd.DataFrame({"item": item.astype("i4"), "model": model.astype("i4"), "correct": codes == 1})
    observed = codes != MISSING
    cells, lines = cells[observed], lines[observed]
    remarks = []
    if not observed.all():
        empty = int((~observed).sum())
        text = f"{empty:,} rows have an empty response; those stay missing."
        remarks.append(Remark("missing responses", text, empty))

    repeated = cells.duplicated(["item", "model"])
    conflicting = repeated & ~cells.duplicated()
    if conflicting.any():
        row = int(conflicting.to_numpy().argmax())
        name, key = model_names[cells["model"].iloc[row]], item_keys[cells["item"].iloc[row]]
        raise BadInput(
            f"model {name!r} answered item {key!r} before, differently. Keep one of the rows.",
            path=path,
            line=int(lines[row]),
        )
    if repeated.any():
        text = f"{repeated.sum():,} rows repeat an earlier one and were merged."
        remarks.append(Remark("repeated rows", text, int(repeated.sum())))
    return without_empty(
        Responses(
            items=_described(frame, item, item_keys, "item_key", ITEM_COLUMNS),
            models=_described(frame, model, model_names, "name", MODEL_COLUMNS),
            cells=cells[~repeated].reset_index(drop=True),
            remarks=remarks,
        )
    )


def _column(frame: pd.DataFrame, role: str, path: Path) -> str:
    for name in COLUMNS[role]:
        if name in frame.columns:
            return name
    raise BadInput(
        f"has no column for the {role}. Name one of them {COLUMNS[role][0]!r}; there are: "
        f"{', '.join(map(str, frame.columns))}.",
        path=path,
        line=1,
    )


def _codes(column: pd.Series) -> np.ndarray:
    """0, 1 or `MISSING` for every cell, NaN where a cell is none of these."""
    text = column.map(_text)
    return text.map(RESPONSE_CODES).to_numpy(dtype=float, na_value=np.nan)


def _names(column: pd.Series, lines: np.ndarray, path: Path, name: str) -> pd.Series:
    text = column.map(_text)
    if (empty := text == "").any():
        raise BadInput("is empty.", path=path, line=int(lines[int(empty.to_numpy().argmax())]), column=name)
    return text


def _text(cell: Any) -> str:
    """A cell as text, missing values as the empty string; ids read as whole floats lose their ``.0``."""
    if cell is None or (isinstance(cell, float) and np.isnan(cell)):
        return ""
    if isinstance(cell, float | np.floating) and float(cell).is_integer():
        return str(int(cell))
    return str(cell).strip()


def _described(
    frame: pd.DataFrame, number: np.ndarray, names: pd.Index, key: str, columns: tuple[str, ...]
) -> pd.DataFrame:
    """One row a name, with the describing columns of its first row in the file."""
    first = pd.Series(np.arange(len(frame))).groupby(number).first().to_numpy()
    described = pd.DataFrame({key: np.asarray(names, dtype=object)})
    used = {name for names in COLUMNS.values() for name in names}
    for column in columns:
        if column in frame and column not in used:
            described[column] = frame[column].iloc[first].to_numpy()
    return described
