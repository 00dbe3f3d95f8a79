"""Gain over zero-shot, training set × test bin."""

import json
from functools import partial

import pandas as pd
import streamlit as st

from analysis import charts
from analysis.report import caption, headline, whose
from analysis.subsets import cells_table as cells_with_origin
from pages import baskets, runs
from pages.ahead import prepare
from pages.cell import choose_cell, click, say_what_happened
from pages.cells_table import cells_table
from pages.figure import figure
from pages.heatmap_choices import choose, chosen_cells, other_choices
from pages.report_button import report_button
from pages.shared import about_data, needs_runs, view
from pages.table_download import offer_table

state = view()
st.title("Train on one difficulty, test on another")
about_data(state)
base_model = needs_runs(state)

choices = choose(state)
prepare(
    state,
    partial(chosen_cells, choices=choices),
    runs.contrasts_of,
    also=[partial(chosen_cells, choices=other) for other in other_choices(state, choices)],
)
cells = chosen_cells(state, choices)
says = headline(runs.contrasts_of(state))
if says:
    st.markdown(f"##### {says}")
if not choices.held_out:
    st.warning("Items that a run was trained on are counted, as published: its own bin is partly memory.")
figure(
    partial(
        charts.gain_heatmap,
        cells,
        measure=choices.measure,
        marks=choices.marks,
        mask=choices.mask,
        intervals=choices.intervals,
    ),
    cells.assign(test_bin=cells["test_bin"] + 1).drop(columns="row"),
    key="heatmap",
    on_select=click,
    selection_mode="points",
    alt=(
        f"Heatmap, {choices.measure} of {whose(state, choices)}: {cells['row'].nunique()} training sets by "
        f"{cells['test_bin'].nunique()} test bins; gains over zero-shot from {100 * cells['gain'].min():.0f} "
        f"to {100 * cells['gain'].max():.0f} points."
    ),
    caption=caption(state, choices, cells),
)
trained = cells[cells["row"] >= 0]
tuned = runs.tuned(state.version, state.benchmark, base_model, state.recipe)
trained_in = tuned["bins_of"].dropna().unique()
if len(trained_in) and set(trained_in) != {cells["test_bin"].nunique()}:
    st.caption(
        f"Rows are the bins that were trained on, of {int(trained_in.max())}; columns are your bins. Choose "
        f"quantile and {int(trained_in.max())} bins to see the same cut on both sides."
    )
if trained["seeds"].min() == 1:
    st.warning(
        "One seed a row: the intervals do not contain the noise of training.", icon=":material/warning:"
    )

report_button(state, choices)
chosen = choose_cell(list(trained["train"].unique()), cells["test_bin"].nunique())
if chosen is not None:
    say_what_happened(state, *chosen, cells, held_out=choices.held_out)

st.subheader("The same in numbers")
cells_table(cells, choices.measure)
offer_table(
    state,
    "cells",
    lambda: cells_with_origin(
        cells,
        baskets.everything(state),
        base_model=", ".join(choices.models) or base_model,
        recipe=state.recipe,
        measure=choices.measure,
    ),
)
details = tuned["hyperparameters"].dropna()
if len(details):
    with st.expander("How the runs were trained"):
        st.dataframe(pd.json_normalize([json.loads(text) for text in details.unique()]), hide_index=True)
