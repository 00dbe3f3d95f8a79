"""Train set × test bin as a table."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from analysis.transfer.bootstrap import MIN_ITEMS, REPLICATES, resample
from analysis.transfer.measures import ACCURACY, GAIN, HEADROOM
from analysis.transfer.resampled import PROB, Resampled, two_sided_p
from analysis.transfer.runs import RunMatrix
from analysis.transfer.significance import detectable, false_discovery_rate, simultaneous


def gain_matrix(
    matrix: RunMatrix,
    member: np.ndarray,
    n_bins: int,
    *,
    held_out: bool = True,
    members: np.ndarray | None = None,
    replicates: int = REPLICATES,
    seed: int = 0,
    measure: str = GAIN,
) -> pd.DataFrame:
    """Estimate every cell's gain with its interval, from one joint bootstrap.

    Parameters
    ----------
    matrix, member, n_bins, held_out, members, replicates, seed
        As `resample`, which says how.
    measure
        As `cell_table`.

    Returns
    -------
    DataFrame
        As `cell_table`.
    """
    drawn = resample(
        matrix, member, n_bins, held_out=held_out, members=members, replicates=replicates, seed=seed
    )
    return cell_table(drawn, measure)


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
        that hold for all cells at once), ``detectable`` (smallest true value found with 80% power) and
        ``blank``: why the cell has no estimate, else missing. Of accuracies nothing is tested.
    """
    scaled = resampled.on_scale(measure)
    value, (se, df) = scaled.gain, scaled.cells()
    times = stats.t.isf((1 - PROB) / 2, df)
    times_all, p_all = simultaneous(value, se, df, scaled.replicates)
    p = two_sided_p(value, se, df)
    low, high, low_all, high_all = (value + sign * t * se for t in (times, times_all) for sign in (-1, 1))
    if measure == HEADROOM:
        low, high = _share_of_room(resampled, times)
        low_all, high_all = _share_of_room(resampled, times_all)
        p = np.where(np.isfinite(value), two_sided_p(resampled.gain, *resampled.cells()), np.nan)
    elif measure == ACCURACY:
        p, p_all = (np.full(value.shape, np.nan) for _ in range(2))
    n_rows, n_bins = value.shape
    columns = {
        "items": resampled.items,
        "seeds": np.broadcast_to(resampled.seeds[:, None], value.shape),
        "before": resampled.before,
        "after": resampled.before + resampled.gain,
        "gain": resampled.gain,
        "value": value,
        "low": low,
        "high": high,
        "se": se,
        "df": df,
        "p": p,
        "q": false_discovery_rate(p),
        "low_all": low_all,
        "high_all": high_all,
        "p_all": p_all,
        "detectable": detectable(se, df),
        "blank": _reasons(scaled),
    }
    cells = {
        "row": np.repeat(np.arange(n_rows), n_bins),
        "train": np.repeat(resampled.rows["label"].to_numpy(), n_bins),
        "test_bin": np.tile(np.arange(n_bins), n_rows),
    }
    return pd.DataFrame(cells | {name: np.ravel(column) for name, column in columns.items()})


def _reasons(scaled: Resampled) -> np.ndarray:
    """Why a cell is blank, None where it is not."""
    blank = np.full(scaled.gain.shape, None, dtype=object)
    blank[np.isnan(scaled.gain)] = "nothing left to gain or to lose"
    few = scaled.items < MIN_ITEMS
    blank[few] = [f"only {items} held-out items, {MIN_ITEMS} are needed" for items in scaled.items[few]]
    return blank


def _share_of_room(resampled: Resampled, times: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
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
