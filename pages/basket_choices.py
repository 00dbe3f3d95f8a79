"""The basket's controls: which items are wanted."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from analysis import subsets

BY_HAND, LOOK = "ids", "look"


def choose(items: pd.DataFrame) -> subsets.Selection:
    """Draw the basket's controls and return what they ask for."""
    numbers = list(range(1, int(items["bins"].iloc[0]) + 1))
    bins = st.pills(
        "Bins (1 is the easiest)",
        numbers,
        selection_mode="multi",
        default=numbers[-max(1, len(numbers) // 3) :],
        key="take",
        bind="query-params",
    )
    first, second, third, fourth = st.columns(4)
    low = first.number_input("Difficulty from", value=None, step=0.5, key="from", bind="query-params")
    high = second.number_input("to", value=None, step=0.5, key="to", bind="query-params")
    sure = third.slider(
        "P(in bin) at least, %",
        0,
        100,
        0,
        5,
        key="sure",
        bind="query-params",
        help="How surely an item belongs to its bin: the share of its posterior there.",
    )
    text = fourth.text_input("Id, text or subtask contains", key="contains", bind="query-params")
    left, right = st.columns(2)
    subtasks = sorted(items["subtask"].dropna().unique())
    wanted: list[str] = []
    if len(subtasks) > 1:
        wanted = left.multiselect(
            "Subtasks", subtasks, key="subtasks", bind="query-params", placeholder="all"
        )
    flags = right.pills(
        "Flags",
        subsets.FLAGS,
        selection_mode="multi",
        key="flags",
        bind="query-params",
        help="None chosen: all. floor: solved by nobody; ceiling: by all; suspect: see the page Difficulty.",
    )
    return subsets.Selection(
        bins=tuple(bins),
        low=-np.inf if low is None else low,
        high=np.inf if high is None else high,
        min_p=sure / 100,
        subtasks=tuple(wanted),
        flags=tuple(flags),
        text=text,
        keys=_by_hand(items),
    )


def _by_hand(items: pd.DataFrame) -> tuple[str, ...]:
    """Let ids be typed or picked; return those that exist, and say which do not."""
    # A link's values are in the address before the widgets know them.
    in_use = any(name in st.query_params or st.session_state.get(name) for name in (BY_HAND, LOOK))
    with st.expander("Add items by hand", expanded=in_use):
        text = st.text_input("Ids of items, with spaces or commas between", key=BY_HAND, bind="query-params")
        needle = st.text_input("Find items to add", key=LOOK, bind="query-params")
        if needle:
            hits = items[subsets.contains(items, needle)].head(100)
            chosen = st.dataframe(
                hits[["item_key", "prompt", "difficulty", "bin"]].dropna(axis="columns", how="all"),
                hide_index=True,
                height=200,
                selection_mode="multi-row",
                on_select="rerun",
                key="hits",
                alt="Items that contain the text, up to 100",
            )
            picked = hits["item_key"].iloc[chosen["selection"]["rows"]].tolist()
            st.button(f"Add {len(picked)} items", on_click=_add, args=(picked,), disabled=not picked)
    asked = tuple(dict.fromkeys(text.replace(",", " ").split()))
    known = set(items["item_key"]) if asked else set()
    if unknown := [key for key in asked if key not in known]:
        st.warning(f"Not in this benchmark, so left out: {', '.join(unknown[:5])}.", icon=":material/link:")
    return tuple(key for key in asked if key in known)


def _add(keys: list[str]) -> None:
    before = st.session_state.get(BY_HAND, "").replace(",", " ").split()
    st.session_state[BY_HAND] = " ".join(dict.fromkeys([*before, *keys]))
