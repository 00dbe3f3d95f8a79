"""What every write to a snapshot in the making needs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb
import pandas as pd
import pyarrow as pa


class Writes:
    """Statements on one open draft, each run to its end."""

    _connection: duckdb.DuckDBPyConnection

    def _with_benchmark_numbers(self, table: pd.DataFrame) -> pd.DataFrame:
        numbers = dict(self._rows("SELECT name, benchmark FROM benchmarks"))
        return table.assign(benchmark=table["benchmark"].map(numbers).astype("uint16"))

    def _next(self, table: str, number: str) -> int:
        return self._scalar(f"SELECT coalesce(max({number}) + 1, 0) FROM {table}")

    def _append(self, table: str, rows: pd.DataFrame) -> None:
        with self._registered("rows", rows):
            self._rows(f"INSERT INTO {table} BY NAME SELECT * FROM rows")

    @contextmanager
    def _registered(self, name: str, rows: pd.DataFrame | pa.Table) -> Iterator[None]:
        # As an Arrow table: DuckDB reads it faster than a frame, above all one with lists in it.
        if isinstance(rows, pd.DataFrame):
            rows = pa.Table.from_pandas(rows, preserve_index=False)
        self._connection.register(name, rows)
        try:
            yield
        finally:
            self._connection.unregister(name)

    def _frame(self, query: str, parameters: list[object]) -> pd.DataFrame:
        return self._connection.execute(query, parameters).df()

    def _rows(self, query: str, parameters: list[object] | None = None) -> list[tuple]:
        """Run a statement to its end; an unfinished result would block the connection's next one."""
        return self._connection.execute(query, parameters).fetchall()

    def _scalar(self, query: str, parameters: list[object] | None = None) -> int:
        return int(self._rows(query, parameters)[0][0])
