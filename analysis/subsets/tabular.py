"""A table as Parquet, CSV or JSON lines, for pandas, R, DuckDB or ``datasets.load_dataset``."""

from __future__ import annotations

import io

import pandas as pd

from analysis.errors import AtlasError

FORMATS = {
    "parquet": "application/vnd.apache.parquet",
    "csv": "text/csv",
    "jsonl": "application/jsonl",
}
"""File endings and their media types."""


def to_bytes(table: pd.DataFrame, file_format: str) -> bytes:
    """Return a table as the contents of a file.

    Parameters
    ----------
    table
        A subset, or what `analysis.subsets.tables` make.
    file_format
        A key of `FORMATS`.

    Raises
    ------
    AtlasError
        If the format is not known.
    """
    if file_format == "parquet":
        buffer = io.BytesIO()
        table.to_parquet(buffer, index=False, compression="zstd")
        return buffer.getvalue()
    if file_format == "csv":
        return table.to_csv(index=False).encode()
    if file_format == "jsonl":
        return table.to_json(orient="records", lines=True, force_ascii=False).encode()
    raise AtlasError(f"No format {file_format!r}; there are: {', '.join(FORMATS)}.")
