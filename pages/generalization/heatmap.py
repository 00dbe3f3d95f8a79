"""Gain over zero-shot, training set × test bin."""

import json

import pandas as pd
import streamlit as st

from analysis import charts
from analysis.transfer import EASY, HARD, MIN_ITEMS, points
from pages import runs
from pages.shared import about_data, needs_runs, style, view

state = view()
st.title("Train on one difficulty, test on another")
about_data(state)
base_model = needs_runs(state)

left, right = st.columns(2)
intervals = left.toggle("Write intervals into the cells", value=True, key="intervals", bind="query-params")
memory = right.toggle(
    "Count items the model was trained on",
    key="memory",
    bind="query-params",
    help="The published convention. It makes the diagonal partly memory; by default such items are left out.",
)
gains = runs.gains(state, held_out=not memory)
contrast = runs.contrasts(state).set_index(["train", "test_bin"])
if {(EASY, 2), (HARD, 0)} <= set(contrast.dropna(subset="gain").index):
    st.markdown(
        f"##### Easy-only training moves the hardest third by {points(contrast.loc[(EASY, 2)])}; "
        f"hard-only training moves the easiest third by {points(contrast.loc[(HARD, 0)])}."
    )
if memory:
    st.warning("Items that a run was trained on are counted, as published: its own bin is partly memory.")
st.plotly_chart(
    charts.gain_heatmap(gains, style(), intervals=intervals),
    theme=None,
    key="heatmap",
    config={"toImageButtonOptions": {"format": "svg", "filename": f"gain-{state.benchmark}-{state.version}"}},
    alt=(
        f"Heatmap of the gain over zero-shot of {state.tuned}: {gains['row'].nunique()} training sets "
        f"by {gains['test_bin'].nunique()} test bins, from {100 * gains['gain'].min():.0f} to "
        f"{100 * gains['gain'].max():.0f} points."
    ),
)
seeds, (fewest, most) = gains["seeds"].min(), gains["items"].agg(["min", "max"])
held_out = f"{fewest}" if fewest == most else f"{fewest} to {most}"
st.caption(
    f"Percentage points gained over zero-shot by {state.tuned}, mean of {seeds} seeds, on "
    f"{held_out} held-out items a bin. Bold: the 95% interval of that cell alone "
    "excludes zero (joint bootstrap of items and seeds, paired with the baseline); of 100 cells without any "
    f"effect about 5 would be bold. A dash: fewer than {MIN_ITEMS} items."
)
tuned = runs.tuned(state.version, state.benchmark, base_model, state.recipe)
trained_in = tuned["bins_of"].dropna().unique()
if set(trained_in) != {gains["test_bin"].nunique()}:
    st.caption(
        f"Rows are the bins that were trained on, of {int(trained_in.max())}; columns are your bins. Choose "
        f"quantile and {int(trained_in.max())} bins to see the same cut on both sides."
    )
if seeds == 1:
    st.warning(
        "One seed a row: the intervals do not contain the noise of training.", icon=":material/warning:"
    )

st.subheader("The same in numbers")
percent = ["gain", "low", "high", "before", "after"]
numbers = gains.assign(test_bin=gains["test_bin"] + 1, **{name: 100 * gains[name] for name in percent})
point = st.column_config.NumberColumn
st.dataframe(
    numbers[["train", "test_bin", *percent, "items", "seeds", "blank"]].dropna(axis="columns", how="all"),
    column_config={
        "train": "Trained on bin",
        "test_bin": point("Test bin"),
        "gain": point("Gain, points", format="%+.1f"),
        "low": point("95% from", format="%+.1f"),
        "high": point("to", format="%+.1f"),
        "before": point("Before", format="%.0f%%"),
        "after": point("After", format="%.0f%%"),
        "items": point("Held-out items"),
        "seeds": point("Seeds"),
        "blank": "Why blank",
    },
    hide_index=True,
    height=320,
    placeholder="",
    alt="Gain, interval, accuracy before and after of every cell",
)
details = tuned["hyperparameters"].dropna()
if len(details):
    with st.expander("How the runs were trained"):
        st.dataframe(pd.json_normalize([json.loads(text) for text in details.unique()]), hide_index=True)
