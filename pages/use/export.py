"""Take items along: a basket, its order, and the form it leaves in."""

import shlex

import streamlit as st

from pages import baskets, fits
from pages.leaving import offer
from pages.shared import about_data, shown_fit, view

state = view()
fit = shown_fit(state)
st.title("Take a difficulty subset with you")
about_data(state)
items = baskets.everything(state)
subset, options = baskets.chosen(state)

sure, inside = subset["p_in_bin"].mean(), sorted(subset["bin"].unique())
st.markdown(
    f"##### {len(subset):,} of {len(items):,} items, difficulty {subset['difficulty'].min():.2f} to "
    f"{subset['difficulty'].max():.2f} {fits.unit(fit)}; in the right bin with probability "
    f"{sure:.0%} on average."
)

name = f"{state.benchmark}-bins-{'-'.join(map(str, inside))}-of-{items['bins'].iloc[0]}"
form_options = offer(subset, name, state.version)

st.subheader("Preview")
hidden = ["content_hash", "benchmark", "licence", "citation", "doc_id"]
st.dataframe(
    subset.drop(columns=hidden).dropna(axis="columns", how="all").head(200),
    hide_index=True,
    height=320,
    placeholder="",
    alt="The first 200 items of the subset, in their order",
)
st.caption(
    f"The first {min(len(subset), 200)} items in their order. Every row carries the item's id and content "
    "hash, difficulty with its interval and the standard deviation if models were independent, bin and "
    "probability of being in it, and the fit, its quality and the data version these come from. "
    f"{fits.interval(fit)}."
)
st.caption(f"Cite: {subset['citation'].iloc[0]}")
if not fit["converged"]:
    st.caption("The command line exports only fits that converged.")
    st.stop()
if form_options:
    st.subheader("The same from the command line")
    st.code(
        shlex.join(["python", "-m", "analysis", "export", *options, *form_options]),
        language="bash",
        wrap_lines=True,
    )
