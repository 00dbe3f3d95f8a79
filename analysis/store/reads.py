"""What every read of a snapshot needs: a cursor of its own, and the number of a benchmark."""

from __future__ import annotations

import duckdb
import pandas as pd
import pyarrow as pa

from analysis.errors import AtlasError

MASKED = {
    pa.bool_(): pd.BooleanDtype(),
    pa.uint8(): pd.UInt8Dtype(),
    pa.uint16(): pd.UInt16Dtype(),
    pa.uint32(): pd.UInt32Dtype(),
    pa.int32(): pd.Int32Dtype(),
    pa.int64(): pd.Int64Dtype(),
}
"""What keeps a column of whole numbers whole although some are missing."""


class Reads:
    """Queries on one open snapshot."""

    _connection: duckdb.DuckDBPyConnection

    def benchmark(self, name: str) -> int:
        """Return a benchmark's number.

        Raises
        ------
        AtlasError
            If there is none of that name; the message lists those there are.
        """
        names = {
            row[0]: int(row[1]) for row in self._rows("SELECT name, benchmark FROM benchmarks ORDER BY ALL")
        }
        if name not in names:
            raise AtlasError(f"No benchmark {name!r} in the store; it has: {', '.join(names) or 'none'}.")
        return names[name]

    def _frame(self, query: str, parameters: list[object] | None = None) -> pd.DataFrame:
        return _as_frame(self._connection.cursor().sql(query, params=parameters).to_arrow_table())

    def _rows(self, query: str, parameters: list[object] | None = None) -> list[tuple]:
        return self._connection.cursor().execute(query, parameters).fetchall()


def _as_frame(table: pa.Table) -> pd.DataFrame:
    """Return a table as DuckDB's own ``df`` has it, which takes three times as long over texts."""
    frame = table.to_pandas()
    for name, column in zip(table.column_names, table.columns, strict=True):
        if column.null_count and column.type in MASKED:
            frame[name] = column.to_pandas(types_mapper=MASKED.get)
    return frame
