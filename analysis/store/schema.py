"""The schema, and the check that a file was written with it."""

from __future__ import annotations

import hashlib
from pathlib import Path

import duckdb

from analysis.errors import AtlasError

SCHEMA = (Path(__file__).parent / "schema.sql").read_text(encoding="utf-8")
SCHEMA_VERSION = hashlib.sha256(SCHEMA.encode()).hexdigest()[:12]


def create_schema(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the tables in an empty database."""
    connection.execute(SCHEMA).fetchall()
    connection.execute("INSERT INTO written_with VALUES (?)", [SCHEMA_VERSION]).fetchall()


def check_schema(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Make sure that a database has the tables that this code knows.

    Raises
    ------
    AtlasError
        If it was written with another schema.
    """
    try:
        found = connection.execute("SELECT schema_version FROM written_with").fetchall()
    except duckdb.CatalogException:
        found = []
    if found != [(SCHEMA_VERSION,)]:
        raise AtlasError(
            f"{path} was written by another version of Difficulty Atlas. Move the folder {path.parent} away "
            "and import again."
        )
