"""What is here, and the three things worth knowing about it."""

from functools import partial

import pandas as pd
import streamlit as st

from analysis import charts
from analysis.glossary import explain
from analysis.transfer import EASY_TO_HARD, FARTHEST, FULL_RANGE, HARD_TO_EASY, OWN_BIN, finding
from analysis.view_state import HeatmapChoices
from pages import data, fits, runs
from pages.figure import figure
from pages.report_button import report_button
from pages.shared import about_data, shown_fit, view
from pages.tour import tour

state = view()
row = data.benchmarks(state.version).set_index("name").loc[state.benchmark]
items = data.items(state.version, state.benchmark, state.fit)
fit = shown_fit(state)


def say_what_training_does(base_model: str) -> None:
    found = runs.pattern(state.version, state.benchmark, state.fit, base_model, state.recipe)
    says = {part: finding(cell) for part, cell in found.iterrows()}
    if found.loc[[OWN_BIN, FARTHEST], "gain"].notna().all():
        third = f"Tested on the **bin trained on**: {says[OWN_BIN]}; "
        third += f"**four or more bins away**: {says[FARTHEST]}."
    else:
        third = f"Trained on the **full range**, tested on all of it: {says[FULL_RANGE]}."
    sentences = [
        f"Trained on **easy** items, tested on **hard** ones: {says[EASY_TO_HARD]}.",
        f"Trained on **hard** items, tested on **easy** ones: {says[HARD_TO_EASY]}.",
        third,
    ]
    st.subheader("What happens when a model is trained on one difficulty?")
    for column, sentence in zip(st.columns(3), sentences, strict=True):
        column.container(border=True, height="stretch").markdown(sentence)
    st.caption(
        f"Gain over zero-shot of {state.tuned} on {state.benchmark}. Easy and hard are the easiest and the "
        "hardest third, of the bins trained on and of the held-out items tested. In brackets: 95% interval "
        "from resampling items and runs; it is about this base model and these runs."
    )
    st.page_link(
        "generalization/heatmap.py",
        label="See every training bin against every test bin",
        icon=":material/grid_on:",
    )


def compare_benchmarks(base_model: str) -> None:
    patterns = {}
    for name in runs.benchmarks_with_runs(state.version, base_model, state.recipe):
        usable = data.usable_fits(state.version, name)
        fit = state.fit if name == state.benchmark else next(iter(usable), None)
        if fit is not None:
            patterns[name] = runs.pattern(state.version, name, fit, base_model, state.recipe)
    st.subheader("On which benchmarks?")
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


st.title("Which training difficulty helps which test difficulty?")
about_data(state)
if row["description"]:
    st.markdown(row["description"])
comparison = None
if state.base_model is not None:
    say_what_training_does(state.base_model)
    tour(state, state.base_model)
    comparison = st.container()

for column, (label, (value, meaning)) in zip(
    st.columns(4),
    {
        "Items": (row["items"], explain("difficulty")),
        "Respondent models": (row["models"], explain("respondent model", "ability", "effective number")),
        "Responses": (row["responses"], explain("Rasch", "2PL")),
        "Fine-tune runs": (row["runs"], explain("zero-shot", "seed")),
    }.items(),
    strict=True,
):
    column.metric(label, f"{value:,}", help=meaning)
st.subheader("How hard are the items?")
half_width = ((items["hdi_high"] - items["hdi_low"]) / 2).median()
nobody, everybody = (items["flag"] == "floor").mean(), (items["flag"] == "ceiling").mean()
st.markdown(
    f"Difficulties run from **{items['mean'].min():.1f}** to **{items['mean'].max():.1f}** {fits.unit(fit)}; "
    f"at zero the average model is right {fits.at_zero(fit)}. The typical item's 94% interval is "
    f"**±{half_width:.2f}**. {nobody:.1%} of items are solved by no model, {everybody:.1%} by every model; "
    "their difficulty is set by the prior."
)
figure(
    partial(charts.difficulty_distribution, items, data.cut(state).edges, unit=fits.unit(fit)),
    items[["item_key", "mean", "hdi_low", "hdi_high", "proportion", "flag"]],
    key="overview_distribution",
    alt=f"Histogram of the difficulty of {len(items)} items with the edges of {data.cut(state).count} bins.",
    caption=f"Posterior means of {len(items):,} items. {fits.interval(fit)}. Dotted: edges of the bins.",
)
left, middle, right = st.columns(3)
left.page_link("generalization/bins.py", label="Choose the bins", icon=":material/view_column:")
right.page_link("use/export.py", label="Take items of some bins with you", icon=":material/download:")
with middle:
    report_button(state, HeatmapChoices())
if state.base_model is not None and comparison is not None:
    with comparison:  # last, since every other benchmark's runs are resampled for it
        compare_benchmarks(state.base_model)
