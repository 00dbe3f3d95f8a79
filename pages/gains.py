"""What the heatmaps show, cached by data version. Callers must not change what they are given."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import streamlit as st

from analysis import transfer
from analysis.errors import AtlasError
from analysis.report import measured
from analysis.view_state import ViewState
from pages import data, learning, runs


@st.cache_resource(max_entries=64, show_spinner=False)
def cells(view: ViewState, measure: str, held_out: bool, vary: bool) -> pd.DataFrame:
    """Return a measure of every cell; for accuracies, the zero-shot baseline is the first row."""
    drawn = runs.resampled(view, held_out, vary)
    return measured(drawn, measure)


def comparable_models(view: ViewState) -> list[str]:
    """Names of the base models that were fine-tuned on the view's benchmark by its recipe."""
    return [
        name
        for name in runs.base_models(view.version, view.benchmark)
        if view.recipe is None or view.recipe in runs.recipes(view.version, view.benchmark, name)
    ]


@st.cache_resource(max_entries=16, show_spinner=False)
def averaged(view: ViewState, held_out: bool, vary: bool) -> pd.DataFrame:
    """Return the gains averaged over base models."""
    return transfer.average(
        {
            name: runs.resampled(replace(view, base_model=name), held_out, vary, stream)
            for stream, name in enumerate(comparable_models(view))
        }
    )


def cell(view: ViewState, label: str, test_bin: int, held_out: bool) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return one cell run by run, by the runs' names, and item by item; bins from 1."""
    matrix, inside = runs.runs_of(view), data.cut(view).member == test_bin - 1
    row = matrix.rows["label"].tolist().index(label)
    each = transfer.cell_runs(matrix, inside, row, held_out=held_out)
    known = runs.tuned(view.version, view.benchmark, view.base_model or "", view.recipe)
    names = known.iloc[each["number"]][["run", "seed"]].reset_index(drop=True)
    return names.join(each), transfer.cell_items(matrix, inside, row, held_out=held_out)


@st.cache_resource(max_entries=16, show_spinner=False)
def cross_runs(version: str, base_model: str, recipe: str | None) -> dict[str, pd.DataFrame]:
    """Return runs on any benchmark, named in ``benchmark``, by the label of their training set.

    The widest range comes first.

    Raises
    ------
    AtlasError
        If there are none.
    """
    names = runs.benchmarks_with_runs(version, base_model, recipe)
    if not names:
        raise AtlasError(f"No benchmark has runs of base model {base_model!r}.")
    tuned = pd.concat(
        [runs.tuned(version, name, base_model, recipe).assign(benchmark=name) for name in names],
        ignore_index=True,
    )
    rows, row = transfer.training_sets(tuned)
    of_run = rows["label"].to_numpy()[row]
    return {label: tuned[of_run == label] for label in learning.widest_first(rows)["label"].unique()}


def across(view: ViewState, label: str | None = None) -> pd.DataFrame:
    """Return the gains across benchmarks of a training set; at first that of the widest is shown."""
    chosen = view.version, view.base_model or "", view.recipe
    return cross_gains(*chosen, label or next(iter(cross_runs(*chosen))))


@st.cache_resource(max_entries=64, show_spinner="Reading answers to other benchmarks …")
def cross_gains(version: str, base_model: str, recipe: str | None, label: str) -> pd.DataFrame:
    """Return a training set's gains, of each benchmark trained on (``trained``), on each of them."""
    names = runs.benchmarks_with_runs(version, base_model, recipe)
    tuned = cross_runs(version, base_model, recipe)[label]
    return transfer.cross_gains(
        tuned,
        pd.concat([runs.run_items(version, name) for name in names]),
        data.snapshot(version).responses_of(tuned["run"].tolist()),
        {name: runs.zero_shot(version, name, base_model) for name in names},
    )
