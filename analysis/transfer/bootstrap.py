"""One joint bootstrap of all cells, row × test bin, that serves every combination of them."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from analysis.transfer.item_sums import BLOCK, ItemSums
from analysis.transfer.resampled import Resampled
from analysis.transfer.runs import RunMatrix

MIN_ITEMS = 20  # with fewer held-out items a cell's 95% interval spans 40 points or more
REPLICATES = 2000


def resample(
    matrix: RunMatrix,
    member: np.ndarray,
    n_bins: int,
    *,
    held_out: bool = True,
    members: np.ndarray | None = None,
    replicates: int = REPLICATES,
    seed: int = 0,
    stream: int = 0,
) -> Resampled:
    """Estimate every cell's gain and resample items and runs for all of them at once.

    The gain of a cell is the mean, over its row's runs and over the items of its test bin, of correct
    after training minus correct before. The same items are compared before and after (a paired
    difference). Items are resampled once for all cells, since columns share items and baseline, and the runs
    of a row once for all columns. A mean over a test bin is a ratio: as many of its items are drawn as happen
    to be, so that however bins are cut, they rest on the same draw. Of S runs S − 1 are drawn, which makes
    the variance between so few runs unbiased (Rao and Wu 1988, "Resampling inference with complex survey
    data", JASA 83). Resampling both counts the noise of single answers three times (Owen 2007, "The
    pigeonhole bootstrap", Annals of Applied Statistics 1): with variances σ_i² of items, σ_r² of runs and
    σ_e² of single answers, the mean over n items and S runs has the variance σ_i²/n + σ_r²/S + σ_e²/nS, and
    its replicates have 2 σ_e²/nS more. That is the excess. With one run a row, training noise is not
    contained.

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
    members
        Each item's bin in draws from the posterior, shape ``(draws, items)``: gains are then averages over
        draws, and every draw has its share of the replicates, so that intervals contain what is not known of
        the bins. By default bins are taken as they are in ``member``.
    replicates, seed
        Of the bootstrap. The same seed draws the same items for every matrix of the same evaluated items,
        so that replicates of different base models can be combined.
    stream
        Number of the base model among those combined, so that their runs are drawn independently.
    """
    used = ~np.isnan(matrix.change)
    if held_out:
        used &= ~matrix.trained
    n_rows, shape = len(matrix.rows), (len(matrix.rows), n_bins)
    in_row = matrix.row[:, None] == np.arange(n_rows)
    seeds = in_row.sum(axis=0)
    sums = ItemSums(matrix, used)
    own = member[sums.items]
    items = sums.counts(own, n_bins)
    fewest = np.array([items[in_row[:, row]].min(axis=0) for row in range(n_rows)]).reshape(shape)
    blank = fewest < MIN_ITEMS
    cuts = own[None] if members is None else members[:, sums.items]
    gain, before = _averaged(sums, cuts, in_row, seeds, blank)
    run_gain, run_before = (np.where(blank[matrix.row], np.nan, means) for means in sums.means(own, n_bins))
    replicated, replicated_before = (np.full((replicates, *shape), np.nan) for _ in range(2))
    run_weights = _run_weights(tuple(matrix.row.tolist()), replicates, (seed, 1, stream))
    for test_bin, (change, baseline) in enumerate(sums.resampled(cuts, n_bins, replicates, (seed, 0))):
        replicated[:, :, test_bin] = _by_row((change * run_weights).T, in_row)
        replicated_before[:, :, test_bin] = _by_row((baseline * run_weights).T, in_row)
    replicated[:, blank], replicated_before[:, blank] = np.nan, np.nan
    change, counted = matrix.change[:, sums.items], used[:, sums.items]
    excess, influence = _variances(matrix.row, change, counted, own, ~blank)
    return Resampled(
        rows=matrix.rows,
        items=fewest,
        seeds=seeds,
        before=before,
        gain=gain,
        before_replicates=replicated_before,
        replicates=replicated,
        excess=excess,
        member=own,
        influence=influence,
        row_of_run=matrix.row,
        run_before=run_before,
        run_gain=run_gain,
    )


def _averaged(
    sums: ItemSums, cuts: np.ndarray, in_row: np.ndarray, seeds: np.ndarray, blank: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Gain and baseline of every cell, averaged over the draws that have items in it: ``(rows, bins)``."""
    totals, draws = np.zeros((2, *blank.shape)), np.zeros(blank.shape)
    step = max(1, BLOCK // max(blank.shape[1] * len(sums.items), 1))
    for start in range(0, len(cuts), step):
        by_run = np.stack(sums.means(cuts[start : start + step], blank.shape[1])).swapaxes(-2, -1)
        means = (_by_row(by_run, in_row) / seeds).swapaxes(-2, -1)  # (2, draws, rows, bins)
        known = np.isfinite(means[0])
        totals += np.where(known, means, 0.0).sum(axis=1)
        draws += known.sum(axis=0)
    gain, before = np.divide(totals, draws, out=np.full(totals.shape, np.nan), where=(draws > 0) & ~blank)
    return gain, before


def _by_row(values: np.ndarray, in_row: np.ndarray) -> np.ndarray:
    """Sum values ``(…, runs)`` over the runs of each row; NaN where a run of it has none."""
    missing = np.isnan(values)
    if not missing.any():
        return values @ in_row
    return np.where(missing @ in_row > 0, np.nan, np.where(missing, 0.0, values) @ in_row)


@lru_cache(maxsize=8)
def _run_weights(row_of_run: tuple[int, ...], replicates: int, seed: tuple[int, ...]) -> np.ndarray:
    """Weight of each run in its row's mean in every replicate, shape ``(runs, replicates)``."""
    rng = np.random.default_rng(seed)
    weights = np.ones((len(row_of_run), replicates))
    for row in np.unique(row_of_run):
        runs = np.flatnonzero(np.equal(row_of_run, row))
        size = len(runs) - 1
        if size:
            drawn = rng.multinomial(size, np.full(len(runs), 1 / len(runs)), size=replicates)
            weights[runs] = drawn.T / size
    weights.setflags(write=False)
    return weights


def _variances(
    row_of_run: np.ndarray, change: np.ndarray, used: np.ndarray, member: np.ndarray, wanted: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Excess variance of each cell, ``(rows, bins)``, and the influence of items, ``(rows, items)``.

    Both are read off the items that every run of a row counts.
    """
    excess, influence = np.zeros(wanted.shape), np.zeros((len(wanted), len(member)))
    for row, in_bins in enumerate(wanted):
        own = row_of_run == row
        counted = np.flatnonzero(used[own].all(axis=0) & (member >= 0))
        bins, changed = member[counted], change[np.ix_(own, counted)]
        inside = (bins[:, None] == np.arange(len(in_bins))).astype(float)
        n_runs, n_items = len(changed), inside.sum(axis=0)
        with np.errstate(divide="ignore", invalid="ignore"):
            by_run = changed @ inside / n_items
            by_item, overall = changed.mean(axis=0), by_run.mean(axis=0)
            beyond = (by_item - overall[bins]) / n_items[bins]
            influence[row, counted] = np.where((in_bins & (n_items > 1))[bins], beyond, 0.0)
            if n_runs > 1:
                residual = changed - by_item - by_run[:, bins] + overall[bins]
                answers = (residual**2 @ inside).sum(axis=0) / ((n_runs - 1) * (n_items - 1))
                excess[row] = np.where(in_bins & (n_items > 1), 2 * answers / (n_runs * n_items), 0.0)
    return excess, influence
