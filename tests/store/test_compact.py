from __future__ import annotations

from pathlib import Path

import duckdb

from analysis.store.compact import compact


def rows(path: Path) -> list[tuple]:
    with duckdb.connect(path, read_only=True) as connection:
        return connection.execute("SELECT number FROM numbers").fetchall()


def test_the_space_of_replaced_rows_is_given_back(tmp_path: Path) -> None:
    path = tmp_path / "draft.duckdb"
    for seed in (1, 2):  # numbers that do not compress, in an order that has to stay
        with duckdb.connect(path) as connection:
            connection.execute("CREATE TABLE IF NOT EXISTS numbers (number DOUBLE NOT NULL)").fetchall()
            connection.execute("DELETE FROM numbers").fetchall()
            connection.execute(f"SELECT setseed(0.{seed})").fetchall()
            connection.execute("INSERT INTO numbers SELECT random() FROM range(800_000)").fetchall()
    before, size = rows(path), path.stat().st_size
    compact(path)
    assert path.stat().st_size < 0.8 * size
    assert rows(path) == before
    assert [file.name for file in tmp_path.iterdir()] == ["draft.duckdb"]
    small = path.stat().st_mtime_ns
    compact(path)
    assert path.stat().st_mtime_ns == small, "what is compact is left alone"
