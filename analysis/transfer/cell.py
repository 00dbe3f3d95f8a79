"""One cell of the matrix: run by run, and item by item."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.stats import binomtest

from analysis.transfer.runs import RunMatrix


def mcnemar(gained: int, lost: int) -> float:
    """Exact two-sided p-value that a run gains as many items as it loses.

    McNemar (1947, "Note on the sampling error of the difference between correlated proportions",
    Psychometrika 12(2)): of the items that changed, each is a gain with probability ½.
    """
    return float(binomtest(gained, gained + lost, 0.5).pvalue) if gained + lost else 1.0


def cell_runs(matrix: RunMatrix, inside: np.ndarray, row: int, *, held_out: bool = True) -> pd.DataFrame:
    """Say what each run of a training set did on some items.

    Parameters
    ----------
    matrix
        Runs and baseline.
    inside
        Whether an item is in the test bin, shape ``(items,)``.
    row
        The training set.
    held_out
        Leave out items that a run was trained on.

    Returns
    -------
    DataFrame
        One row a run: ``number`` (its place in the matrix), ``items``, ``before``, ``after`` (accuracy),
        ``gained``, ``lost`` (items), ``gain``, ``p`` (`mcnemar`; its noise is that of items alone).
    """
    found = []
    for number in np.flatnonzero(matrix.row == row).tolist():
        used = _used(matrix, inside, number, held_out)
        change, baseline = matrix.change[number, used], matrix.baseline[used]
        gained, lost = int((change > 0).sum()), int((change < 0).sum())
        found.append(
            {
                "number": number,
                "items": int(used.sum()),
                "before": baseline.mean() if used.any() else np.nan,
                "after": (baseline + change).mean() if used.any() else np.nan,
                "gained": gained,
                "lost": lost,
                "gain": change.mean() if used.any() else np.nan,
                "p": mcnemar(gained, lost),
            }
        )
    return pd.DataFrame(found)


def cell_items(matrix: RunMatrix, inside: np.ndarray, row: int, *, held_out: bool = True) -> pd.DataFrame:
    """Say what the runs of a training set did to each of some items; parameters as of `cell_runs`.

    Returns
    -------
    DataFrame
        One row an item that a run counts, most gained first: ``item``, ``before`` (0 or 1), ``runs``,
        ``right`` (runs that got it right), ``gain`` (mean change).
    """
    numbers = np.flatnonzero(matrix.row == row)
    used = np.stack([_used(matrix, inside, number, held_out) for number in numbers.tolist()])
    items = np.flatnonzero(used.any(axis=0))
    counts = used[:, items].sum(axis=0)
    change = np.where(used, np.nan_to_num(matrix.change[numbers]), 0.0)[:, items].sum(axis=0)
    before = matrix.baseline[items]
    table = pd.DataFrame(
        {
            "item": items,
            "before": before,
            "runs": counts,
            "right": np.round(change + before * counts).astype(int),
            "gain": change / counts,
        }
    )
    return table.sort_values(["gain", "item"], ascending=[False, True], ignore_index=True)


def _used(matrix: RunMatrix, inside: np.ndarray, number: int, held_out: bool) -> np.ndarray:
    used = inside & ~np.isnan(matrix.change[number])
    return used & ~matrix.trained[number] if held_out else used
