"""Train set × test bin as a table."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy import stats

from analysis.transfer.bootstrap import MIN_ITEMS
from analysis.transfer.measures import ACCURACY, GAIN, HEADROOM, LOG_ODDS
from analysis.transfer.replicates import sd
from analysis.transfer.resampled import PROB, Resampled, two_sided_p
from analysis.transfer.significance import detectable, false_discovery_rate, simultaneous

BASELINE_ROW = "zero-shot"


def cell_table(resampled: Resampled, measure: str = GAIN) -> pd.DataFrame:
    """Put cells into a table.

    Parameters
    ----------
    resampled
        The cells.
    measure
        The scale of ``value`` and all that follows it; see `measures.measured`.

    Returns
    -------
    DataFrame
        One row a cell, ordered by row and test bin: ``row``, ``train`` (label), ``test_bin`` (from 0),
        ``items`` (held-out), ``seeds``, ``before``, ``after`` (accuracy), ``gain`` (proportions all),
        ``value``, ``low``, ``high`` (95% interval of that cell alone), ``se``, ``df``, ``p`` (of zero),
        ``q`` (Benjamini–Hochberg over all cells), ``low_all``, ``high_all``, ``p_all`` (interval and p-value
        that hold for all cells at once; the interval is ``times_all`` standard errors either way),
        ``detectable`` (smallest true value found with 80% power) and ``blank``: why the cell has no
        estimate, else missing. Of accuracies nothing is tested.
    """
    scaled = resampled.on_scale(measure)
    value, (se, df) = scaled.gain, scaled.cells()
    columns = {
        "items": resampled.items,
        "seeds": np.broadcast_to(resampled.seeds[:, None], value.shape),
        "before": resampled.before,
        "after": resampled.before + resampled.gain,
        "gain": resampled.gain,
    } | tested(value, se, df, scaled.replicates)
    if measure == HEADROOM:
        columns |= _shares_of_room(resampled, columns["times_all"])
    elif measure == ACCURACY:
        columns |= _within_bounds(columns, resampled.items)
    return as_table(columns | {"blank": _reasons(scaled, measure)}, resampled.rows["label"])


def baseline_cells(resampled: Resampled) -> pd.DataFrame:
    """Accuracy before training as a row of its own, numbered −1: as `cell_table` has accuracies.

    It is that on the items of the row that holds out most.
    """
    table = cell_table(resampled, ACCURACY)
    row = int(resampled.items.sum(axis=1).argmax())
    own = table[table["row"] == row].reset_index(drop=True)
    se = np.full(resampled.n_bins, np.nan)
    known = np.isfinite(resampled.before[row])
    se[known] = sd(resampled.before_replicates[:, row, known])
    df = np.maximum(resampled.items[row] - 1.0, 1.0)
    values = tested(resampled.before[[row]], se[None], df[None], resampled.before_replicates[:, [row]])
    values |= _within_bounds(values, resampled.items[[row]])
    columns = {name: column[0] for name, column in values.items()}
    return own.assign(
        **columns, row=-1, train=BASELINE_ROW, seeds=1, after=own["before"], gain=np.where(known, 0.0, np.nan)
    )


def tested(
    value: np.ndarray, se: np.ndarray, df: np.ndarray, replicates: np.ndarray
) -> dict[str, np.ndarray]:
    """Return intervals and p-values of values, alone and all at once, by the names of `cell_table`.

    Parameters
    ----------
    value, se, df
        Estimates, standard errors and their degrees of freedom, NaN where blank, shape ``(rows, bins)``.
    replicates
        Of the values, shape ``(replicates, rows, bins)``.
    """
    times = stats.t.isf((1 - PROB) / 2, df)
    times_all, p_all = simultaneous(value, se, df, replicates)
    p = two_sided_p(value, se, df)
    return {
        "value": value,
        "low": value - times * se,
        "high": value + times * se,
        "se": se,
        "df": df,
        "p": p,
        "q": false_discovery_rate(p),
        "times_all": times_all,
        "low_all": value - times_all * se,
        "high_all": value + times_all * se,
        "p_all": p_all,
        "detectable": detectable(se, df),
    }


def as_table(columns: Mapping[str, np.ndarray], labels: pd.Series) -> pd.DataFrame:
    """Lay arrays ``(rows, bins)`` out as one row a cell, named by row and test bin."""
    n_rows, n_bins = columns["value"].shape
    cells = {
        "row": np.repeat(np.arange(n_rows), n_bins),
        "train": np.repeat(labels.to_numpy(), n_bins),
        "test_bin": np.tile(np.arange(n_bins), n_rows),
    }
    return pd.DataFrame(cells | {name: np.ravel(column) for name, column in columns.items()})


def _reasons(scaled: Resampled, measure: str) -> np.ndarray:
    """Why a cell is blank, None where it is not."""
    blank = np.full(scaled.gain.shape, None, dtype=object)
    blank[np.isnan(scaled.gain)] = (
        "too near ceiling or floor" if measure == LOG_ODDS else "nothing left to gain or to lose"
    )
    few = scaled.items < MIN_ITEMS
    blank[few] = [f"only {items} held-out items, {MIN_ITEMS} are needed" for items in scaled.items[few]]
    return blank


def _shares_of_room(resampled: Resampled, times_all: np.ndarray) -> dict[str, np.ndarray]:
    """Return intervals of shares of headroom, and p-values: a share is zero where its gain is."""
    se, df = resampled.cells()
    low, high = _fieller(resampled, stats.t.isf((1 - PROB) / 2, df))
    low_all, high_all = _fieller(resampled, times_all)
    p = np.where(np.isfinite(low), two_sided_p(resampled.gain, se, df), np.nan)
    intervals = {"low": low, "high": high, "low_all": low_all, "high_all": high_all}
    return intervals | {"p": p, "q": false_discovery_rate(p)}


def _within_bounds(columns: dict[str, np.ndarray], items: np.ndarray) -> dict[str, np.ndarray]:
    """Return intervals of accuracies that stay within 0 and 1, and no test of them.

    Wilson's (1927, "Probable inference, the law of succession, and statistical inference", JASA 22) score
    interval of as many independent answers as have the accuracy's standard error; at 0 and 1, where
    resampling shows none, of the items.
    """
    p, se, df = (columns[name] for name in ("value", "se", "df"))
    with np.errstate(divide="ignore", invalid="ignore"):
        n = np.where((p > 0) & (p < 1), p * (1 - p) / se**2, items)
    bounds: dict[str, np.ndarray] = {}
    for names, times in (
        (("low", "high"), stats.t.isf((1 - PROB) / 2, df)),
        (("low_all", "high_all"), columns["times_all"]),
    ):
        centre = (p + times**2 / (2 * n)) / (1 + times**2 / n)
        reach = times / (1 + times**2 / n) * np.sqrt(p * (1 - p) / n + times**2 / (4 * n**2))
        bounds |= dict(zip(names, (centre - reach, centre + reach), strict=True))
    return bounds | {name: np.full(p.shape, np.nan) for name in ("p", "q", "p_all")}


def _fieller(resampled: Resampled, times: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Fieller's interval of a gain divided by the room for it, ``times`` standard errors either way.

    The room is measured on the same items, so that a ratio's standard error is too small just where its gain
    is large by chance. Fieller's (1954, "Some problems in interval estimation", JRSS B 16) interval holds the
    ratios r for which gain − r × room is within its own error of zero: it excludes zero where the gain's own
    interval does. Missing where the room itself may be none.
    """
    known = np.isfinite(resampled.gain)
    gains = resampled.calibrated()
    gaining = resampled.gain >= 0
    room = np.where(gaining, 1 - resampled.before, resampled.before)
    rooms = np.where(gaining, 1 - resampled.before_replicates, resampled.before_replicates)
    low, high = np.full(known.shape, np.nan), np.full(known.shape, np.nan)
    x, y, t2 = resampled.gain[known], room[known], times[known] ** 2
    dx, dy = (draws[:, known] - np.nanmean(draws[:, known], axis=0) for draws in (gains, rooms))
    xx, xy, yy = (np.nanmean(a * b, axis=0) for a, b in ((dx, dx), (dx, dy), (dy, dy)))
    square, middle, rest = y**2 - t2 * yy, x * y - t2 * xy, x**2 - t2 * xx
    with np.errstate(divide="ignore", invalid="ignore"):
        root = np.sqrt(np.where(square > 0, middle**2 - square * rest, np.nan))
        low[known], high[known] = (middle - root) / square, (middle + root) / square
    return np.maximum(low, -1.0), np.minimum(high, 1.0)
