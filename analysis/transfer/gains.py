"""Gain over zero-shot, train set × test bin, with one joint bootstrap for the whole matrix."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.transfer.runs import RunMatrix

MIN_ITEMS = 20  # with fewer held-out items a cell's 95% interval spans 40 points or more
REPLICATES = 2000
PROB = 0.95


def gain_matrix(
    matrix: RunMatrix,
    member: np.ndarray,
    n_bins: int,
    *,
    held_out: bool = True,
    replicates: int = REPLICATES,
    seed: int = 0,
) -> pd.DataFrame:
    """Estimate every cell's gain with its interval.

    The gain of a cell is the mean, over its row's runs and over the items of its test bin, of correct
    after training minus correct before. The same items are compared before and after (a paired
    difference), and the interval comes from a bootstrap that resamples the items of a test bin once for
    all rows, since columns share items and baseline, and the runs of a row once for all columns. Of S runs
    S − 1 are drawn, which makes the variance between so few runs unbiased (Rao and Wu 1988, "Resampling
    inference with complex survey data", JASA 83). Resampling both items and runs counts the noise of single
    answers three times (Owen 2007, "The pigeonhole bootstrap", Annals of Applied Statistics 1); the excess
    is taken out. With one run a row, the interval does not contain training noise.

    Parameters
    ----------
    matrix
        Runs and baseline.
    member
        Each item's bin, shape ``(items,)``.
    n_bins
        Number of test bins.
    held_out
        Leave out items that a run was trained on. False is the published convention, under which the
        diagonal is partly memory.
    replicates, seed
        Of the bootstrap.

    Returns
    -------
    DataFrame
        One row a cell, ordered by row and test bin: ``row``, ``train`` (label), ``test_bin`` (from 0),
        ``items``, ``seeds``, ``before``, ``after`` (accuracy), ``gain``, ``low``, ``high`` (95% percentile
        interval; proportions all) and ``blank``: why the cell has no estimate, else missing.
    """
    rng = np.random.default_rng(seed)
    n_rows = len(matrix.rows)
    used = ~np.isnan(matrix.change)
    if held_out:
        used &= ~matrix.trained
    drawn_runs = [_run_weights(rng, np.flatnonzero(matrix.row == row), replicates) for row in range(n_rows)]
    cells = []
    for test_bin in range(n_bins):
        columns = np.flatnonzero((member == test_bin) & used.any(axis=0))
        counts = used[:, columns].astype(float)
        change = np.where(used[:, columns], matrix.change[:, columns], 0.0)
        per_run = np.full((replicates, len(change)), np.nan)
        if len(columns):
            weights = rng.multinomial(len(columns), np.full(len(columns), 1 / len(columns)), size=replicates)
            resampled = weights @ counts.T
            np.divide(weights @ change.T, resampled, out=per_run, where=resampled > 0)
        for row in range(n_rows):
            runs, run_weights = drawn_runs[row]
            n_items = int(counts[runs].sum(axis=1).min())
            cell = {
                "row": row,
                "train": matrix.rows["label"].iloc[row],
                "test_bin": test_bin,
                "items": n_items,
                "seeds": len(runs),
            }
            if n_items < MIN_ITEMS:
                cell["blank"] = f"only {n_items} held-out items, {MIN_ITEMS} are needed"
            else:
                gain = (change[runs].sum(axis=1) / counts[runs].sum(axis=1)).mean()
                before = np.nansum(matrix.baseline[columns] * counts[runs], axis=1) / counts[runs].sum(axis=1)
                replicated = (per_run[:, runs] * run_weights).sum(axis=1)
                low, high = _interval(replicated, change[runs], counts[runs].all(axis=0))
                cell |= {"gain": gain, "low": low, "high": high}
                cell |= {"before": before.mean(), "after": before.mean() + gain, "blank": None}
            cells.append(cell)
    columns_in_order = [
        "row",
        "train",
        "test_bin",
        "items",
        "seeds",
        "before",
        "after",
        "gain",
        "low",
        "high",
    ]
    table = pd.DataFrame(cells).reindex(columns=[*columns_in_order, "blank"])
    return table.sort_values(["row", "test_bin"], ignore_index=True)


def _run_weights(
    rng: np.random.Generator, runs: np.ndarray, replicates: int
) -> tuple[np.ndarray, np.ndarray]:
    """A row's runs and the weight of each in every replicate, shape ``(replicates, runs)``."""
    if len(runs) == 1:
        return runs, np.ones((replicates, 1))
    size = len(runs) - 1
    return runs, rng.multinomial(size, np.full(len(runs), 1 / len(runs)), size=replicates) / size


def _interval(replicated: np.ndarray, change: np.ndarray, complete: np.ndarray) -> tuple[float, float]:
    """Percentile interval of a cell's replicates, without the excess of resampling both ways.

    With variances σ_i² of items, σ_r² of runs and σ_e² of single answers, the mean over n items and S runs
    has the variance σ_i²/n + σ_r²/S + σ_e²/nS; its replicates have 2 σ_e²/nS more.

    Parameters
    ----------
    replicated
        The cell's gain in every replicate.
    change
        Differences of the cell's runs and items, shape ``(runs, items)``.
    complete
        Items that every run of the cell counts, shape ``(items,)``.
    """
    quantiles = np.nanquantile(replicated, [(1 - PROB) / 2, (1 + PROB) / 2])
    block = change[:, complete]
    n_runs, n_items = block.shape
    spread = np.nanvar(replicated)
    if n_runs == 1 or n_items < 2 or spread == 0:
        return float(quantiles[0]), float(quantiles[1])
    by_item, by_run = block.mean(axis=0), block.mean(axis=1, keepdims=True)
    residual = block - by_item - by_run + block.mean()
    answer_variance = (residual**2).sum() / ((n_runs - 1) * (n_items - 1))
    item_only = by_item.var() / n_items
    kept = max(spread - 2 * answer_variance / (n_runs * n_items), item_only)
    centre = np.nanmean(replicated)
    low, high = centre + (quantiles - centre) * min(1.0, np.sqrt(kept / spread))
    return float(low), float(high)
