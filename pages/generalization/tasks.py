"""Gain over zero-shot, benchmark trained on × benchmark tested on."""

from functools import partial

import streamlit as st

from analysis import charts
from analysis.transfer import MIN_ITEMS
from pages import gains, runs
from pages.ahead import prepare
from pages.figure import figure
from pages.shared import about_data, needs_runs, view
from pages.training_set import in_words, training_set

state = view()
st.title("Train on one benchmark, test on another")
about_data(state)
base_model = needs_runs(state)

trained = runs.benchmarks_with_runs(state.version, base_model, state.recipe)
if len(trained) == 1:
    st.info(
        f"Only {trained[0]} has runs of {state.tuned}, so there is no other benchmark to compare with.",
        icon=":material/info:",
    )
    st.stop()
labels = list(gains.cross_runs(state.version, base_model, state.recipe))
label = training_set(labels, state.version)
prepare(state, gains.across, also=[partial(gains.across, label=other) for other in labels])
cells = gains.across(state, label)
own = cells["trained"] == cells["tested"]
others = cells[~own].dropna(subset="gain")
if len(others):
    more, less = (others["low"] > 0).sum(), (others["high"] < 0).sum()
    st.markdown(
        f"##### Trained on {in_words(label)}: of {len(others)} pairs of different benchmarks, {more} gain, "
        f"{less} lose, for {len(others) - more - less} the data cannot tell."
    )
elsewhere = sorted(others["items"].unique())
asked = " to ".join(map(str, dict.fromkeys([elsewhere[0], elsewhere[-1]]))) if elsewhere else "no"
seeds = " to ".join(map(str, dict.fromkeys([cells["seeds"].min(), cells["seeds"].max()])))
figure(
    partial(charts.cross_heatmap, cells),
    cells,
    key="tasks",
    alt=(
        f"Heatmap of the gain over zero-shot of {state.tuned}: {cells['trained'].nunique()} benchmarks "
        f"trained on by {cells['tested'].nunique()} tested on."
    ),
    caption=(
        f"Percentage points gained over zero-shot by {state.tuned}, mean of {seeds} seeds, on a sample of "
        f"{asked} held-out items of every other benchmark. Outlined: the benchmark trained on, all its "
        "held-out items. Small: ends of the 95% interval of that cell alone (joint bootstrap of items and "
        "seeds, paired with the baseline of the benchmark tested on); bold: it excludes zero; of 100 cells "
        f"without any effect about 5 would be bold. A dash: fewer than {MIN_ITEMS} items."
    ),
)
lacking = [name for name in trained if name not in set(cells["trained"])]
if lacking:
    st.caption(f"Without runs on {in_words(label)}: {', '.join(lacking)}.")
