"""A study folder: benchmarks with responses and fits, and fine-tune runs, one Parquet file a table.

This is the layout that ``data/experiment`` writes and ``data/study`` holds. Models and runs are numbered
from 0 within the folder, items from 0 within their benchmark.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from analysis.errors import BadInput
from analysis.readers.study_parquet import open_parquet, open_responses
from analysis.tables import (
    EXTRAS,
    FIT_CHECKS,
    ITEM_COLUMNS,
    MODEL_COLUMNS,
    POOL_PARTS,
    Benchmark,
    FitTables,
    PoolTables,
    Responses,
    Runs,
)

MANIFEST = "manifest.json"
RESPONSES = "responses.parquet"
FORMAT = "difficulty-atlas-study/2"
KIND = FORMAT.partition("/")[0]
DRAW_UNIT = np.float32(0.01)  # logits; draws that are whole numbers count it, others are logits

COLUMNS = {
    "benchmarks": ("name", "title"),
    "items": ("benchmark", "item", "item_key"),
    "models": ("model", "name"),
    "fits": ("fit", "benchmark"),
    "item_parameters": ("fit", "item"),
    "item_draws": ("fit", "item", "draws"),
    "abilities": ("fit", "model"),
    "runs": ("run", "benchmark", "name"),
    "run_items": ("run", "item"),
    "run_responses": ("run", "benchmark", "item", "correct"),
    "run_curves": ("run", "step", "loss", "accuracy"),
}
"""The files of a study besides its responses, and the columns that reading them needs."""

KNOWN = {"items": {"benchmark", "item", *ITEM_COLUMNS}, "models": {"model", *MODEL_COLUMNS}}
OPTIONAL = {
    "item_statistics": ("fit", "item"),
    **dict.fromkeys(FIT_CHECKS, ("fit",)),
    "pools": ("pool", "benchmark", "fit", "base_model"),
    "pool_cells": ("pool", "train", "test_bin", "gain", "low", "high", "p_positive"),
    "pool_effects": ("pool", "effect", "mean", "low", "high"),
    "comparisons": ("benchmark", "psis", "kfold", "sentence"),
}
"""The same of files that a study may lack."""


@dataclass(frozen=True)
class StudyBenchmark:
    """One benchmark of a study."""

    benchmark: Benchmark
    responses: Responses
    fits: list[FitTables]


@dataclass(frozen=True)
class Study:
    """A study folder whose files are those that its manifest names.

    Tables are read when they are asked for: the responses of one benchmark fit into little memory, those of
    all together do not.

    Attributes
    ----------
    folder
        Where it is.
    about
        What its benchmarks are.
    created
        When it was made, UTC; fits were made then that do not say otherwise. Of the bundled study only the
        manifest says it, so that its Parquet files are the same on every run.
    """

    folder: Path
    about: list[Benchmark]
    created: datetime

    def benchmarks(self) -> Iterator[StudyBenchmark]:
        """Read one benchmark after the other.

        Raises
        ------
        BadInput
            If a table is missing, cannot be read, or is not as the format says.
        """
        items = _read(self.folder, "items").to_pandas()
        models = _numbered(self.folder, "models", _read(self.folder, "models").to_pandas(), "model")
        for name, table in (("items", items), ("models", models)):
            _check_extras(self.folder / f"{name}.parquet", table, KNOWN[name])
        fits = _fits(self.folder, self.created)
        with open_responses(self.folder / RESPONSES) as responses:
            for benchmark in self.about:
                yield StudyBenchmark(
                    benchmark,
                    Responses(
                        _items(self.folder, items, benchmark.name),
                        models.drop(columns="model"),
                        responses.of_benchmark(benchmark.name),
                    ),
                    [fit for fit in fits if fit.fits["benchmark"].iloc[0] == benchmark.name],
                )

    def runs(self) -> Runs:
        """Read the fine-tune runs on all benchmarks.

        Raises
        ------
        BadInput
            If a table is missing, cannot be read, or is not as the format says.
        """
        return Runs(
            _numbered(self.folder, "runs", self._about_known("runs"), "run"),
            _read(self.folder, "run_items").select(["run", "item"]).to_pandas(),
            self._about_known("run_responses"),
            _read(self.folder, "run_curves").to_pandas(),
        )

    def pools(self) -> list[PoolTables]:
        """Read the pooled gains, none where the study has none; errors as of `runs`."""
        if not (self.folder / "pools.parquet").exists():
            return []
        pools = self._about_known("pools")
        if "created" not in pools:
            pools = pools.assign(created=self.created)
        cells, effects = (_read(self.folder, name).to_pandas() for name in POOL_PARTS)

        def of(pool: str, table: pd.DataFrame) -> pd.DataFrame:
            return table[table["pool"] == pool].reset_index(drop=True)

        return [PoolTables(*(of(pool, table) for table in (pools, cells, effects))) for pool in pools["pool"]]

    def comparisons(self) -> pd.DataFrame | None:
        """Read which IRT models predict better; None where the study does not say. Errors as of `runs`."""
        there = (self.folder / "comparisons.parquet").exists()
        return self._about_known("comparisons") if there else None

    def _about_known(self, name: str) -> pd.DataFrame:
        table = _read(self.folder, name).to_pandas()
        known = {benchmark.name for benchmark in self.about}
        if unknown := set(table["benchmark"].unique()) - known:
            raise BadInput(
                f"names {min(unknown)!r}, which is no benchmark of the study.",
                path=self.folder / f"{name}.parquet",
                column="benchmark",
            )
        return table


def read_study(folder: Path) -> Study:
    """Check every file of a study folder against its manifest.

    Raises
    ------
    BadInput
        If the folder is of another format, or a file is missing, was changed since the manifest was
        written, or cannot be read.
    """
    manifest = _manifest(folder)
    for name, expected in manifest["files"].items():
        path = folder / name
        if not path.exists():
            raise BadInput("is named in the manifest but missing. Restore it.", path=path)
        if hashlib.sha256(path.read_bytes()).hexdigest() != expected:
            raise BadInput("was changed since the manifest was written. Restore it.", path=path)
    rows = _read(folder, "benchmarks").to_pandas().to_dict("records")
    about = [Benchmark(**{"origin": "bundled"} | _known_fields(row)) for row in rows]
    return Study(folder, about, _created(folder, manifest))


def _manifest(folder: Path) -> dict:
    path = folder / MANIFEST
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        raise BadInput("is not valid JSON.", path=path, line=error.lineno, column=error.colno) from None
    found = manifest.get("format") if isinstance(manifest, dict) else None
    if found != FORMAT:
        if str(found).startswith(KIND):
            raise BadInput(
                f"is of the format {found!r}, and this version reads {FORMAT!r}. Get the study that belongs "
                "to this version, or make it again: python -m data.experiment",
                path=path,
            )
        raise BadInput(f"is not the manifest of a study: its format is not {FORMAT!r}.", path=path)
    if not isinstance(manifest.get("files"), dict):
        raise BadInput("does not list the study's files under 'files'.", path=path)
    return manifest


def _created(folder: Path, manifest: dict) -> datetime:
    try:
        created = datetime.fromisoformat(manifest["created"])
    except (KeyError, TypeError, ValueError):
        raise BadInput(
            "does not say under 'created' when the study was made, like 2026-01-31T12:00:00+00:00.",
            path=folder / MANIFEST,
        ) from None
    return created.astimezone(UTC).replace(tzinfo=None) if created.tzinfo else created


def _known_fields(row: dict) -> dict:
    names = {field.name for field in fields(Benchmark)}
    return {name: None if pd.isna(value) else value for name, value in row.items() if name in names}


def _items(folder: Path, table: pd.DataFrame, benchmark: str) -> pd.DataFrame:
    own = table[table["benchmark"] == benchmark].drop(columns="benchmark").reset_index(drop=True)
    items = _numbered(folder, "items", own, "item").drop(columns="item")
    if not items["item_key"].is_unique:
        raise BadInput("holds a key twice.", path=folder / "items.parquet", column="item_key")
    return items.dropna(axis=1, how="all")  # columns that only other benchmarks' items have


def _fits(folder: Path, created: datetime) -> list[FitTables]:
    fits = _read(folder, "fits").to_pandas()
    if "created" not in fits:
        fits = fits.assign(created=created)
    parameters, abilities = (_read(folder, name).to_pandas() for name in ("item_parameters", "abilities"))
    looked_at = [_optional(folder, name) for name in ("item_statistics", *FIT_CHECKS)]
    draws = _draws(_read(folder, "item_draws"))

    def of(fit: str, table: pd.DataFrame) -> pd.DataFrame:
        # Columns that only other fits fill are left out: missing is not the same as the default.
        return table[table["fit"] == fit].dropna(axis=1, how="all").reset_index(drop=True)

    return [
        FitTables(*(of(fit, table) for table in (fits, parameters, draws, abilities, *looked_at)))
        for fit in fits["fit"]
    ]


def _optional(folder: Path, name: str) -> pd.DataFrame:
    there = (folder / f"{name}.parquet").exists()
    return _read(folder, name).to_pandas() if there else pd.DataFrame({"fit": []})


def _draws(table: pa.Table) -> pd.DataFrame:
    """Turn draws into logits; they stay one Arrow array, as a Python object an item would take seconds."""
    stored = table["draws"].combine_chunks()
    numbers = stored.flatten()
    logits = numbers
    if pa.types.is_integer(numbers.type):
        logits = pa.array(numbers.to_numpy() * DRAW_UNIT)
    offsets = pa.array(np.append(0, np.cumsum(stored.value_lengths().to_numpy())).astype("i4"))
    return (
        table.drop_columns("draws")
        .to_pandas()
        .assign(draws=pd.arrays.ArrowExtensionArray(pa.ListArray.from_arrays(offsets, logits)))
    )


def _check_extras(path: Path, table: pd.DataFrame, known: set[str]) -> None:
    """Further columns are there one by one, or folded into one of JSON objects."""
    if EXTRAS not in table:
        return
    if further := [column for column in table if column not in known | {EXTRAS}]:
        raise BadInput(
            f"stands beside the further column {further[0]!r}. Keep one.", path=path, column=EXTRAS
        )
    for row, text in enumerate(table[EXTRAS].dropna(), 1):
        try:
            whole = isinstance(json.loads(text), dict)
        except (TypeError, ValueError):
            whole = False
        if not whole:
            raise BadInput("is no JSON object.", path=path, line=row, column=EXTRAS)


def _numbered(folder: Path, name: str, table: pd.DataFrame, number: str) -> pd.DataFrame:
    if not np.array_equal(table[number], np.arange(len(table))):
        raise BadInput("does not count its rows from 0.", path=folder / f"{name}.parquet", column=number)
    return table


def _read(folder: Path, name: str) -> pa.Table:
    path = folder / f"{name}.parquet"
    with open_parquet(path, (COLUMNS | OPTIONAL)[name]) as file:
        return file.read()
