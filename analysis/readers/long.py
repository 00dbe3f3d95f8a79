"""Tidy long files, one row a response: CSV, Parquet or JSON lines.

Needed are a model, an item and whether it was correct, under any of the names in `COLUMNS`; or ``--metric``
names the column that says it, and ``--model-name`` the model of a file about one. Columns that
describe the item (prompt, target, subtask, content_hash) or the model (organisation, family) come along.
Files are read in blocks of rows: texts need the memory of one block, and a response a dozen bytes.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from analysis.errors import BadInput
from analysis.readers.contents import Wanted
from analysis.readers.matrix import no_twice
from analysis.readers.progress import tell
from analysis.readers.records import records
from analysis.readers.rows import Gathered
from analysis.readers.text import lines, open_text
from analysis.tables import ITEM_COLUMNS, MODEL_COLUMNS, Responses

COLUMNS = {
    "model": ("model", "model_id", "model_name", "subject", "subject_id", "respondent"),
    "item": ("item", "item_id", "item_key", "question_id", "example_id", "doc_id"),
    "correct": ("correct", "is_correct", "response", "score", "acc"),
}
"""Names under which each needed column is found, the first present wins."""
BLOCK_ROWS = 1 << 18  # read at a time


def is_long(columns: list[str]) -> bool:
    """Whether a header names an item and a response; what names no model may be about one."""
    return all(any(name in columns for name in COLUMNS[role]) for role in ("item", "correct"))


def read_long_csv(path: Path, wanted: Wanted) -> Responses:
    """Read a tidy CSV file.

    Parameters
    ----------
    path
        The file.
    wanted
        Its ``metric`` is the column that says what is correct, its ``model`` that of a file without such a
        column; from its ``threshold`` on a number between 0 and 1 is correct.

    Raises
    ------
    BadInput
        If a column is missing, a name is empty, a response is neither 0 nor 1, or a pair of model and item
        has two different responses.
    """
    with open_text(path) as file:
        reader = csv.reader(lines(file, path), strict=True)
        try:
            header = [name.strip() for name in next(reader, [])]
            no_twice(header, path)
            gathered = Gathered(path, _columns_found(header, path, wanted), wanted)
            while block := list(islice(_numbered(reader, len(header), path), BLOCK_ROWS)):
                numbers, rows = zip(*block, strict=True)
                gathered.add(pa.table(list(map(pa.array, zip(*rows, strict=True))), names=header), numbers)
        except csv.Error as error:
            raise BadInput(f"is not valid CSV ({error}).", path=path, line=reader.line_num) from None
    return gathered.responses()


def read_long_jsonl(path: Path, wanted: Wanted) -> Responses:
    """Read a tidy file of JSON lines or one JSON array; as `read_long_csv` otherwise."""
    rows = records(path)
    gathered = None
    while block := list(islice(rows, BLOCK_ROWS)):
        frame = pd.DataFrame([row for _, row in block], dtype=object)
        if gathered is None:
            gathered = Gathered(path, _columns_found(list(frame), path, wanted), wanted)
        gathered.add(frame, [line for line, _ in block])
    if gathered is None:
        raise BadInput("has no rows.", path=path)
    return gathered.responses()


def read_long_parquet(path: Path, wanted: Wanted) -> Responses:
    """Read a tidy Parquet file; as `read_long_csv`. "Line" in its errors is the row, counted from 1."""
    try:
        with pq.ParquetFile(path) as file:
            no_twice(file.schema_arrow.names, path)
            found = _columns_found(file.schema_arrow.names, path, wanted)
            gathered = Gathered(path, found, wanted)
            read = [*found.values(), *(set(ITEM_COLUMNS + MODEL_COLUMNS) & set(file.schema_arrow.names))]
            size, rows = path.stat().st_size, max(1, file.metadata.num_rows)
            for block in file.iter_batches(BLOCK_ROWS, columns=list(dict.fromkeys(read))):
                gathered.add(block)
                tell(size * len(block) // rows)
    except (pa.ArrowException, OSError) as error:
        raise BadInput(f"is not a readable Parquet file ({_first_line(error)}).", path=path) from None
    return gathered.responses()


def _columns_found(names: list[str], path: Path, wanted: Wanted) -> dict[str, str]:
    """Return under which of its names each of `COLUMNS` is there; none for a model that is wanted by name."""
    found = {}
    for role, candidates in COLUMNS.items():
        if role == "correct" and wanted.metric is not None:
            candidates = (wanted.metric,)
        present = [name for name in candidates if name in names]
        if present:
            found[role] = present[0]
        elif role != "model" or wanted.model is None:
            otherwise = ", or say which it is with --model-name" if role == "model" else ""
            raise BadInput(
                f"has no column for the {role}. Name one of them {candidates[0]!r}{otherwise}; there are: "
                f"{', '.join(map(str, names))}.",
                path=path,
                line=1,
            )
    return found


def _numbered(reader: Iterator[list[str]], width: int, path: Path) -> Iterator[tuple[int, list[str]]]:
    for cells in reader:
        if not cells:
            continue
        line = reader.line_num  # type: ignore[attr-defined]  # a csv.reader, whose type has no name
        if len(cells) != width:
            raise BadInput(f"has {len(cells)} cells where the header has {width}.", path=path, line=line)
        yield line, cells


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__
