"""What models are: a CSV or Parquet file of one's own, or the Open LLM Leaderboard's table of contents."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.errors import BadInput
from analysis.readers.plain_table import read_table
from analysis.remarks import Remark

NAMES = {
    "name": ("name", "model", "fullname", "model_name", "eval_name"),
    "organisation": ("organisation", "organization"),
    "family": ("family",),
    "base_model": ("base_model", "Base Model"),
    "parameters": ("parameters", "#Params (B)", "params_b"),
    "date": ("date", "Submission Date"),
    "merged": ("merged", "Merged"),
    "flagged": ("flagged", "Flagged"),
    "moe": ("moe", "MoE"),
    "type": ("type", "Type"),
    "precision": ("precision", "Precision"),
    "revision": ("revision", "Model sha"),
}
"""Each column, and what it is called: here, and in the leaderboard's table; the first present counts."""
BILLIONS = ("#Params (B)", "params_b")
TRUE, FALSE = {"true", "yes", "1", "1.0"}, {"false", "no", "0", "0.0"}


def read_models(path: Path) -> tuple[pd.DataFrame, list[Remark]]:
    """Read a table of models, a row a model.

    Returns
    -------
    models
        ``name``, and what else of `NAMES` the file has; missing is unknown.
    remarks
        What was merged.

    Raises
    ------
    BadInput
        If it is no table, does not name its models, or a number or date is none.
    """
    table = read_table(path, as_text=True)
    found = {role: column for role, names in NAMES.items() for column in names[::-1] if column in table}
    if "name" not in found:
        there = ", ".join(map(str, table.columns))
        raise BadInput(
            f"has no column that names the models, 'name'; there are: {there:.200}.", path=path, line=1
        )
    models = pd.DataFrame(
        {role: [_word(cell) for cell in table[column]] for role, column in found.items()}, dtype=object
    )
    if (nameless := models["name"].isna()).any():
        raise BadInput("this model has no name.", path=path, line=int(nameless.to_numpy().argmax()) + 2)
    for role in ("merged", "flagged", "moe"):
        if role in models:
            models[role] = _each(models[role], _truth, path, found[role], "true or false")
    if "date" in models:
        models["date"] = _each(models["date"], _date, path, found["date"], "a date such as 2024-06-26")
    if "parameters" in models:
        unit = 1e9 if found["parameters"] in BILLIONS else 1.0
        counts = _each(models["parameters"], _positive, path, found["parameters"], "a number of parameters")
        models["parameters"] = pd.array(
            [None if n is None else round(n * unit) or None for n in counts], "Int64"
        )
    repeated = models["name"].duplicated()
    remarks = []
    if repeated.any():
        text = f"{repeated.sum():,} rows are of a model that came before; the first row counts."
        remarks.append(Remark("repeated rows", text, int(repeated.sum())))
    return models[~repeated].dropna(axis=1, how="all").reset_index(drop=True), remarks


def _each(
    column: pd.Series, read: Callable[[str], object], path: Path, name: str, expected: str
) -> pd.Series:
    values = []
    for row, word in enumerate(column):
        try:
            values.append(None if word is None else read(word))
        except ValueError:
            raise BadInput(f"{word!r} is not {expected}.", path=path, line=row + 2, column=name) from None
    return pd.Series(values, dtype=object)


def _word(cell: object) -> str | None:
    if isinstance(cell, np.ndarray | list):
        return ", ".join(map(str, cell)) or None
    text = "" if cell is None else str(cell).strip()
    return None if text.lower() in {"", "nan", "none", "null", "na", "<na>", "nat", "removed"} else text


def _truth(word: str) -> bool:
    if word.lower() in TRUE:
        return True
    if word.lower() in FALSE:
        return False
    raise ValueError(word)


def _date(word: str) -> str:
    return pd.Timestamp(word).date().isoformat()


def _positive(word: str) -> float | None:
    """A number; the leaderboard writes 0 or -1 where it does not know."""
    number = float(word)
    if not np.isfinite(number):
        raise ValueError(word)
    return number if number > 0 else None
