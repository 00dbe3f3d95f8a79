"""One immutable snapshot: the reads."""

from __future__ import annotations

import json
from pathlib import Path
from types import TracebackType
from typing import Self

import duckdb
import numpy as np
import pandas as pd

from analysis.errors import AtlasError
from analysis.store.schema import check_schema

READ_ONLY: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": "false",
    "lock_configuration": "true",
}


class Snapshot:
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

    def benchmark(self, name: str) -> int:
        """Return a benchmark's number.

        Raises
        ------
        AtlasError
            If there is none of that name; the message lists those there are.
        """
        names = {
            row[0]: int(row[1]) for row in self._rows("SELECT name, benchmark FROM benchmarks ORDER BY ALL")
        }
        if name not in names:
            raise AtlasError(f"No benchmark {name!r} in the store; it has: {', '.join(names) or 'none'}.")
        return names[name]

    def responses(self, benchmark: str) -> pd.DataFrame:
        """Return ``item``, ``model``, ``correct`` of every observed response."""
        return self._frame(
            "SELECT item, model, correct FROM responses WHERE benchmark = ?", [self.benchmark(benchmark)]
        )

    def fits(self, benchmark: str) -> pd.DataFrame:
        """Return a benchmark's fits, newest first; ``stale`` where its responses changed since."""
        return self._frame(
            "SELECT f.*, f.data_hash IS DISTINCT FROM b.data_hash AS stale "
            "FROM fits f JOIN benchmarks b USING (benchmark) WHERE benchmark = ? ORDER BY created DESC, fit",
            [self.benchmark(benchmark)],
        )

    def usable_fit(self, benchmark: str, wanted: str | None = None) -> str:
        """Return the id of the fit to bin by: the wanted one, or the newest that converged.

        Raises
        ------
        AtlasError
            If there is no such fit, or it did not converge.
        """
        fits = self.fits(benchmark)
        if fits.empty:
            raise AtlasError(
                f"Benchmark {benchmark!r} has no difficulties yet: "
                f"python -m analysis fit --benchmark {benchmark}"
            )
        if wanted is not None:
            fits = fits[fits["fit"] == wanted]
            if fits.empty:
                raise AtlasError(f"Benchmark {benchmark!r} has no fit {wanted!r}.")
        converged = fits[fits["converged"]]
        if converged.empty:
            newest = fits.iloc[0]
            raise AtlasError(
                f"Fit {newest['fit']} of {benchmark!r} did not converge ({newest['problems']}), so it is "
                f"not binned. Draw more: python -m analysis fit --benchmark {benchmark} --draws 3000"
            )
        return str(converged["fit"].iloc[0])

    def items(self, benchmark: str, fit: str) -> pd.DataFrame:
        """Return every item of a fit with its text, proportion correct and difficulty.

        Returns
        -------
        DataFrame
            ``item``, ``item_key``, ``content_hash``, ``prompt``, ``target``, ``subtask``, ``answered``
            (models), ``proportion`` (correct), ``mean``, ``sd``, ``hdi_low``, ``hdi_high`` (logits),
            ``flag``; then one column for each of the source's further columns. Texts of a benchmark with
            ``hide_text`` are missing. Ordered by item.
        """
        frame = self._frame(
            """
            SELECT i.item, i.item_key, i.content_hash,
                CASE WHEN b.hide_text THEN NULL ELSE i.prompt END AS prompt,
                CASE WHEN b.hide_text THEN NULL ELSE i.target END AS target,
                i.subtask, r.answered, r.proportion, p.mean, p.sd, p.hdi_low, p.hdi_high, p.flag, i.extras
            FROM items i
            JOIN benchmarks b USING (benchmark)
            JOIN item_parameters p ON p.item = i.item AND p.fit = $2
            LEFT JOIN (
                SELECT item, count(*) AS answered, avg(correct::INT) AS proportion
                FROM responses WHERE benchmark = $1 GROUP BY item
            ) r ON r.item = i.item
            WHERE i.benchmark = $1 ORDER BY i.item
            """,
            [self.benchmark(benchmark), fit],
        )
        extras = frame.pop("extras")
        if extras.isna().all():
            return frame
        return frame.join(pd.DataFrame(json.loads(f"[{','.join(extras.fillna('{}'))}]")))

    def draws(self, fit: str) -> np.ndarray:
        """Return a fit's thinned posterior draws of difficulty, logits, shape ``(draws, items)``."""
        query = "SELECT draws FROM item_draws WHERE fit = ? ORDER BY item"
        draws = self._connection.cursor().execute(query, [fit]).fetchnumpy()["draws"]
        return np.stack(list(draws)).T

    def runs(self, benchmark: str) -> pd.DataFrame:
        """Return a benchmark's fine-tune runs, baselines included."""
        return self._frame("SELECT * FROM runs WHERE benchmark = ? ORDER BY run", [self.benchmark(benchmark)])

    def run_items(self, benchmark: str) -> pd.DataFrame:
        """Return ``run``, ``item``: what each of a benchmark's runs was trained on."""
        return self._frame(
            "SELECT run, item FROM run_items JOIN runs USING (run) WHERE benchmark = ? ORDER BY run, item",
            [self.benchmark(benchmark)],
        )

    def run_responses(self, benchmark: str) -> pd.DataFrame:
        """Return ``run``, ``item``, ``correct``: what a benchmark's runs answered about its own items."""
        return self._frame(
            "SELECT run, item, correct FROM run_responses a JOIN runs r USING (run) "
            "WHERE r.benchmark = $1 AND a.benchmark = $1 ORDER BY run, item",
            [self.benchmark(benchmark)],
        )

    def cross_responses(self, benchmark: str) -> pd.DataFrame:
        """Return what a benchmark's runs answered about items of other benchmarks.

        Returns
        -------
        DataFrame
            ``run``, ``benchmark`` (the item's, by name), ``item``, ``correct``.
        """
        return self._frame(
            "SELECT run, b.name AS benchmark, item, correct "
            "FROM run_responses a JOIN runs r USING (run) JOIN benchmarks b ON b.benchmark = a.benchmark "
            "WHERE r.benchmark = $1 AND a.benchmark != $1 ORDER BY run, a.benchmark, item",
            [self.benchmark(benchmark)],
        )

    def run_curves(self, benchmark: str) -> pd.DataFrame:
        """Return how each of a benchmark's runs did while it was trained.

        Returns
        -------
        DataFrame
            ``run``, ``step`` (optimiser steps taken), ``loss`` (mean training cross-entropy since the row
            before, nats an answer token; missing at step 0), ``accuracy`` (a list: proportion right on the
            run's own held-out items, by bin of the bins trained on, easy first).
        """
        return self._frame(
            "SELECT run, step, loss, accuracy FROM run_curves JOIN runs USING (run) "
            "WHERE benchmark = ? ORDER BY run, step",
            [self.benchmark(benchmark)],
        )

    def _frame(self, query: str, parameters: list[object] | None = None) -> pd.DataFrame:
        return self._connection.cursor().execute(query, parameters).df()

    def _rows(self, query: str, parameters: list[object] | None = None) -> list[tuple]:
        return self._connection.cursor().execute(query, parameters).fetchall()
