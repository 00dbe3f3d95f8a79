"""What every read of a snapshot needs: a cursor of its own, and the number of a benchmark."""

from __future__ import annotations

import duckdb
import pandas as pd

from analysis.errors import AtlasError


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
        return self._connection.cursor().execute(query, parameters).df()

    def _rows(self, query: str, parameters: list[object] | None = None) -> list[tuple]:
        return self._connection.cursor().execute(query, parameters).fetchall()
