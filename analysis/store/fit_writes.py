"""Writes to a snapshot in the making: fits, comparisons and pooled gains."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

import pandas as pd

from analysis.errors import AtlasError
from analysis.store.writes import Writes
from analysis.tables import FIT_CHECKS, POOL_PARTS, ComparisonTable, FitTables, PoolTables

FIT_PARTS = ("item_parameters", "item_draws", "item_statistics", "abilities", *FIT_CHECKS)
"""The tables of `FitTables` besides ``fits``."""


class FitWrites(Writes):
    """What was computed from responses and runs."""

    def add_fit(self, tables: FitTables) -> None:
        """Keep a fit. One of the same id that is kept already is left alone."""
        fit = tables.fits["fit"].iloc[0]
        if self._has_fit(fit):
            return
        self._append("fits", self._with_benchmark_numbers(tables.fits))
        for table in FIT_PARTS:
            rows = getattr(tables, table)
            if not rows.empty:
                self._append(table, rows)

    def remove_fit(self, fit: str) -> None:
        """Remove a fit with everything that hangs on it.

        Raises
        ------
        AtlasError
            If there is none of that id.
        """
        if not self._has_fit(fit):
            raise AtlasError(f"There is no fit {fit!r} in the store.")
        for (pool,) in self._rows("SELECT pool FROM pools WHERE fit = ?", [fit]):
            self._remove_pool(pool)
        for table in (*FIT_PARTS, "fits"):
            self._rows(f"DELETE FROM {table} WHERE fit = ?", [fit])

    def _has_fit(self, fit: str) -> bool:
        return self._scalar("SELECT count(*) FROM fits WHERE fit = ?", [fit]) > 0

    def keep_comparisons(self, comparisons: pd.DataFrame) -> None:
        """Keep comparisons that another store made; columns as in the schema, with benchmarks by name."""
        self._append("comparisons", self._with_benchmark_numbers(comparisons))

    def add_pool(self, tables: PoolTables) -> None:
        """Keep pooled gains, in place of those of the same base model, recipe and fit."""
        row = tables.pools.iloc[0]
        same = "SELECT pool FROM pools WHERE fit = ? AND base_model = ? AND recipe IS NOT DISTINCT FROM ?"
        recipe = None if pd.isna(row["recipe"]) else row["recipe"]
        for (pool,) in self._rows(same, [row["fit"], row["base_model"], recipe]):
            self._remove_pool(pool)
        self._append("pools", self._with_benchmark_numbers(tables.pools))
        for table in POOL_PARTS:
            self._append(table, getattr(tables, table))

    def _remove_pool(self, pool: str) -> None:
        for table in (*POOL_PARTS, "pools"):
            self._rows(f"DELETE FROM {table} WHERE pool = ?", [pool])

    def add_comparison(self, comparison: ComparisonTable) -> None:
        """Keep a comparison of IRT models, in place of an earlier one of the same benchmark."""
        (number,) = self._rows("SELECT benchmark FROM benchmarks WHERE name = ?", [comparison.benchmark])[0]
        psis, kfold = (table.to_json(orient="records") for table in (comparison.psis, comparison.kfold))
        said = f"{comparison.benchmark} {comparison.data_hash} {psis} {kfold} {comparison.sentence}"
        self._rows("DELETE FROM comparisons WHERE benchmark = ?", [number])
        self._rows(
            "INSERT INTO comparisons VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                hashlib.sha256(said.encode()).hexdigest()[:8],
                number,
                comparison.data_hash,
                comparison.families,
                comparison.family_source,
                psis,
                kfold,
                comparison.sentence,
                datetime.now(UTC).replace(tzinfo=None, microsecond=0),
            ],
        )
