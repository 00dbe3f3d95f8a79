"""Tables out of CSV, Parquet or JSON Lines files, whatever their columns."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from analysis.errors import BadInput
from analysis.readers.records import records
from analysis.readers.text import open_text


def read_table(path: Path, *, as_text: bool = False) -> pd.DataFrame:
    """Read a table; what it is follows from its first characters.

    Parameters
    ----------
    path
        The file.
    as_text
        Leave the cells of a CSV file as they are written, empty ones too; else numbers are told from words.

    Raises
    ------
    BadInput
        If it cannot be read as any of the three.
    """
    try:
        with path.open("rb") as file:
            start = file.read(64)
        if start.startswith(b"PAR1"):
            return pq.read_table(path).to_pandas()
        if start.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"["):
            return pd.DataFrame([record for _, record in records(path)])
        with open_text(path) as text:
            return pd.read_csv(text, dtype=str, keep_default_na=False) if as_text else pd.read_csv(text)
    except OSError as error:
        raise BadInput(f"cannot be read ({error.strerror or error}).", path=path) from None
    except (ValueError, pa.ArrowException) as error:  # pandas' and Arrow's errors of parsing
        raise BadInput(
            f"is not a readable CSV, Parquet or JSON Lines file ({str(error).strip():.80}).", path=path
        ) from None
