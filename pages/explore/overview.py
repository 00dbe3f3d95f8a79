"""What is here, and the three things worth knowing about it."""

from functools import partial

import pandas as pd
import streamlit as st

from analysis import charts
from analysis.glossary import explain
from analysis.view_state import HeatmapChoices
from pages import data, fits
from pages.ahead import prepare
from pages.compared import compare_benchmarks, patterns_of
from pages.figure import figure
from pages.known import what_fits_say, what_training_does
from pages.plain import plain
from pages.report_button import report_button
from pages.shared import about_data, shown_fit, view
from pages.tour import tour

state = view()
row = data.benchmarks(state.version).set_index("name").loc[state.benchmark]
has_runs = state.base_model is not None

st.title(
    "Which training difficulty helps which test difficulty?"
    if has_runs
    else f"How hard is {plain(row['title'])} for language models?"
)
about_data(state)
items, fit = data.items(state.version, state.benchmark, state.fit), shown_fit(state)
prepare(state, data.cut, patterns_of)
if pd.notna(row["description"]):
    st.markdown(row["description"])
if has_runs:
    what_training_does(state)
    tour(state, str(state.base_model))
else:
    what_fits_say(state, items)
comparison = st.container()

with st.container(horizontal=True, gap="medium"):
    for label, value, meaning in (
        ("Items", row["items"], explain("difficulty")),
        ("Respondent models", row["models"], explain("respondent model", "ability", "effective number")),
        ("Responses", row["responses"], explain("Rasch", "2PL")),
        ("Fine-tune runs", row["runs"], explain("zero-shot", "seed")),
    ):
        st.metric(label, f"{value:,}", help=meaning, width="content")
st.subheader("How hard are the items?")
half_width = ((items["hdi_high"] - items["hdi_low"]) / 2).median()
nobody, everybody = (items["flag"] == "floor").sum(), (items["flag"] == "ceiling").sum()
ends = "Every item is solved by some models and missed by others."
if nobody or everybody:
    ends = (
        f"No model solves {nobody:,} of the {len(items):,} items, every model {everybody:,}: the difficulty "
    )
    ends += "of these is set by the prior."
st.markdown(
    f"Difficulties run from **{items['mean'].min():.1f}** to **{items['mean'].max():.1f}** {fits.unit(fit)}; "
    f"at zero the average model is right {fits.at_zero(fit)}. The typical item's 94% interval is "
    f"**±{half_width:.2f}**. {ends}".replace("**-", "**−")
)
figure(
    partial(charts.difficulty_distribution, items, data.cut(state).edges, unit=fits.unit(fit)),
    items[["item_key", "mean", "hdi_low", "hdi_high", "proportion", "flag"]],
    key="overview_distribution",
    alt=f"Histogram of the difficulty of {len(items)} items with the edges of {data.cut(state).count} bins.",
    caption=f"Posterior means of {len(items):,} items. {fits.interval(fit)}. Dotted: edges of the bins.",
)
left, middle, right = st.columns(3, vertical_alignment="center")
left.page_link("generalization/bins.py", label="Choose the bins", icon=":material/view_column:")
right.page_link("use/export.py", label="Take items of some bins with you", icon=":material/download:")
with middle:
    report_button(state, HeatmapChoices())
if has_runs:
    with comparison:  # last, since every other benchmark's runs are resampled for it
        compare_benchmarks(state)
