"""Gains of all cells, row × test bin, with the replicates of one bootstrap that they share."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import special

from analysis.transfer.measures import ACCURACY, GAIN, LOG_ODDS, measured
from analysis.transfer.replicates import mean, sd
from analysis.transfer.room import lacks_room

PROB = 0.95
UNDEFINED = 0.01


class Estimate(NamedTuple):
    """A gain with its 95% interval and standard error, proportions; NaN where there is none.

    ``df`` are the degrees of freedom of the standard error: few runs tell little of how much runs differ.
    """

    gain: float
    low: float
    high: float
    se: float
    df: float

    @property
    def p(self) -> float:
        """Two-sided p-value of no gain."""
        return float(two_sided_p(self.gain, self.se, self.df))


def estimates(gain: np.ndarray, variance: np.ndarray, df: np.ndarray) -> list[Estimate]:
    """Make estimates with t intervals from gains, the variances of their errors and those ones' freedom."""
    se = np.sqrt(variance)
    reach = -special.stdtrit(df, (1 - PROB) / 2) * se  # stats.t.isf in a fiftieth of its time
    fields = np.stack([gain, gain - reach, gain + reach, se, df], axis=1)
    return [Estimate(*map(float, one)) for one in fields]


NOTHING = Estimate(np.nan, np.nan, np.nan, np.nan, np.nan)


def two_sided_p(gain: np.ndarray | float, se: np.ndarray | float, df: np.ndarray | float) -> np.ndarray:
    """P-value of a gain of nothing; without any noise 1 where the gain is zero and 0 elsewhere."""
    gain, se = np.asarray(gain, dtype=float), np.asarray(se, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where((gain == 0) & (se == 0), 0.0, np.abs(gain) / se)
    return np.asarray(2 * special.stdtr(df, -ratio))  # stats.t.sf, likewise


@dataclass(frozen=True)
class Resampled:
    """Gains of all cells and the replicates of one bootstrap that they share; `resample` makes it.

    Attributes
    ----------
    rows
        As in `RunMatrix`.
    items
        Held-out items, of the run that has fewest, shape ``(rows, bins)``.
    seeds
        Runs of each row, shape ``(rows,)``.
    before, gain
        Accuracy before training and its change, shape ``(rows, bins)``, NaN where a run has too few items.
    before_replicates, replicates
        Both in every replicate, shape ``(replicates, rows, bins)``.
    excess
        Variance that the replicates of a cell have too much, shape ``(rows, bins)``; see `resample`.
    member
        The test bin of each item that counts for any run, shape ``(items,)``.
    influence
        What each of these adds to its cell's gain beyond an average item, shape ``(rows, items)``.
    row_of_run
        Each run's row, shape ``(runs,)``.
    run_before, run_gain
        Each run's own accuracy and gain in every bin, shape ``(runs, bins)``, NaN where its cell has none.
    in_proportions
        Whether gains are proportions, not on another scale.
    """

    rows: pd.DataFrame
    items: np.ndarray
    seeds: np.ndarray
    before: np.ndarray
    gain: np.ndarray
    before_replicates: np.ndarray
    replicates: np.ndarray
    excess: np.ndarray
    member: np.ndarray
    influence: np.ndarray
    row_of_run: np.ndarray
    run_before: np.ndarray
    run_gain: np.ndarray
    in_proportions: bool = True

    @property
    def n_bins(self) -> int:
        """Number of test bins."""
        return self.gain.shape[1]

    def mean(self, cells: np.ndarray) -> Estimate:
        """Estimate the mean gain of some cells, each counting the same; cells without a gain are left out.

        Parameters
        ----------
        cells
            Which, shape ``(rows, bins)``.
        """
        counted = cells & np.isfinite(self.gain)
        return self.combination(counted / max(1, counted.sum()))

    def combination(self, weights: np.ndarray) -> Estimate:
        """Estimate a weighted sum of cells' gains.

        The replicates are combined as the gains are, which keeps what cells share: items and baseline
        within a test bin, runs within a row. The noise of single answers is independent between cells, so
        the excess of the sum is the sum of the cells' excesses times their squared weights. The variance
        left is at least that from items alone, and that of one changed item a cell (see `cells`). Its degrees
        of freedom are Satterthwaite's (1946, "An approximate distribution of estimates of variance
        components", Biometrics Bulletin 2(6)): S runs give the part that differs between runs S − 1.

        Parameters
        ----------
        weights
            Shape ``(rows, bins)``; zero for a cell that does not count.
        """
        return self.combinations(weights[None])[0]

    def combinations(self, weights: np.ndarray) -> list[Estimate]:
        """Estimate several weighted sums at once, which takes little longer than one: see `combination`.

        Parameters
        ----------
        weights
            Shape ``(sums, rows, bins)``.
        """
        used = weights != 0
        row, test_bin = np.nonzero(used.any(axis=0))
        weight, counts = weights[:, row, test_bin], used[:, row, test_bin]
        gain = np.where(counts, weight * self.gain[row, test_bin], 0.0).sum(axis=1)
        known = np.isfinite(gain) & counts.any(axis=1)
        if not known.any():
            return [NOTHING] * len(weights)
        if not known.all():
            each = iter(self.combinations(weights[known]))
            return [next(each) if one else NOTHING for one in known]
        of_items = np.einsum("krb,brs,ksb->k", weights, self._item_products, weights, optimize=True)
        spread = sd(_sums(self.replicates[:, row, test_bin], weight)) ** 2
        excess = weight**2 @ self.excess[row, test_bin]
        least = ((weight / self.items[row, test_bin]) ** 2).sum(axis=1) if self.in_proportions else 0.0
        variance = np.maximum(np.maximum(spread - excess, of_items), least)
        counted = np.where(used, self.items, 0).max(axis=1).sum(axis=1)
        uncertain = of_items**2 / np.maximum(1, counted - 1)
        by_run = (weights[:, self.row_of_run] * np.nan_to_num(self.run_gain)).sum(axis=2)
        for own in np.unique(row):
            if self.seeds[own] > 1:
                between = by_run[:, self.row_of_run == own].var(axis=1, ddof=1) / self.seeds[own]
                uncertain += between**2 / (self.seeds[own] - 1)
        return estimates(gain, variance, _freedom(variance, uncertain))

    @cached_property
    def _item_products(self) -> np.ndarray:
        """Influences of a bin's items on every two rows, multiplied and summed: ``(bins, rows, rows)``."""
        of_bin = (np.where(self.member == one, self.influence, 0.0) for one in range(self.n_bins))
        return np.array([influence @ influence.T for influence in of_bin])

    def cells(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the standard error and degrees of freedom of every cell alone, shapes ``(rows, bins)``.

        Where no item changes, resampling shows no error; n such items do not rule out that one in n changes.
        So a standard error is at least 1/n.
        """
        return self._cells

    @cached_property
    def _cells(self) -> tuple[np.ndarray, np.ndarray]:
        in_bin = (self.member[:, None] == np.arange(self.n_bins)).astype(float)
        of_items = self.influence**2 @ in_bin
        spread = np.full(self.gain.shape, np.nan)
        known = np.isfinite(self.gain)
        spread[known] = sd(self.replicates[:, known]) ** 2
        least = 1.0 / np.maximum(self.items, 1) ** 2 if self.in_proportions else 0.0
        variance = np.maximum(np.maximum(spread - self.excess, of_items), least)
        uncertain = of_items**2 / np.maximum(1, self.items - 1)
        for own, seeds in enumerate(self.seeds):
            if seeds > 1:
                between = self.run_gain[self.row_of_run == own].var(axis=0, ddof=1) / seeds
                uncertain[own] += between**2 / (seeds - 1)
        return np.sqrt(variance), _freedom(variance, uncertain)

    def calibrated(self) -> np.ndarray:
        """Return replicates with each cell's spread as `cells` has it, ``(replicates, rows, bins)``."""
        se, _ = self.cells()
        known = np.isfinite(self.gain)
        result, drawn = np.full(self.replicates.shape, np.nan), self.replicates[:, known]
        spread = sd(drawn)
        stretch = np.divide(se[known], spread, out=np.zeros_like(spread), where=spread > 0)
        result[:, known] = self.gain[known] + (drawn - mean(drawn)) * stretch
        return result

    def on_scale(self, measure: str) -> Resampled:
        """Return the same with ``gain`` on another scale than proportions; see `measures.measured`.

        A cell is blank where it, or more than a hundredth of its replicates, has no value there, and in log
        odds where its test bin is too near ceiling or floor; see `room.lacks_room`.
        """
        if measure == GAIN:
            return self
        value = measured(measure, self.before, self.gain, self.items)
        if measure == ACCURACY:
            return self._accuracy(value)
        replicates = measured(measure, self.before_replicates, self.calibrated(), self.items, self.gain)
        value[np.isnan(replicates).mean(axis=0) > UNDEFINED] = np.nan
        if measure == LOG_ODDS:
            value[:, lacks_room(self.items, self.before, self.gain)] = np.nan
        replicates[:, np.isnan(value)] = np.nan
        own, items = self.gain[self.row_of_run], self.items[self.row_of_run]
        of_runs = measured(measure, self.run_before, self.run_gain, items, own)
        return replace(
            self,
            gain=value,
            replicates=replicates,
            excess=np.zeros_like(self.excess),  # the replicates are rid of it already
            influence=np.zeros_like(self.influence),
            run_gain=of_runs,
            in_proportions=False,
        )

    def _accuracy(self, value: np.ndarray) -> Resampled:
        """Accuracies after training; what they vary too much is what gains do."""
        return replace(
            self,
            gain=value,
            replicates=self.before_replicates + self.replicates,
            influence=np.zeros_like(self.influence),
            run_gain=self.run_before + self.run_gain,
            in_proportions=False,
        )


def _sums(drawn: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Weighted sums ``(replicates, sums)`` of what has gaps ``(replicates, cells)``, by ``(sums, cells)``."""
    missing = np.isnan(drawn)
    if not missing.any():
        return drawn @ weights.T
    return np.where(missing @ (weights != 0).T, np.nan, np.where(missing, 0.0, drawn) @ weights.T)


def _freedom(variance: np.ndarray | float, uncertain: np.ndarray | float) -> np.ndarray:
    """Satterthwaite's degrees of freedom, from a variance and half the variance of its estimate; ≥ 1."""
    variance, uncertain = np.asarray(variance, dtype=float), np.asarray(uncertain, dtype=float)
    ratio = np.divide(variance**2, uncertain, out=np.full(variance.shape, 1e6), where=uncertain > 0)
    return np.maximum(ratio, 1.0)
