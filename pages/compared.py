"""What training on one difficulty does on every benchmark."""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st

from analysis import charts
from analysis.transfer import EASY_TO_HARD, HARD_TO_EASY, over_benchmarks
from analysis.view_state import ViewState
from pages import data, runs
from pages.figure import figure


def patterns_of(state: ViewState) -> dict[str, pd.DataFrame]:
    """Return the pattern of every benchmark that the base model was trained on, by its name."""
    patterns = {}
    for name in runs.benchmarks_with_runs(state.version, state.base_model, state.recipe):
        usable = data.usable_fits(state.version, name)
        fit = state.fit if name == state.benchmark else next(iter(usable), None)
        if fit is not None:
            patterns[name] = runs.pattern(state.version, name, fit, str(state.base_model), state.recipe)
    return patterns


def compare_benchmarks(state: ViewState) -> None:
    """Draw what training does on every benchmark that the base model was trained on."""
    patterns = patterns_of(state)
    st.subheader("On which benchmarks?")
    together = pd.concat(patterns).swaplevel()
    easy, hard = (over_benchmarks(together.loc[part]) for part in (EASY_TO_HARD, HARD_TO_EASY))
    st.markdown(f"##### Easy training, hard items: {easy}. Hard training, easy items: {hard}.")
    figure(
        partial(charts.pattern_table, patterns),
        pd.concat(patterns, names=["benchmark", "part"]).reset_index(),
        key="patterns",
        alt=f"Table of gains by training difficulty, of {len(patterns)} benchmarks, with 95% intervals.",
        caption=(
            f"Percentage points gained over zero-shot by {state.tuned}. Small: ends of the 95% interval; "
            "bold: it excludes zero. Full range: trained and tested on all bins. 1 away: tested on a bin "
            "next to the one trained on; bins are those that the runs were trained in, whatever the "
            "sidebar's cut."
        ),
    )
