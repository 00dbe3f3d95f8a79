"""One immutable snapshot: the reads."""

from __future__ import annotations

import json
from pathlib import Path
from types import TracebackType
from typing import Self

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa

from analysis.remarks import Remark
from analysis.store.fit_reads import FitReads
from analysis.store.matrix import read_matrix
from analysis.store.run_reads import RunReads
from analysis.store.schema import check_schema
from analysis.store.study import read_study_tables

READ_ONLY: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": "false",
    "lock_configuration": "true",
}


class Snapshot(FitReads, RunReads):
    """A snapshot opened for reading. Safe to share between threads: every query has a cursor of its own.

    Parameters
    ----------
    path
        The snapshot's file; its stem is the version.

    Raises
    ------
    AtlasError
        If the file was written with another schema.
    """

    def __init__(self, path: Path) -> None:
        self.version = path.stem
        self._connection = duckdb.connect(path, read_only=True, config=READ_ONLY)
        check_schema(self._connection, path)

    def close(self) -> None:
        """Release the file."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def benchmarks(self) -> pd.DataFrame:
        """One row a benchmark, with how many items, models, responses, runs and fits it has."""
        return self._frame(
            """
            SELECT b.* EXCLUDE (models, responses),
                (SELECT count(*) FROM items i WHERE i.benchmark = b.benchmark) AS items,
                models, responses,
                (SELECT count(*) FROM runs x WHERE x.benchmark = b.benchmark) AS runs,
                (SELECT count(*) FROM fits f WHERE f.benchmark = b.benchmark) AS fits
            FROM benchmarks b ORDER BY b.benchmark
            """
        )

    def imports(self) -> pd.DataFrame:
        """Return what was imported, in the order of time.

        Returns
        -------
        DataFrame
            ``benchmark`` (empty for tables of models), ``source``, ``reader``, ``created`` (UTC) and
            ``report``: a list of `analysis.remarks.Remark`.
        """
        frame = self._frame(
            "SELECT benchmark, source, reader, created, report FROM imports "
            "ORDER BY created, source, benchmark"
        )
        return frame.assign(
            report=[[Remark(**remark) for remark in json.loads(report)] for report in frame["report"]]
        )

    def responses(self, benchmark: str) -> pd.DataFrame:
        """Return ``item``, ``model``, ``correct`` of every observed response."""
        return self._frame(
            "SELECT item, model, correct FROM responses WHERE benchmark = ?", [self.benchmark(benchmark)]
        )

    def response_matrix(self, benchmark: str) -> tuple[np.ndarray, np.ndarray]:
        """Return every response to a benchmark as one matrix, a byte a response.

        Needs little memory beyond the result: 54 million responses take 1.2 seconds and 190 MB.

        Returns
        -------
        values
            1 right, 0 wrong, -1 not observed; int8, shape ``(models, items)``. An item that nobody answered
            is a column of -1.
        models
            Number of the model of each row, ascending.
        """
        return read_matrix(self._connection.cursor(), self.benchmark(benchmark))

    def respondents(self, benchmark: str) -> pd.DataFrame:
        """Return the models that answered any item of a benchmark.

        Returns
        -------
        DataFrame
            ``model`` (number, ascending), ``name``, ``organisation``, ``family``, ``base_model``.
        """
        return self._frame(
            "SELECT model, name, organisation, family, base_model FROM models "
            "WHERE model IN (SELECT DISTINCT model FROM responses WHERE benchmark = ?) ORDER BY model",
            [self.benchmark(benchmark)],
        )

    def item_responses(self, benchmark: str, item: int) -> pd.DataFrame:
        """Return ``model``, ``correct`` of every response to an item."""
        return self._frame(
            "SELECT model, correct FROM responses WHERE benchmark = ? AND item = ? ORDER BY model",
            [self.benchmark(benchmark), item],
        )

    def model_responses(self, benchmark: str, model: int) -> pd.DataFrame:
        """Return ``item``, ``correct`` of every response of a model to a benchmark."""
        return self._frame(
            "SELECT item, correct FROM responses WHERE benchmark = ? AND model = ? ORDER BY item",
            [self.benchmark(benchmark), model],
        )

    def study_tables(self, benchmarks: list[str]) -> dict[str, pa.Table]:
        """Return everything there is of some benchmarks as the tables of a study folder, by name.

        Texts of a benchmark with ``hide_text`` are missing.

        Raises
        ------
        AtlasError
            If there is no benchmark of a name.
        """
        for name in benchmarks:
            self.benchmark(name)
        return read_study_tables(self._connection.cursor(), benchmarks)
