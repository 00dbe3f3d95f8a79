"""Fine-tune runs of one base model as arrays, paired with their zero-shot baseline."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.errors import AtlasError

BASELINE = "baseline"


@dataclass(frozen=True)
class RunMatrix:
    """Runs of one base model, grouped into rows by what they were trained on.

    Attributes
    ----------
    rows
        One row a training set, easy first, ranges after single bins: ``first_bin``, ``last_bin``
        (from 1), ``bins_of``, ``kind``, ``label``, ``seeds``.
    row
        Each run's row number, shape ``(runs,)``.
    change
        Correct after training minus correct before, −1, 0 or 1, NaN where either was not observed;
        shape ``(runs, items)``.
    baseline
        Correct before training, 0 or 1, NaN where not observed; shape ``(items,)``.
    trained
        Whether a run was trained on an item, shape ``(runs, items)``.
    """

    rows: pd.DataFrame
    row: np.ndarray
    change: np.ndarray
    baseline: np.ndarray
    trained: np.ndarray


def run_matrix(
    runs: pd.DataFrame, run_items: pd.DataFrame, run_responses: pd.DataFrame, *, base_model: str, n_items: int
) -> RunMatrix:
    """Arrange a base model's runs; parameters are the store's tables of one benchmark.

    Raises
    ------
    AtlasError
        If the base model has no zero-shot baseline, or no run to compare with it.
    """
    own = runs[runs["base_model"] == base_model]
    zero_shot, tuned = own[own["kind"] == BASELINE], own[own["kind"] != BASELINE]
    if zero_shot.empty or tuned.empty:
        missing = "zero-shot baseline" if zero_shot.empty else "fine-tune run"
        raise AtlasError(f"Base model {base_model!r} has no {missing}, so there is nothing to compare.")

    correct = _dense(run_responses, pd.concat([zero_shot, tuned])["run"], n_items)
    baseline = correct[: len(zero_shot)].mean(axis=0)
    trained = np.zeros((len(tuned), n_items), dtype=bool)
    place = pd.Series(np.arange(len(tuned)), index=tuned["run"])
    known = run_items[run_items["run"].isin(place.index)]
    trained[place[known["run"]].to_numpy(), known["item"].to_numpy()] = True

    keys = ["kind", "first_bin", "last_bin", "bins_of"]
    rows = tuned.groupby(keys, dropna=False)["seed"].nunique().rename("seeds").reset_index()
    width = rows["last_bin"] - rows["first_bin"]
    rows = rows.iloc[np.lexsort([rows["first_bin"], width, width > 0])].reset_index(drop=True)
    rows["label"] = [_label(row.first_bin, row.last_bin, row.bins_of) for row in rows.itertuples()]
    order = rows[keys].assign(row=np.arange(len(rows)))
    row = tuned[keys].merge(order, on=keys, how="left")["row"].to_numpy()
    return RunMatrix(rows, row, correct[len(zero_shot) :] - baseline, baseline, trained)


def _label(first: int, last: int, of: int) -> str:
    """``3``, ``1–5``, or ``1–10 (all)``: the bins trained on."""
    bins = f"{first}" if first == last else f"{first}–{last}"
    return f"{bins} (all)" if (first, last) == (1, of) else bins


def _dense(run_responses: pd.DataFrame, runs: pd.Series, n_items: int) -> np.ndarray:
    """Responses as 0 and 1, NaN where not observed; shape ``(runs, items)``, in the order of ``runs``."""
    place = pd.Series(np.arange(len(runs)), index=runs)
    answered = run_responses[run_responses["run"].isin(place.index)]
    dense = np.full((len(runs), n_items), np.nan)
    dense[place[answered["run"]].to_numpy(), answered["item"].to_numpy()] = answered["correct"]
    return dense
