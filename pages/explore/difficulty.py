"""How hard every item is, and how sure that is."""

from typing import Any

import streamlit as st

from analysis import charts
from pages import data
from pages.shared import about_data, style, view

state = view()
items = data.items(state.version, state.benchmark, state.fit)
bins = data.cut(state)

st.title("How hard is each item?")
about_data(state)
left, right = st.columns(2)
with left:
    st.plotly_chart(
        charts.difficulty_distribution(items, bins.edges, style()),
        theme=None,
        key="distribution",
        alt=f"Histogram of the difficulty of {len(items)} items.",
    )
    st.caption(
        f"Posterior means of {len(items):,} items; dotted: edges of the {bins.count} bins. At zero the "
        "average model is right half the time."
    )
with right:
    st.plotly_chart(
        charts.difficulty_ranks(items, style()),
        theme=None,
        key="ranks",
        alt=f"Difficulty of {len(items)} items in order, with 94% intervals.",
    )
    st.caption("Line: posterior mean. Band: 94% highest-density interval of each item (Rasch, PyMC).")

table = items.assign(
    bin=bins.member + 1, p_in_bin=100 * bins.own_probability, proportion=100 * items["proportion"]
).sort_values("mean")
shown: dict[str, Any] = {
    "item_key": st.column_config.TextColumn("Item", width="small"),
    "prompt": "Text",
    "target": "Answer",
    "mean": st.column_config.NumberColumn("Difficulty", format="%.2f", help="Posterior mean, logits"),
    "hdi_low": st.column_config.NumberColumn("94% from", format="%.2f"),
    "hdi_high": st.column_config.NumberColumn("to", format="%.2f"),
    "proportion": st.column_config.NumberColumn("Right", format="%.0f%%", help="Of the models that answered"),
    "answered": st.column_config.NumberColumn("Models", help="That answered the item"),
    "bin": st.column_config.NumberColumn("Bin"),
    "p_in_bin": st.column_config.ProgressColumn(
        "P(in bin)",
        min_value=0,
        max_value=100,
        format="%.0f%%",
        help="Share of the posterior inside this bin",
    ),
    "flag": st.column_config.TextColumn(
        "Flag", help="floor: solved by nobody; ceiling: by all. Set by the prior."
    ),
}
# A column that says the same of every item says nothing of any.
present = [column for column in shown if table[column].nunique(dropna=False) > 1]
needle = st.text_input("Find items whose id or text contains", key="find", bind="query-params")
if needle:
    text = table[["item_key", "prompt", "subtask"]].fillna("").agg(" ".join, axis=1)
    table = table[text.str.contains(needle, case=False, regex=False)]
st.dataframe(
    table[present],
    column_config=shown,
    hide_index=True,
    height=420,
    placeholder="",
    alt="Items with difficulty, interval and bin, easiest first",
)
st.caption(f"{len(table):,} of {len(items):,} items, easiest first. Click a column's head to sort.")
st.info(
    "On complete data the Rasch order of items is the order of the proportion of models that got them right; "
    "the fit adds the scale, the uncertainty, and fair treatment of missing responses. The interval takes "
    "models as independent; near-copies among them make it too narrow.",
    icon=":material/info:",
)
