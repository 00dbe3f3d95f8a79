"""What pages ask of the library about fine-tune runs, cached by data version.

Callers must not change what they are given.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from analysis import report, transfer
from analysis.transfer.resampled import Resampled
from analysis.view_state import ViewState
from pages import data


@st.cache_resource(max_entries=32, show_spinner=False)
def runs(version: str, benchmark: str) -> pd.DataFrame:
    return data.snapshot(version).runs(benchmark)


@st.cache_resource(max_entries=8, show_spinner="Reading fine-tune runs …")
def run_items(version: str, benchmark: str) -> pd.DataFrame:
    """What the runs of all base models were trained on."""
    return data.snapshot(version).run_items(benchmark)


@st.cache_resource(max_entries=8, show_spinner="Reading fine-tune runs …")
def run_responses(version: str, benchmark: str) -> pd.DataFrame:
    """What the runs of all base models answered."""
    return data.snapshot(version).run_responses(benchmark)


@st.cache_resource(max_entries=64, show_spinner=False)
def base_models(version: str, benchmark: str) -> list[str]:
    """Names of the base models that have a zero-shot baseline and fine-tune runs."""
    return transfer.base_models(runs(version, benchmark))


@st.cache_resource(max_entries=128, show_spinner=False)
def recipes(version: str, benchmark: str, base_model: str | None) -> list[str]:
    return transfer.recipes(runs(version, benchmark), base_model)


def benchmarks_with_runs(version: str, base_model: str | None, recipe: str | None) -> list[str]:
    """Names of the benchmarks that a base model was fine-tuned on by a recipe."""
    return [
        name
        for name in data.benchmarks(version)["name"]
        if base_model in base_models(version, name)
        and (recipe is None or recipe in recipes(version, name, base_model))
    ]


@st.cache_resource(max_entries=64, show_spinner=False)
def tuned(version: str, benchmark: str, base_model: str, recipe: str | None) -> pd.DataFrame:
    return transfer.tuned_runs(runs(version, benchmark), base_model=base_model, recipe=recipe)


@st.cache_resource(max_entries=64, show_spinner=False)
def zero_shot(version: str, benchmark: str, base_model: str) -> np.ndarray:
    """Return what a base model got right before training; see `transfer.zero_shot`."""
    items = data.benchmarks(version).set_index("name").loc[benchmark, "items"]
    return transfer.zero_shot(runs(version, benchmark), run_responses(version, benchmark), base_model, items)


@st.cache_resource(max_entries=16, show_spinner=False)
def run_matrix(
    version: str, benchmark: str, base_model: str, recipe: str | None, n_items: int
) -> transfer.RunMatrix:
    return transfer.run_matrix(
        runs(version, benchmark),
        run_items(version, benchmark),
        run_responses(version, benchmark),
        base_model=base_model,
        recipe=recipe,
        n_items=n_items,
    )


@st.cache_resource(max_entries=16, show_spinner="Resampling items and seeds …")
def resampled(view: ViewState, held_out: bool = True, vary: bool = False, stream: int = 0) -> Resampled:
    """Gains of the view's cells; with ``vary``, bins are cut anew in draws from the posterior."""
    cells = data.cut(view)
    return transfer.resample(
        runs_of(view),
        cells.member,
        cells.count,
        held_out=held_out,
        members=data.drawn_members(view) if vary else None,
        stream=stream,
    )


@st.cache_resource(max_entries=64, show_spinner="Resampling items and seeds …")
def contrasts(version: str, benchmark: str, fit: str, base_model: str, recipe: str | None) -> pd.DataFrame:
    """Return what training on one end of the scale does to the other; bins have no part in it."""
    difficulty = data.difficulty(version, benchmark, fit)
    runs_there = run_matrix(version, benchmark, base_model, recipe, len(difficulty))
    return transfer.contrasts(runs_there, difficulty)


def contrasts_of(view: ViewState) -> pd.DataFrame:
    return contrasts(view.version, view.benchmark, view.fit, view.base_model or "", view.recipe)


@st.cache_resource(max_entries=64, show_spinner="Resampling items and seeds …")
def pattern(version: str, benchmark: str, fit: str, base_model: str, recipe: str | None) -> pd.DataFrame:
    items = data.items(version, benchmark, fit)
    return report.pattern_of(items, run_matrix(version, benchmark, base_model, recipe, len(items)))


def runs_of(view: ViewState) -> transfer.RunMatrix:
    n_items = len(data.items(view.version, view.benchmark, view.fit))
    return run_matrix(view.version, view.benchmark, view.base_model or "", view.recipe, n_items)
