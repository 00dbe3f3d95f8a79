"""Which reader a file needs, found by what is in it."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

from analysis.errors import AtlasError, BadInput
from analysis.readers.long import is_long, read_long_csv, read_long_jsonl, read_long_parquet
from analysis.readers.text import open_text
from analysis.readers.wide import read_wide
from analysis.tables import Responses

READERS: dict[str, Callable[[Path], Responses]] = {
    "wide-csv": read_wide,
    "long-csv": read_long_csv,
    "long-jsonl": read_long_jsonl,
    "long-parquet": read_long_parquet,
}
"""Every format of responses by its name on the command line."""


def detect(path: Path) -> str:
    """Return the name of the reader for a file.

    Raises
    ------
    AtlasError
        If the path is missing or a folder, or looks like nothing that can be read.
    """
    if not path.exists():
        raise AtlasError(f"{path}: there is no such file.")
    if path.is_dir():
        raise AtlasError(f"{path}: is a folder, but not a study (it has no manifest.json). Name its files.")
    with path.open("rb") as file:
        start = file.read(4096)
    if not start.strip():
        raise BadInput("is empty.", path=path)
    if start.startswith(b"PAR1"):
        return "long-parquet"
    if start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return "long-jsonl"
    if b"\0" in start:
        raise BadInput("is a binary file of a kind that is not known. CSV, JSONL or Parquet is.", path=path)
    with open_text(path) as text:
        header = next(csv.reader(text), [])
    return "long-csv" if is_long([name.strip() for name in header]) else "wide-csv"
