"""Reads of a snapshot: fine-tune runs and their pooled gains."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.store.reads import Reads


class RunReads(Reads):
    """Fine-tune runs, what they answered, and pooled gains."""

    def evaluated_items(self, benchmark: str) -> np.ndarray:
        """Return the items of a benchmark that its own runs answered, ascending."""
        rows = self._rows(
            "SELECT DISTINCT item FROM run_responses a JOIN runs r USING (run) "
            "WHERE r.benchmark = $1 AND a.benchmark = $1 ORDER BY item",
            [self.benchmark(benchmark)],
        )
        return np.array([row[0] for row in rows], dtype=int)

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

    def responses_of(self, runs: Sequence[int]) -> pd.DataFrame:
        """Return what some runs, by number, answered about items of any benchmark.

        Returns
        -------
        DataFrame
            ``run``, ``benchmark`` (the item's, by name), ``item``, ``correct``.
        """
        return self._frame(
            "SELECT run, b.name AS benchmark, item, correct "
            "FROM run_responses JOIN benchmarks b USING (benchmark) WHERE run IN (SELECT unnest($1)) "
            "ORDER BY run, b.benchmark, item",
            [list(runs)],
        )

    def pools(self, benchmark: str) -> pd.DataFrame:
        """Return which runs of a benchmark have pooled gains; the columns of the table ``pools``."""
        return self._frame(
            "SELECT * FROM pools WHERE benchmark = ? ORDER BY base_model, recipe, created",
            [self.benchmark(benchmark)],
        )

    def pool_cells(self, pool: str) -> pd.DataFrame:
        """Return pooled gains: ``train`` (label), ``test_bin`` (from 0) and the columns of the schema."""
        return self._frame("SELECT * EXCLUDE (pool) FROM pool_cells WHERE pool = ?", [pool])

    def pool_effects(self, pool: str) -> pd.DataFrame:
        """Return ``effect``, ``mean``, ``low``, ``high`` of what pooled gains differ by; logits."""
        return self._frame("SELECT * EXCLUDE (pool) FROM pool_effects WHERE pool = ?", [pool])

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
