"""One joint bootstrap of all cells, row × test bin, that serves every combination of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.transfer.runs import RunMatrix

MIN_ITEMS = 20  # with fewer held-out items a cell's 95% interval spans 40 points or more
REPLICATES = 2000
PROB = 0.95


class Estimate(NamedTuple):
    """A gain with its 95% percentile interval, proportions; NaN where there is none."""

    gain: float
    low: float
    high: float


@dataclass(frozen=True)
class Resampled:
    """Gains of all cells and the replicates of one bootstrap that they share.

    Attributes
    ----------
    rows
        As in `RunMatrix`.
    items
        Held-out items, of the run that has fewest, shape ``(rows, bins)``.
    seeds
        Runs of each row, shape ``(rows,)``.
    before, gain
        Accuracy before training and its change, shape ``(rows, bins)``, NaN where a run has fewer than
        `MIN_ITEMS` items.
    replicates
        The gains in every replicate, shape ``(replicates, rows, bins)``.
    excess
        Variance that the replicates of a cell have too much, shape ``(rows, bins)``; see `resample`.
    member
        Each item's test bin, shape ``(items,)``.
    influence
        What each item adds to its cell's gain beyond an average item, shape ``(rows, items)``.
    """

    rows: pd.DataFrame
    items: np.ndarray
    seeds: np.ndarray
    before: np.ndarray
    gain: np.ndarray
    replicates: np.ndarray
    excess: np.ndarray
    member: np.ndarray
    influence: np.ndarray

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
        left is at least that from items alone.

        Parameters
        ----------
        weights
            Shape ``(rows, bins)``; zero for a cell that does not count.
        """
        row, test_bin = np.nonzero(weights)
        if not len(row):
            return Estimate(np.nan, np.nan, np.nan)
        weight = weights[row, test_bin]
        gain = self.gain[row, test_bin] @ weight
        if np.isnan(gain):
            return Estimate(np.nan, np.nan, np.nan)
        replicated = self.replicates[:, row, test_bin] @ weight
        low, high = np.nanquantile(replicated, [(1 - PROB) / 2, (1 + PROB) / 2])
        spread = np.nanvar(replicated)
        if spread > 0:
            items_only = ((weights[:, self.member] * self.influence).sum(axis=0) ** 2).sum()
            kept = max(spread - self.excess[row, test_bin] @ weight**2, items_only)
            centre, shrink = np.nanmean(replicated), min(1.0, np.sqrt(kept / spread))
            low, high = centre + (low - centre) * shrink, centre + (high - centre) * shrink
        return Estimate(float(gain), float(low), float(high))


def resample(
    matrix: RunMatrix,
    member: np.ndarray,
    n_bins: int,
    *,
    held_out: bool = True,
    replicates: int = REPLICATES,
    seed: int = 0,
) -> Resampled:
    """Estimate every cell's gain and resample items and runs for all of them at once.

    The gain of a cell is the mean, over its row's runs and over the items of its test bin, of correct
    after training minus correct before. The same items are compared before and after (a paired
    difference). The items of a test bin are resampled once for all rows, since columns share items and
    baseline, and the runs of a row once for all columns. Of S runs S − 1 are drawn, which makes the
    variance between so few runs unbiased (Rao and Wu 1988, "Resampling inference with complex survey data",
    JASA 83). Resampling both counts the noise of single answers three times (Owen 2007, "The pigeonhole
    bootstrap", Annals of Applied Statistics 1): with variances σ_i² of items, σ_r² of runs and σ_e² of
    single answers, the mean over n items and S runs has the variance σ_i²/n + σ_r²/S + σ_e²/nS, and its
    replicates have 2 σ_e²/nS more. That is the excess. With one run a row, training noise is not contained.

    Parameters
    ----------
    matrix
        Runs and baseline.
    member
        Each item's bin, shape ``(items,)``; −1 for an item of none.
    n_bins
        Number of test bins.
    held_out
        Leave out items that a run was trained on. False is the published convention, under which the
        diagonal is partly memory.
    replicates, seed
        Of the bootstrap.
    """
    rng = np.random.default_rng(seed)
    used = ~np.isnan(matrix.change)
    if held_out:
        used &= ~matrix.trained
    n_rows = len(matrix.rows)
    drawn_runs = [_run_weights(rng, np.flatnonzero(matrix.row == row), replicates) for row in range(n_rows)]
    shape = (n_rows, n_bins)
    items, excess = np.zeros(shape, dtype=int), np.zeros(shape)
    before, gain = np.full(shape, np.nan), np.full(shape, np.nan)
    replicated = np.full((replicates, *shape), np.nan)
    influence = np.zeros((n_rows, len(member)))
    for test_bin in range(n_bins):
        columns = np.flatnonzero((member == test_bin) & used.any(axis=0))
        if not len(columns):
            continue
        counts = used[:, columns].astype(float)
        change = np.where(used[:, columns], matrix.change[:, columns], 0.0)
        baseline = np.nan_to_num(matrix.baseline[columns])
        weights = rng.multinomial(len(columns), np.full(len(columns), 1 / len(columns)), size=replicates)
        resampled = weights @ counts.T
        per_run = np.full((replicates, len(change)), np.nan)
        np.divide(weights @ change.T, resampled, out=per_run, where=resampled > 0)
        for row, (runs, run_weights) in enumerate(drawn_runs):
            cell, counted = (row, test_bin), counts[runs].sum(axis=1)
            items[cell] = counted.min()
            if items[cell] < MIN_ITEMS:
                continue
            gain[cell] = (change[runs].sum(axis=1) / counted).mean()
            before[cell] = (counts[runs] @ baseline / counted).mean()
            replicated[:, row, test_bin] = (per_run[:, runs] * run_weights).sum(axis=1)
            complete = counts[runs].all(axis=0)  # the variances are read off items that every run counts
            excess[cell], influence[row, columns[complete]] = _variances(change[runs][:, complete])
    seeds = np.bincount(matrix.row, minlength=n_rows)
    return Resampled(matrix.rows, items, seeds, before, gain, replicated, excess, member, influence)


def _run_weights(
    rng: np.random.Generator, runs: np.ndarray, replicates: int
) -> tuple[np.ndarray, np.ndarray]:
    """A row's runs and the weight of each in every replicate, shape ``(replicates, runs)``."""
    if len(runs) == 1:
        return runs, np.ones((replicates, 1))
    size = len(runs) - 1
    return runs, rng.multinomial(size, np.full(len(runs), 1 / len(runs)), size=replicates) / size


def _variances(change: np.ndarray) -> tuple[float, np.ndarray]:
    """Excess variance of a cell and the influence of its items, from differences ``(runs, items)``."""
    n_runs, n_items = change.shape
    if n_runs == 1 or n_items < 2:
        return 0.0, np.zeros(n_items)
    by_item, by_run = change.mean(axis=0), change.mean(axis=1, keepdims=True)
    residual = change - by_item - by_run + change.mean()
    answer_variance = (residual**2).sum() / ((n_runs - 1) * (n_items - 1))
    return 2 * answer_variance / (n_runs * n_items), (by_item - change.mean()) / n_items
