"""Lists of items that users bring: which items they name."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath

import numpy as np
import pandas as pd

from analysis.errors import AtlasError

MAX_BYTES = 1_000_000
KEY_COLUMNS = ("item_key", "item", "id", "key", "item_id")
"""Columns of a CSV file, and fields of a JSON line, that hold keys; the first that is there."""


@dataclass(frozen=True)
class KeyList:
    """The items that a list names.

    Attributes
    ----------
    items
        Their numbers, ascending, each once.
    unknown
        Keys that the benchmark does not have, in the order of the list, each once.
    repeated
        How many entries named an item again.
    """

    items: np.ndarray
    unknown: list[str]
    repeated: int


def read_keys(content: bytes, name: str, items: pd.DataFrame) -> KeyList:
    """Find the items that a file names.

    Parameters
    ----------
    content
        Of the file: CSV with a column of keys (`KEY_COLUMNS`, else the first column), JSON Lines with a
        field of them or a string each, or else text with a key a line. Read as UTF-8.
    name
        Of the file; its ending says which of the three it is.
    items
        The benchmark's, with ``item_key`` and ``item``.

    Raises
    ------
    AtlasError
        If the file is too large, is not text, cannot be read, or names no key.
    """
    if len(content) > MAX_BYTES:
        raise AtlasError(f"{name}: larger than 1 MB. Keep only the keys of the items.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise AtlasError(f"{name}, line {line}: is not UTF-8 text. Save the file as UTF-8.") from None
    readers = {".csv": _csv_keys, ".jsonl": _json_keys}
    found = pd.Series(
        list(readers.get(PurePath(name).suffix.lower(), _text_keys)(text, name)), dtype="object"
    )
    if found.empty:
        raise AtlasError(f"{name}: names no item. Write one key of an item a line.")
    once = found.drop_duplicates()
    number = once.map(items.set_index("item_key")["item"])
    return KeyList(
        items=np.sort(number.dropna().to_numpy(dtype=int)),
        unknown=once[number.isna()].tolist(),
        repeated=len(found) - len(once),
    )


def _text_keys(text: str, name: str) -> Iterator[str]:
    return (line.strip() for line in text.splitlines() if line.strip())


def _csv_keys(text: str, name: str) -> Iterator[str]:
    try:
        rows = [[cell.strip() for cell in row] for row in csv.reader(text.splitlines()) if row]
    except csv.Error as error:
        raise AtlasError(f"{name}: is not a readable CSV file ({error}).") from None
    if not rows:
        return
    named = [rows[0].index(column) for column in KEY_COLUMNS if column in rows[0]]
    column = named[0] if named else 0
    # Without a known head the first row is a key too; if it is none, it shows among the unknown ones.
    for row in rows[1:] if named else rows:
        if len(row) > column and row[column]:
            yield row[column]


def _json_keys(text: str, name: str) -> Iterator[str]:
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            entry = json.loads(line)
        except (json.JSONDecodeError, RecursionError):
            raise AtlasError(f"{name}, line {number}: is not JSON.") from None
        if isinstance(entry, dict):
            entry = next((entry[field] for field in KEY_COLUMNS if field in entry), None)
        if isinstance(entry, bool) or not isinstance(entry, str | int):
            fields = ", ".join(KEY_COLUMNS)
            raise AtlasError(f"{name}, line {number}: holds no key. Name it by one of: {fields}.")
        yield str(entry)
