"""Reads of a snapshot: fits and what hangs on them."""

from __future__ import annotations

import json
from itertools import chain

import numpy as np
import pandas as pd

from analysis.errors import AtlasError
from analysis.store.reads import Reads
from analysis.tables import FIT_CHECKS


class FitReads(Reads):
    """Fits, difficulties, abilities and how they were looked at."""

    def fits(self, benchmark: str) -> pd.DataFrame:
        """Return a benchmark's fits, newest first.

        Returns
        -------
        DataFrame
            The columns of the table ``fits``, then ``models`` (how many it was fitted to) and ``stale``
            (the benchmark's responses changed since).
        """
        return self._frame(
            "SELECT f.*, (SELECT count(*) FROM abilities a WHERE a.fit = f.fit) AS models, "
            "f.data_hash IS DISTINCT FROM b.data_hash AS stale "
            "FROM fits f JOIN benchmarks b USING (benchmark) WHERE benchmark = ? ORDER BY created DESC, fit",
            [self.benchmark(benchmark)],
        )

    def fit(self, benchmark: str, fit: str) -> pd.Series:
        """Return one of a benchmark's fits, as `fits` has it.

        Raises
        ------
        AtlasError
            If there is none of that id.
        """
        fits = self.fits(benchmark)
        found = fits[fits["fit"] == fit]
        if found.empty:
            raise AtlasError(f"Benchmark {benchmark!r} has no fit {fit!r}.")
        return found.iloc[0]

    def fit_ids(self) -> set[str]:
        """Return the ids of all fits."""
        return {row[0] for row in self._rows("SELECT fit FROM fits")}

    def usable_fit(self, benchmark: str, wanted: str | None = None, accept_unconverged: bool = False) -> str:
        """Return the id of the fit to bin by: the wanted one, or the newest that converged.

        Parameters
        ----------
        benchmark
            Name of the benchmark.
        wanted
            Id of the fit, if not any will do.
        accept_unconverged
            Take a fit that did not converge where the wanted one is such, or no fit converged.

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
        if wanted is None:
            best = fits.sort_values("converged", ascending=False, kind="stable").iloc[0]
        else:
            best = self.fit(benchmark, wanted)
        if not (best["converged"] or accept_unconverged):
            raise AtlasError(
                f"Fit {best['fit']} of {benchmark!r} did not converge ({best['problems']}), so it is not "
                f"binned. Draw more: python -m analysis fit --benchmark {benchmark} "
                f"--resume {best['fit']} --draws 3000"
            )
        return str(best["fit"])

    def items(self, benchmark: str, fit: str) -> pd.DataFrame:
        """Return every item of a fit with its text, proportion correct and difficulty.

        Returns
        -------
        DataFrame
            ``item``, ``item_key``, ``content_hash``, ``prompt``, ``target``, ``subtask``, ``answered``
            (models), ``proportion`` (correct); the difficulty in logits as it is shown, ``mean``, ``sd``,
            ``hdi_low``, ``hdi_high``, and with models taken as independent, ``posterior_sd``,
            ``posterior_low``, ``posterior_high``; ``discrimination``, ``discrimination_sd`` (missing for
            Rasch); ``flag``; then one column for each of the source's further columns. Texts of a benchmark
            with ``hide_text`` are missing. Ordered by item.
        """
        frame = self._frame(
            """
            SELECT i.item, i.item_key, i.content_hash,
                CASE WHEN b.hide_text THEN NULL ELSE i.prompt END AS prompt,
                CASE WHEN b.hide_text THEN NULL ELSE i.target END AS target,
                i.subtask, r.answered, r.proportion, p.mean, p.sd, p.hdi_low, p.hdi_high,
                coalesce(p.posterior_sd, p.sd) AS posterior_sd,
                coalesce(p.posterior_low, p.hdi_low) AS posterior_low,
                coalesce(p.posterior_high, p.hdi_high) AS posterior_high,
                p.discrimination, p.discrimination_sd, p.flag, i.extras
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
        return frame.join(_columns(frame.pop("extras")))

    def item_statistics(self, fit: str) -> pd.DataFrame:
        """Return how well each item fits the IRT model; no rows if the fit came without.

        Returns
        -------
        DataFrame
            ``item``, ``infit``, ``outfit`` (mean squares), ``item_rest`` (correlation), ``slope``,
            ``slope_sd``, ``p_negative`` (posterior P(slope < 0)), ``below_chance`` (q-value), ``max_q3``
            (residual correlation farthest from 0), ``q3_item`` (the item it is with), ``decile_changes``
            (share of refits), ``effect`` (0 to 1), ``reasons`` (missing where nothing is suspect). Ordered
            by item.
        """
        return self._frame("SELECT * EXCLUDE (fit) FROM item_statistics WHERE fit = ? ORDER BY item", [fit])

    def fit_check(self, table: str, fit: str) -> pd.DataFrame:
        """Return one of the tables that say how a fit was looked at; no rows if the fit came without.

        Parameters
        ----------
        table
            A name of `analysis.tables.FIT_CHECKS`; columns are those of ``analysis/store/schema.sql``.
        fit
            Id of the fit.
        """
        if table not in FIT_CHECKS:
            raise ValueError(f"{table!r} is no table of checks.")
        return self._frame(f"SELECT * EXCLUDE (fit) FROM {table} WHERE fit = ? ORDER BY rowid", [fit])

    def comparison(self, benchmark: str) -> pd.Series | None:
        """Return which IRT model predicts a benchmark's responses better, or None if none were compared.

        Returns
        -------
        Series
            The columns of the table ``comparisons``, then ``stale`` (the responses changed since); ``psis``
            and ``kfold`` are JSON texts.
        """
        found = self._frame(
            "SELECT c.*, c.data_hash IS DISTINCT FROM b.data_hash AS stale "
            "FROM comparisons c JOIN benchmarks b USING (benchmark) WHERE benchmark = ?",
            [self.benchmark(benchmark)],
        )
        return None if found.empty else found.iloc[0]

    def draws(self, fit: str) -> np.ndarray:
        """Return a fit's thinned posterior draws of difficulty, logits, shape ``(draws, items)``.

        Raises
        ------
        AtlasError
            If the fit was stored without draws.
        """
        draws = self._draws_of_items(fit, "draws")
        if draws is None:
            raise AtlasError(f"Fit {fit} was stored without draws, which bins and intervals need: fit again.")
        return draws

    def all_discrimination_draws(self, fit: str) -> np.ndarray | None:
        """Return draws of every item's discrimination, those that go with `draws`; None if there are none."""
        return self._draws_of_items(fit, "discriminations")

    def discrimination_draws(self, fit: str, item: int) -> np.ndarray | None:
        """Return draws of an item's discrimination, those that go with `draws`; None if there are none."""
        query = "SELECT discriminations FROM item_draws WHERE fit = ? AND item = ?"
        kept = [row[0] for row in self._rows(query, [fit, item]) if row[0] is not None]
        return np.array(kept[0]) if kept else None

    def abilities(self, benchmark: str, fit: str) -> pd.DataFrame:
        """Return the models that a fit was made of, the ablest first.

        Returns
        -------
        DataFrame
            ``model``, ``name``, ``organisation``, ``family`` (that the fit counted it to, or would have by
            its metadata, else what the source says), ``base_model``, ``parameters``; ability θ − μ in the
            unit of difficulties, ``mean`` and ``sd``; ``infit``, ``outfit`` (missing if the fit came
            without); ``answered`` (items) and ``proportion`` (correct).
        """
        return self._frame(
            """
            SELECT model, m.name, m.organisation,
                coalesce(a.family, CASE f.family_source WHEN 'organisation' THEN m.organisation END, m.family)
                    AS family,
                m.base_model, m.parameters, a.mean, a.sd, a.infit, a.outfit, r.answered, r.proportion
            FROM abilities a JOIN fits f USING (fit) JOIN models m USING (model)
            LEFT JOIN (
                SELECT model, count(*) AS answered, avg(correct::INT) AS proportion
                FROM responses WHERE benchmark = $1 GROUP BY model
            ) r USING (model)
            WHERE a.fit = $2 ORDER BY a.mean DESC, m.name
            """,
            [self.benchmark(benchmark), fit],
        )

    def _draws_of_items(self, fit: str, column: str) -> np.ndarray | None:
        query = (
            f"SELECT {column} AS kept FROM item_draws WHERE fit = ? AND {column} IS NOT NULL ORDER BY item"
        )
        kept = self._connection.cursor().sql(query, params=[fit]).to_arrow_table()["kept"].combine_chunks()
        # Bins are cut draw by draw: twice as fast where the items of a draw lie side by side.
        return np.ascontiguousarray(kept.flatten().to_numpy().reshape(len(kept), -1).T) if len(kept) else None


def _columns(extras: pd.Series) -> pd.DataFrame:
    """Return texts of JSON objects as a column a key, missing where an object lacks it."""
    objects = json.loads(f"[{','.join(extras.fillna('{}'))}]")
    keys = dict.fromkeys(chain.from_iterable(objects))
    # From rows instead of columns, pandas would take three times as long.
    return pd.DataFrame({key: [row.get(key, np.nan) for row in objects] for key in keys}, index=extras.index)
