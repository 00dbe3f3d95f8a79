"""Snapshots without the space of rows that were replaced, which DuckDB keeps in the file for ever."""

from __future__ import annotations

from pathlib import Path

import duckdb

MOST_EMPTY = 0.25  # of a file's blocks
FEWEST_BLOCKS = 16  # of 256 KiB; less is not worth the writing


def compact(path: Path) -> None:
    """Write a file that nobody has open anew if too much of it is empty; rows keep their order."""
    with duckdb.connect(path, read_only=True) as connection:
        ((blocks, empty),) = connection.execute(
            "SELECT total_blocks, free_blocks FROM pragma_database_size()"
        ).fetchall()
    if empty < max(FEWEST_BLOCKS, MOST_EMPTY * blocks):
        return
    fresh = path.with_name(f"{path.name}.compact")
    old, new = (str(file).replace("'", "''") for file in (path, fresh))
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{old}' AS old (READ_ONLY)").fetchall()
        connection.execute(f"ATTACH '{new}' AS new").fetchall()
        connection.execute("COPY FROM DATABASE old TO new").fetchall()
    fresh.replace(path)
