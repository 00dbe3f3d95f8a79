"""What families of models do to difficulties."""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st

from analysis import charts
from analysis.fit_words import SOURCES
from analysis.view_state import ViewState
from pages import answers, data, trusted
from pages.figure import figure
from pages.shared import shown_fit


def lineage(state: ViewState) -> None:
    """Draw families, the width of intervals with and without them, and what leaving one out does."""
    st.subheader("Models that descend from each other")
    fit = shown_fit(state)
    if fit["interval"] != "lineage":
        st.info(
            "No families of models are known to this fit, so that its intervals take models as independent; "
            "near-copies among them make these too narrow. Give models a family or an organisation when you "
            "import them, or look for near-copies in the responses: "
            f"`python -m analysis fit --benchmark {state.benchmark} --families responses`",
            icon=":material/info:",
        )
        return
    models = answers.abilities(state.version, state.benchmark, state.fit)
    items = data.items(state.version, state.benchmark, state.fit)
    ratio = (items["sd"] / items["posterior_sd"]).median()
    st.markdown(
        f"**{fit['models']:,} models tell as much as {fit['effective_models']:,.0f} independent ones**: they "
        f"are of {fit['families']:,.0f} families ({SOURCES[fit['family_source']]}). Allowing for that "
        f"makes the typical interval {ratio:.2f} times as wide."
    )
    left, right = st.columns(2)
    if models["family"].notna().any():
        sizes = models["family"].value_counts()
        with left:
            figure(
                partial(charts.family_sizes, models),
                models[["name", "family"]],
                key="families",
                alt=f"Models by family: {len(sizes)} families, the largest of {sizes.iloc[0]} models.",
                caption=(
                    f"{len(models):,} models by family; half of the families have {sizes.median():.0f} or "
                    "fewer."
                ),
            )
    else:
        left.info("Which model is of which family was not kept with this fit.", icon=":material/info:")
    with right:
        figure(
            partial(charts.interval_widths, items),
            items[["item_key", "posterior_sd", "sd"]],
            key="widths",
            alt=f"Lineage-aware over independent width of {len(items)} intervals: median {ratio:.2f}.",
            caption=(
                f"{len(items):,} items: standard deviation of the difficulty with whole families resampled, "
                "over that of the posterior, which takes models as independent. Never below 1."
            ),
        )
    left_out(state, len(items))


def left_out(state: ViewState, items: int) -> None:
    st.subheader("Does one family decide the order of the items?")
    table = trusted.fit_check(state.version, "left_out", state.fit)
    if table.empty:
        st.info(
            "This fit did not keep what leaving out one family after the other does. A fit made here does: "
            f"`python -m analysis fit --benchmark {state.benchmark}`",
            icon=":material/info:",
        )
        return
    worst: pd.Series = table.loc[table["share"].idxmax()]
    st.markdown(
        f"**{worst['share']:.1%} of the items change decile** ({worst['moved']:,} of {items:,}) at most, "
        f"without one family of {worst['models']:,} models. The order of difficulties stays at a rank "
        f"correlation of {table['spearman'].min():.4f} or above."
    )
    figure(
        partial(charts.without_families, table),
        table,
        key="left_out",
        alt=f"Items that change decile without each of {len(table)} families: at most {worst['share']:.1%}.",
        caption=(
            f"The {len(table)} largest families of two or more models, each left out in turn and "
            "difficulties estimated again; in brackets how many models or items. Those with the most "
            "changes are drawn."
        ),
    )
