"""A whole leaderboard from files into the store: 4,500 simulated models × 12,032 items."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from analysis.irt.matrix import ResponseMatrix
from analysis.store import Store
from benchmarks import measuring, simulate
from benchmarks.report import Outcome, Row
from benchmarks.subject import Options

TITLE = "Import of a whole leaderboard, whole command"
SIZE, QUICK_SIZE = (4500, 12032), (60, 400)
PARTS = 9  # files that the matrix is cut into, as exports by organisation or date are
MAX_SECONDS, MAX_MIB, MAX_BYTES = 90.0, 3072.0, 0.6
BLOCK_MODELS = 100  # written at a time


def measure(options: Options) -> Outcome:
    """Import the same responses from each form that a user may have them in."""
    models, items = QUICK_SIZE if options.quick else SIZE
    matrix = simulate.responses(simulate.benchmark_like(items, seed=1), models, seed=2)
    rows = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for form, paths in _forms(matrix, folder):
            rows += _imported(form, paths, folder / "stores" / form.replace(" ", "-"), matrix.values.size)
    return Outcome(rows)


def _forms(matrix: ResponseMatrix, folder: Path) -> Iterator[tuple[str, list[Path]]]:
    parts = [folder / f"part{number}.csv" for number in range(PARTS)]
    for path, rows in zip(parts, np.array_split(np.arange(matrix.n_models), PARTS), strict=True):
        _write_wide(matrix, rows, path)
    yield "wide CSV in parts", parts
    _write_wide(matrix, np.arange(matrix.n_models), folder / "wide.csv")
    yield "wide CSV", [folder / "wide.csv"]
    _write_tidy(matrix, folder / "tidy.parquet")
    yield "tidy Parquet", [folder / "tidy.parquet"]


def _imported(form: str, paths: list[Path], place: Path, responses: int) -> list[Row]:
    command: list[str | Path] = [sys.executable, "-m", "analysis", "import", *paths, "--benchmark", "board"]
    run = measuring.run([*command, "--store", place])
    stored = Store(place).versions()[0].size
    return [
        Row(form, run.seconds, "s", at_most=MAX_SECONDS, note=f"{responses:,} responses"),
        Row("its processor time", run.cpu_seconds, "s"),
        Row("its peak memory", run.peak_mib, "MiB", at_most=MAX_MIB),
        Row("its store, a response", stored / responses, "bytes", at_most=MAX_BYTES),
    ]


def _write_wide(matrix: ResponseMatrix, rows: np.ndarray, path: Path) -> None:
    """Write models as rows of a CSV, cells ``0.0`` and ``1.0`` as pandas writes what had gaps."""
    with path.open("w", encoding="utf-8") as file:
        file.write(",".join(["model", *map(str, range(matrix.n_items))]) + "\n")
        for row in rows:
            file.write(f"org{row % 97}/model{row}," + ",".join(_CELL[value] for value in matrix.values[row]))
            file.write("\n")


_CELL = np.array(["0.0", "1.0"], dtype=object)


def _write_tidy(matrix: ResponseMatrix, path: Path) -> None:
    """Write a row a response, a model after the other."""
    keys = pa.array([f"item{number}" for number in range(matrix.n_items)])
    schema = pa.schema([("model", pa.string()), ("item", pa.string()), ("correct", pa.int8())])
    with pq.ParquetWriter(path, schema) as writer:
        for first in range(0, matrix.n_models, BLOCK_MODELS):
            block = matrix.values[first : first + BLOCK_MODELS]
            names = np.array([f"org{row % 97}/model{row}" for row in range(first, first + len(block))])
            columns = [
                pa.array(np.repeat(names, matrix.n_items)),
                pa.concat_arrays([keys] * len(block)),
                pa.array(block.ravel()),
            ]
            writer.write_table(pa.table(columns, schema=schema))
