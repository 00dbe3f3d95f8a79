"""The Parquet files of a study; the responses, tens of millions of them, one benchmark at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from analysis.errors import BadInput


@contextmanager
def open_parquet(path: Path, columns: Iterable[str]) -> Iterator[pq.ParquetFile]:
    """Open a Parquet file that must have some columns.

    Raises
    ------
    BadInput
        If it is missing or cannot be read, or lacks a column.
    """
    try:
        known = pq.read_schema(path).names
        for column in columns:
            if column not in known:
                raise BadInput("is missing from the table.", path=path, column=column)
        # As categories: the name of a benchmark in every row would be millions of strings.
        with pq.ParquetFile(path, read_dictionary=[name for name in known if name == "benchmark"]) as file:
            yield file
    except FileNotFoundError:
        raise BadInput("is missing from the study.", path=path) from None
    except (pa.ArrowInvalid, OSError) as error:
        raise BadInput(f"is not a readable Parquet file ({error}).", path=path) from None


class ResponseFile:
    """Responses sorted by benchmark, of which one benchmark is read at a time.

    Parameters
    ----------
    path, file
        The file and its content.

    Raises
    ------
    BadInput
        If the file is not sorted by benchmark.
    """

    def __init__(self, path: Path, file: pq.ParquetFile) -> None:
        self._path, self._file = path, file
        sizes = [file.metadata.row_group(number).num_rows for number in range(file.num_row_groups)]
        self._group_start = np.cumsum([0, *sizes])
        self._rows: dict[str, range] = {}
        start = 0
        for name, length in self._stretches():
            rows = self._rows.get(name, range(start, start))
            if rows.stop != start:
                raise BadInput("is not sorted by benchmark.", path=path, column="benchmark")
            start += length
            self._rows[name] = range(rows.start, start)

    def of_benchmark(self, name: str) -> pd.DataFrame:
        """Return ``item``, ``model``, ``correct`` of a benchmark's responses.

        Raises
        ------
        BadInput
            If there are none.
        """
        if name not in self._rows:
            raise BadInput(f"has no responses to benchmark {name!r}.", path=self._path)
        rows = self._rows[name]
        first = int(np.searchsorted(self._group_start, rows.start, side="right")) - 1
        last = int(np.searchsorted(self._group_start, rows.stop, side="left"))
        table = self._file.read_row_groups(range(first, last), columns=["item", "model", "correct"])
        return table.slice(rows.start - self._group_start[first], len(rows)).to_pandas()

    def _stretches(self) -> Iterator[tuple[str, int]]:
        """Yield stretches of one benchmark with their length in rows.

        A row group's statistics say whether it holds one benchmark only; the others alone need be read.
        """
        place = self._file.schema_arrow.get_field_index("benchmark")
        for number in range(self._file.num_row_groups):
            group = self._file.metadata.row_group(number)
            known = group.column(place).statistics
            if known is not None and known.has_min_max and known.min == known.max:
                yield known.min, group.num_rows
            else:
                column = self._file.read_row_group(number, columns=["benchmark"])["benchmark"]
                runs = pc.run_end_encode(column.combine_chunks().dictionary_decode())
                yield from zip(runs.values.to_pylist(), np.diff(runs.run_ends, prepend=0), strict=True)


@contextmanager
def open_responses(path: Path) -> Iterator[ResponseFile]:
    """Open the responses of a study.

    Raises
    ------
    BadInput
        If the file is missing, cannot be read, lacks a column or is not sorted by benchmark.
    """
    with open_parquet(path, ("benchmark", "item", "model", "correct")) as file:
        yield ResponseFile(path, file)
