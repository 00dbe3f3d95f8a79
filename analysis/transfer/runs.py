"""Fine-tune runs of one base model and recipe as arrays, paired with their zero-shot baseline."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.errors import AtlasError

BASELINE = "baseline"
LISTED = "listed items"
USUAL_BINS = 10


@dataclass(frozen=True)
class RunMatrix:
    """Runs of one base model and recipe, grouped into rows by what they were trained on.

    Attributes
    ----------
    rows
        One row a training set, easy first, ranges after single bins: ``benchmark`` (as runs name it),
        ``kind``, ``first_bin``, ``last_bin`` (from 1), ``bins_of``, ``seeds``, ``label``.
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

    @property
    def bins_of(self) -> int:
        """How many bins the runs were trained in; `USUAL_BINS` where all list items instead."""
        known = self.rows["bins_of"].dropna()
        return int(known.max()) if len(known) else USUAL_BINS

    def data_hash(self) -> str:
        """Return 16 hex digits that change when what was trained on or answered does."""
        digest = hashlib.sha256("\n".join(self.rows["label"]).encode())
        for part in (self.row, np.nan_to_num(self.change, nan=2.0), np.nan_to_num(self.baseline, nan=2.0)):
            digest.update(np.ascontiguousarray(part.astype("i2")).data)
        digest.update(np.packbits(self.trained).data)
        return digest.hexdigest()[:16]


def run_matrix(
    runs: pd.DataFrame,
    run_items: pd.DataFrame,
    run_responses: pd.DataFrame,
    *,
    base_model: str,
    n_items: int,
    recipe: str | None = None,
) -> RunMatrix:
    """Arrange the runs of a base model and training recipe.

    Parameters
    ----------
    runs, run_items, run_responses
        The store's tables of one benchmark.
    base_model, recipe
        Which runs. The recipe may be left out where the base model has only one; runs of different recipes
        are never pooled.
    n_items
        Items of the benchmark that have a difficulty: the first ones; what runs answered besides is left out.

    Raises
    ------
    AtlasError
        If there is no zero-shot baseline, no run to compare with it, or more than one recipe to choose from.
    """
    tuned = tuned_runs(runs, base_model=base_model, recipe=recipe)
    return arrange(tuned, run_items, run_responses, zero_shot(runs, run_responses, base_model, n_items))


def base_models(runs: pd.DataFrame) -> list[str]:
    """Return the names of the base models that have a zero-shot baseline and fine-tune runs.

    Parameters
    ----------
    runs
        As `analysis.store.Snapshot.runs` returns them; so for `recipes`.
    """
    is_baseline = runs["kind"] == BASELINE
    tuned = set(runs.loc[~is_baseline, "base_model"])
    return [name for name in runs.loc[is_baseline, "base_model"].unique() if name in tuned]


def recipes(runs: pd.DataFrame, base_model: str | None) -> list[str]:
    """Return the names of the recipes that a base model was fine-tuned by, none where runs name none."""
    return runs.loc[runs["base_model"] == base_model, "recipe"].dropna().unique().tolist()


def tuned_runs(runs: pd.DataFrame, *, base_model: str, recipe: str | None = None) -> pd.DataFrame:
    """Return the fine-tune runs of a base model and recipe; parameters and errors as of `run_matrix`."""
    wanted = (runs["base_model"] == base_model) & (runs["kind"] != BASELINE)
    tuned = runs[wanted if recipe is None else wanted & (runs["recipe"] == recipe)]
    if recipe is None and len(names := tuned["recipe"].unique()) > 1:
        choices = ", ".join(map(str, names))
        raise AtlasError(f"Base model {base_model!r} has runs of several recipes; choose one: {choices}.")
    if tuned.empty:
        by_recipe = f" of recipe {recipe!r}" if recipe else ""
        raise AtlasError(
            f"Base model {base_model!r} has no fine-tune run{by_recipe}, so there is nothing to compare."
        )
    return tuned


def zero_shot(runs: pd.DataFrame, run_responses: pd.DataFrame, base_model: str, n_items: int) -> np.ndarray:
    """Return what a base model got right before training: 0 or 1, NaN where not observed; ``(items,)``.

    Raises
    ------
    AtlasError
        If the base model has no zero-shot baseline.
    """
    baseline = runs[(runs["base_model"] == base_model) & (runs["kind"] == BASELINE)]
    if baseline.empty:
        raise AtlasError(
            f"Base model {base_model!r} has no zero-shot baseline, so there is nothing to compare."
        )
    return _dense(run_responses, baseline["run"], n_items).mean(axis=0)


def arrange(
    tuned: pd.DataFrame, run_items: pd.DataFrame, run_responses: pd.DataFrame, baseline: np.ndarray
) -> RunMatrix:
    """Pair runs with a baseline, shape ``(items,)``; the tables are as for `run_matrix`."""
    trained = np.zeros((len(tuned), len(baseline)), dtype=bool)
    of_run, item, _ = _places(run_items, tuned["run"], len(baseline))
    trained[of_run, item] = True
    rows, row = training_sets(tuned)
    change = _dense(run_responses, tuned["run"], len(baseline)) - baseline
    return RunMatrix(rows, row, change, baseline, trained)


def training_sets(tuned: pd.DataFrame) -> tuple[pd.DataFrame, np.ndarray]:
    """Return the training sets of some runs, as `RunMatrix.rows`, and which of them each run has.

    Those of another benchmark are others; they come benchmark by benchmark.
    """
    keys = ["benchmark", "kind", "first_bin", "last_bin", "bins_of"]
    benchmark, kind = (pd.factorize(tuned[name])[0] for name in keys[:2])
    numbers = tuned[keys[2:]].to_numpy(float, na_value=0.0)
    first, last, _ = numbers.T
    # As groups of a frame, these few runs would take four times as long.
    ordered = np.column_stack([benchmark, last > first, last - first, first, kind, numbers[:, 2]])
    _, one_of_each, row = np.unique(ordered, axis=0, return_index=True, return_inverse=True)
    rows = tuned[keys].iloc[one_of_each].reset_index(drop=True)
    seeded = np.unique(np.column_stack([row, tuned["seed"].to_numpy(float, na_value=np.nan)]), axis=0)
    rows["seeds"] = np.bincount(seeded[~np.isnan(seeded[:, 1]), 0].astype(int), minlength=len(rows))
    rows["label"] = [_label(*bins) for bins in numbers[one_of_each].astype(int).tolist()]
    return rows, row


def _label(first: int, last: int, of: int) -> str:
    """``3``, ``1–5``, or ``1–10 (all)``: the bins trained on; `LISTED` where a run names items, not bins."""
    if not first:
        return LISTED
    bins = f"{first}" if first == last else f"{first}–{last}"
    return f"{bins} (all)" if (first, last) == (1, of) else bins


def _dense(run_responses: pd.DataFrame, runs: pd.Series, n_items: int) -> np.ndarray:
    """Responses as 0 and 1, NaN where not observed; shape ``(runs, items)``, in the order of ``runs``."""
    of_run, item, known = _places(run_responses, runs, n_items)
    dense = np.full((len(runs), n_items), np.nan)
    dense[of_run, item] = run_responses["correct"].to_numpy()[known]
    return dense


def _places(table: pd.DataFrame, runs: pd.Series, n_items: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return which of some runs and which item a table is about, and which of its lines are about any."""
    of_run, item = pd.Index(runs).get_indexer(table["run"]), table["item"].to_numpy()
    known = (of_run >= 0) & (item < n_items)
    return of_run[known], item[known], known
