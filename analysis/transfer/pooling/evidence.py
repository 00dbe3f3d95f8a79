"""What runs say of each cell in log odds, and how sure that is: what the pooled model is fitted to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import logit
from sklearn.covariance import ledoit_wolf

from analysis.transfer.bootstrap import MIN_ITEMS
from analysis.transfer.runs import RunMatrix

FEWEST = 2  # items over which a variance can be taken


@dataclass(frozen=True)
class Evidence:
    """Log-odds gains of the cells that have enough held-out items, and their errors.

    Cells are numbered through, row by row; ``n`` is how many there are.

    Attributes
    ----------
    rows
        As in `RunMatrix`.
    row, test_bin
        Of each cell, shapes ``(n,)``.
    items
        Held-out items of the run that has fewest, shape ``(n,)``.
    seeds
        Runs of each cell's row, shape ``(n,)``.
    gain
        Mean over the row's runs of log odds after training minus before, shape ``(n,)``.
    of_items
        Covariance of ``gain`` over samples of items (answers included), shape ``(n, n)``: cells of one test
        bin share items and baseline, others share nothing.
    before
        Log odds before training, on the same items, shape ``(n,)``.
    of_before, with_before
        Covariance of ``before`` over samples of items, and of each cell's ``before`` with each cell's
        ``gain``, shapes ``(n, n)``.
    between
        What is left of single runs once their row's mean is taken out, as independent contrasts of a row's
        runs, shape ``(contrasts, bins)``, NaN where the cell is not counted.
    answers
        Variance of one run's gain from its answers alone, shape ``(contrasts, bins)``.
    """

    rows: pd.DataFrame
    row: np.ndarray
    test_bin: np.ndarray
    items: np.ndarray
    seeds: np.ndarray
    gain: np.ndarray
    of_items: np.ndarray
    before: np.ndarray
    of_before: np.ndarray
    with_before: np.ndarray
    between: np.ndarray
    answers: np.ndarray


def evidence(matrix: RunMatrix, member: np.ndarray, n_bins: int, *, held_out: bool = True) -> Evidence:
    """Put the runs' answers into log odds, with errors by the influence of each item.

    A run's log odds are logit((k + ½) / (n + 1)) of k right answers in n (Haldane 1956), before training on
    the same items. To first order an item adds (answer − p) / (n p (1 − p)) to them (the influence function;
    Hampel 1974, JASA 69), after training minus before. Answers of different runs to one item go together, so
    that runs are not independent binomials; the covariance of these influences over items says how much. It
    is shrunken towards independence as far as few items make it uncertain (Ledoit and Wolf 2004, "A
    well-conditioned estimator for large-dimensional covariance matrices", Journal of Multivariate Analysis
    88).

    Parameters
    ----------
    matrix
        Runs and baseline.
    member
        Each item's bin, shape ``(items,)``; −1 for an item of none.
    n_bins
        Number of test bins.
    held_out
        Leave out items that a run was trained on.
    """
    used = ~np.isnan(matrix.change)
    if held_out:
        used &= ~matrix.trained
    shape = (len(matrix.row), n_bins)
    gains, answers = np.full(shape, np.nan), np.full(shape, np.nan)
    columns: list[_Column] = []
    for test_bin in range(n_bins):
        inside = np.flatnonzero((member == test_bin) & used.any(axis=0))
        column = _column(matrix, used[:, inside], inside, test_bin)
        if column is not None:
            columns.append(column)
            counted = np.isin(matrix.row, column.rows)
            gains[counted, test_bin] = column.gain
            answers[counted, test_bin] = column.answers
    return _joined(matrix, columns, gains, answers)


@dataclass(frozen=True)
class _Column:
    """One test bin: arrays over its counted rows, but ``gain`` and ``answers`` over their runs."""

    test_bin: int
    rows: np.ndarray
    items: np.ndarray
    gain: np.ndarray
    answers: np.ndarray
    covariance: np.ndarray
    before: np.ndarray
    of_before: np.ndarray
    with_before: np.ndarray


def _column(matrix: RunMatrix, used: np.ndarray, inside: np.ndarray, test_bin: int) -> _Column | None:
    """Return what the runs say of one test bin; None where no row has enough items in it."""
    counts = used.sum(axis=1)
    fewest = np.array([counts[matrix.row == row].min() for row in range(len(matrix.rows))])
    rows = np.flatnonzero(fewest >= max(MIN_ITEMS, FEWEST))
    if not len(rows):
        return None
    runs = np.flatnonzero(np.isin(matrix.row, rows))
    in_row = (matrix.row[runs] == rows[:, None]).astype(float)
    in_row /= in_row.sum(axis=1, keepdims=True)
    used, counts = used[runs], counts[runs][:, None]
    baseline = np.nan_to_num(matrix.baseline[inside]) * used
    after = np.nan_to_num(matrix.change[np.ix_(runs, inside)]) * used + baseline
    log_odds, influence = _log_odds(after, used, counts)
    before, influence_before = _log_odds(baseline, used, counts)
    moved = influence - influence_before
    by_row, by_row_before = in_row @ moved, in_row @ influence_before
    own = np.argmax(in_row > 0, axis=0)
    residual = moved - by_row[own]
    # One answer more that is wrong, or right: of less nobody can know.
    least, least_before = ((1 / (counts * _spread(k, counts))[:, 0]) ** 2 for k in (after, baseline))
    seeds = 1 / in_row.max(axis=1)
    unbiased = np.where(seeds[own] > 1, seeds[own] / np.maximum(seeds[own] - 1, 1), 0.0)
    joint, n = _shrunken(np.concatenate([by_row, by_row_before])), len(rows)
    covariance = joint[:n, :n]
    # Where nearly all or none were right before, all rows share that error.
    shared = max(0.0, float((in_row @ least_before - np.diag(joint[n:, n:])).mean()))
    covariance = covariance + shared
    lift = np.maximum(in_row @ least - np.diag(covariance), 0.0)
    return _Column(
        test_bin=test_bin,
        rows=rows,
        items=fewest[rows],
        gain=log_odds - before,
        answers=np.maximum((residual**2).sum(axis=1) * unbiased, least),
        covariance=covariance + np.diag(lift),
        before=in_row @ before,
        of_before=joint[n:, n:] + shared,
        with_before=joint[n:, :n] - shared,
    )


def _log_odds(right: np.ndarray, used: np.ndarray, counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Log odds of each run, ``(runs,)``, and what each item adds to them, ``(runs, items)``."""
    share = right.sum(axis=1, keepdims=True) / counts
    adjusted = (share * counts + 0.5) / (counts + 1)
    return logit(adjusted[:, 0]), used * (right - share) / (counts * _spread(right, counts))


def _spread(right: np.ndarray, counts: np.ndarray) -> np.ndarray:
    adjusted = (right.sum(axis=1, keepdims=True) + 0.5) / (counts + 1)
    return np.asarray(adjusted * (1 - adjusted))


def _shrunken(influence: np.ndarray) -> np.ndarray:
    """Covariance of sums of influences ``(sums, items)`` over samples of items, ``(sums, sums)``."""
    n = influence.shape[1]
    size = np.sqrt((influence**2).sum(axis=1))
    standard = np.divide(influence, size[:, None], out=np.zeros_like(influence), where=size[:, None] > 0)
    correlation, _ = ledoit_wolf(np.sqrt(n) * standard.T, assume_centered=True)
    np.fill_diagonal(correlation, 1.0)
    return np.asarray(correlation * np.outer(size, size))


def _joined(matrix: RunMatrix, columns: list[_Column], gains: np.ndarray, answers: np.ndarray) -> Evidence:
    """Number the cells of all test bins through, row by row."""
    row = np.concatenate([column.rows for column in columns] or [np.zeros(0, int)])
    test_bin = np.concatenate([np.full(len(c.rows), c.test_bin) for c in columns] or [np.zeros(0, int)])
    order = np.lexsort([test_bin, row])

    def along(name: str) -> np.ndarray:
        return np.concatenate([getattr(column, name) for column in columns] or [np.zeros(0)])[order]

    def across(name: str) -> np.ndarray:
        whole, first = np.zeros((len(row), len(row))), 0
        for column in columns:
            last = first + len(column.rows)
            whole[first:last, first:last] = getattr(column, name)
            first = last
        return whole[np.ix_(order, order)]

    row, test_bin = row[order], test_bin[order]
    seeds = np.bincount(matrix.row, minlength=len(matrix.rows))
    between, noise = _contrasts(matrix.row, gains, answers)
    means = np.array([gains[matrix.row == number].mean(axis=0) for number in range(len(matrix.rows))])
    return Evidence(
        rows=matrix.rows,
        row=row,
        test_bin=test_bin,
        items=along("items"),
        seeds=seeds[row],
        gain=means[row, test_bin],
        of_items=across("covariance"),
        before=along("before"),
        of_before=across("of_before"),
        with_before=across("with_before"),
        between=between,
        answers=noise,
    )


def _contrasts(row: np.ndarray, gains: np.ndarray, answers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Helmert's contrasts of each row's runs and the mean variance of these, ``(contrasts, bins)``."""
    parts, noise = [np.zeros((0, gains.shape[1]))], [np.zeros((0, gains.shape[1]))]
    for number in np.unique(row):
        own, variance = gains[row == number], answers[row == number]
        for k in range(1, len(own)):
            parts.append((own[:k].mean(axis=0) - own[k])[None] * np.sqrt(k / (k + 1)))
            noise.append(variance.mean(axis=0)[None])
    return np.concatenate(parts), np.concatenate(noise)
