"""What is here, and the three things worth knowing about it."""

import pandas as pd
import streamlit as st

from analysis import charts
from analysis.transfer import EASY, FULL, HARD
from pages import data
from pages.shared import about_data, points, style, view

state = view()
row = data.benchmarks(state.version).set_index("name").loc[state.benchmark]
items = data.items(state.version, state.benchmark, state.fit)


def say_what_training_does() -> None:
    cells = data.contrasts(state).set_index(["train", "test_bin"])
    st.subheader("What happens when a model is trained on one difficulty?")
    sentences = [
        (EASY, 2, "Trained on **easy** items, tested on **hard** ones"),
        (HARD, 0, "Trained on **hard** items, tested on **easy** ones"),
        (FULL, 1, "Trained on the **full range**, tested on the **middle**"),
    ]
    for column, (train, test_bin, says) in zip(st.columns(3), sentences, strict=True):
        if (train, test_bin) not in cells.index or pd.isna(cells.loc[(train, test_bin), "gain"]):
            continue
        cell = cells.loc[(train, test_bin)]
        with column.container(border=True, height="stretch"):
            st.markdown(f"{says}: {points(cell)} against zero-shot.")
            st.caption(f"{cell['before']:.0%} → {cell['after']:.0%} right on {cell['items']} held-out items")
    st.caption(
        "Easy, middle and hard are thirds, of the bins trained on and of the held-out items tested. In "
        "brackets: 95% interval from resampling items and runs; it is about this base model and these runs."
    )
    st.page_link(
        "generalization/heatmap.py",
        label="See every training bin against every test bin",
        icon=":material/grid_on:",
    )


st.title("Which training difficulty helps which test difficulty?")
about_data(state)
if row["description"]:
    st.markdown(row["description"])
if state.base_model is not None:
    say_what_training_does()

for column, (label, value) in zip(
    st.columns(4),
    {
        "Items": row["items"],
        "Respondent models": row["models"],
        "Responses": row["responses"],
        "Fine-tune runs": row["runs"],
    }.items(),
    strict=True,
):
    column.metric(label, f"{value:,}")
st.subheader("How hard are the items?")
half_width = ((items["hdi_high"] - items["hdi_low"]) / 2).median()
nobody, everybody = (items["flag"] == "floor").mean(), (items["flag"] == "ceiling").mean()
st.markdown(
    f"Difficulties run from **{items['mean'].min():.1f}** to **{items['mean'].max():.1f}** logits; at zero "
    f"the average model is right half the time. The typical item's 94% interval is **±{half_width:.2f}**. "
    f"{nobody:.1%} of items are solved by no model, {everybody:.1%} by every model; their difficulty is "
    "set by the prior."
)
st.plotly_chart(
    charts.difficulty_distribution(items, data.cut(state).edges, style()),
    theme=None,
    key="overview_distribution",
    alt=f"Histogram of the difficulty of {len(items)} items with the edges of {data.cut(state).count} bins.",
)
left, right = st.columns(2)
left.page_link("generalization/bins.py", label="Choose the bins", icon=":material/view_column:")
right.page_link("use/export.py", label="Take items of some bins with you", icon=":material/download:")
