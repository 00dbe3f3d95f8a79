"""A study folder: benchmarks with responses, fits and fine-tune runs, one Parquet file a table.

This is the layout that ``data/experiment`` writes and ``data/study`` holds. Items, models and runs are
numbered from 0 within the folder.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, fields
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from analysis.errors import BadInput
from analysis.tables import Benchmark, FitTables, Responses, Runs

MANIFEST = "manifest.json"
FORMAT = "difficulty-atlas-study/1"


@dataclass(frozen=True)
class StudyBenchmark:
    """One benchmark of a study."""

    benchmark: Benchmark
    responses: Responses
    fits: list[FitTables]
    runs: Runs


def read_study(folder: Path) -> list[StudyBenchmark]:
    """Read a study folder, checking every file against the manifest.

    Raises
    ------
    BadInput
        If a file is missing, was changed since the manifest was written, or cannot be read.
    """
    manifest = _manifest(folder)
    for name, expected in manifest["files"].items():
        path = folder / name
        if not path.exists():
            raise BadInput("is named in the manifest but missing.", path=path)
        if hashlib.sha256(path.read_bytes()).hexdigest() != expected:
            raise BadInput("was changed since the manifest was written. Restore it.", path=path)
    benchmarks = _table(folder, "benchmarks")
    return [
        _study_benchmark(folder, Benchmark(**_known_fields(row), origin="bundled"))
        for row in benchmarks.to_dict("records")
    ]


def _manifest(folder: Path) -> dict:
    path = folder / MANIFEST
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        raise BadInput("is not valid JSON.", path=path, line=error.lineno, column=error.colno) from None
    if manifest.get("format") != FORMAT:
        raise BadInput(f"is not the manifest of a study: its format is not {FORMAT!r}.", path=path)
    return manifest


def _known_fields(row: dict) -> dict:
    names = {field.name for field in fields(Benchmark)} - {"origin"}
    return {name: None if pd.isna(value) else value for name, value in row.items() if name in names}


def _study_benchmark(folder: Path, benchmark: Benchmark) -> StudyBenchmark:
    def of_benchmark(table: str) -> pd.DataFrame:
        frame = _table(folder, table)
        return frame[frame["benchmark"] == benchmark.name].drop(columns="benchmark").reset_index(drop=True)

    fits = _table(folder, "fits")
    return StudyBenchmark(
        benchmark,
        Responses(
            items=of_benchmark("items").drop(columns="item"),
            models=_table(folder, "models").drop(columns="model"),
            cells=of_benchmark("responses"),
        ),
        fits=[_fit(folder, row) for _, row in fits[fits["benchmark"] == benchmark.name].groupby("fit")],
        runs=Runs(of_benchmark("runs"), of_benchmark("run_items"), of_benchmark("run_responses")),
    )


def _fit(folder: Path, row: pd.DataFrame) -> FitTables:
    def of_fit(table: str) -> pd.DataFrame:
        frame = _table(folder, table)
        return frame[frame["fit"] == row["fit"].iloc[0]].reset_index(drop=True)

    return FitTables(row, of_fit("item_parameters"), of_fit("item_draws"), of_fit("abilities"))


def _table(folder: Path, name: str) -> pd.DataFrame:
    path = folder / f"{name}.parquet"
    try:
        return pq.read_table(path).to_pandas()
    except FileNotFoundError:
        raise BadInput("is missing from the study.", path=path) from None
    except (pa.ArrowInvalid, OSError) as error:
        raise BadInput(f"is not a readable Parquet file ({error}).", path=path) from None
