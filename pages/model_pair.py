"""Two models compared item by item."""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st

from analysis import charts, explore
from analysis.view_state import ViewState
from pages import answers, data
from pages.figure import figure
from pages.item_link import SELECTS, open_selected
from pages.notes import say_what_is_not_here
from pages.plain import plain

number = st.column_config.NumberColumn
MOST_ITEMS = 200


@st.fragment
def compare_two(state: ViewState, models: pd.DataFrame) -> None:
    """Draw the choice of two models, and what each solves that the other does not."""
    st.subheader("Two models, item by item")
    names = models["name"].tolist()
    if len(names) < 2:
        st.info("There is one model only.", icon=":material/info:")
        return
    say_what_is_not_here(state.version, first=names, second=names)
    left, right = st.columns(2)
    first = left.selectbox("One model", names, key="first", bind="query-params")
    second = right.selectbox("Another", names, index=1, key="second", bind="query-params")
    if first == second:
        st.info("Choose two different models.", icon=":material/info:")
        return
    of = (state.version, state.benchmark, state.fit)
    numbers = models.set_index("name")["model"]
    one, other = (answers.of_model(*of, int(numbers[name])) for name in (first, second))
    p_one, p_other = (answers.probability(*of, int(numbers[name])) for name in (first, second))
    bins = data.cut(state)
    _say(explore.matched_difference(one, other), first, second)
    difference = explore.compare_by_bin(one, other, bins.member, bins.count)
    if difference["items"].sum():
        figure(
            partial(charts.difference_by_bin, difference, first, second),
            difference,
            key="difference",
            alt=f"Difference of two models' proportions right in {bins.count} bins, with intervals.",
            caption=(
                f"Points that {plain(first)} is right more often, of the items of a bin that both answered. "
                "94% intervals (Agresti & Min 2005), each for its own bin; full marks: it excludes zero."
            ),
        )
    left, right = st.columns(2)
    with left:
        _only(state, first, second, explore.only_one_solves(one, other, p_one, p_other), key="only_first")
    with right:
        _only(state, second, first, explore.only_one_solves(other, one, p_other, p_one), key="only_second")


def _say(found: explore.MatchedDifference, first: str, second: str) -> None:
    if found.items == 0:
        st.info("No item was answered by both.", icon=":material/info:")
        return
    better, worse = (first, second) if found.difference >= 0 else (second, first)
    size, low, high = (100 * value for value in (found.difference, found.low, found.high))
    if found.difference < 0:
        size, low, high = -size, -high, -low
    verdict = (
        f"**{plain(better)}** is right **{size:.1f} points** [{low:.1f}, {high:.1f}] more often than "
        f"{plain(worse)}"
        if low > 0
        else f"**The data cannot tell** which is right more often: {plain(better)} by **{size:.1f} points** "
        f"[{low:.1f}, {high:.1f}]"
    ).replace("[-", "[−")
    p = "p < 0.001" if found.p < 0.001 else f"p = {found.p:.3f}"
    st.markdown(
        f"{verdict}, on the {found.items:,} items that both answered. {plain(first)} alone solves "
        f"**{found.only_first:,}**, {plain(second)} alone **{found.only_second:,}** (McNemar's exact "
        f"test: {p})."
    )


def _only(state: ViewState, who: str, whom: str, solved: pd.DataFrame, *, key: str) -> None:
    st.markdown(f"##### Solved by {plain(who)}, missed by {plain(whom)}")
    if solved.empty:
        st.caption("No item.")
        return
    known = data.items(state.version, state.benchmark, state.fit).set_index("item")
    columns = [name for name in ("prompt", "target", "subtask") if known[name].notna().any()]
    table = solved.head(MOST_ITEMS).join(known[["item_key", *columns, "mean"]], on="item")
    percent = {name: 100 * table[name] for name in ("p_solver", "p_other")}
    event = st.dataframe(
        table.assign(**percent)[["item_key", "mean", "p_solver", "p_other", *columns]],
        column_config={
            "item_key": "Item",
            "prompt": "Text",
            "target": "Answer",
            "subtask": "Kind",
            "mean": number("Difficulty", format="%.2f"),
            "p_solver": number("Expected of it", format="%.0f%%", help=f"That {who} solves it, by the curve"),
            "p_other": number("of the other", format="%.0f%%", help=f"That {whom} solves it, by the curve"),
        },
        hide_index=True,
        height=min(280, 38 + 35 * len(table)),
        key=key,
        alt=f"Items that {who} alone solves, the most surprising first",
        **SELECTS,
    )
    more = f", of which {MOST_ITEMS} are listed" if len(solved) > MOST_ITEMS else ""
    st.caption(f"{len(solved):,} items{more}, the most surprising first.")
    open_selected(table, event)
