"""The choice of an item: by key, by search, or the next one in the order of difficulty."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd
import streamlit as st

from analysis.explore import find_items
from pages.plain import plain
from pages.real_minus import real_minus

KEY = "item"
MOST_FOUND = 50


def choose_item(items: pd.DataFrame, benchmark: str) -> tuple[pd.DataFrame, int]:
    """Draw the controls; return the items in the order of difficulty, and the chosen one's place in it."""
    ordered = items.sort_values(["mean", "item"], ignore_index=True)
    middle = len(ordered) // 2
    left, right = st.columns(2)
    asked = left.text_input(
        "Item",
        key=KEY,
        bind="query-params",
        placeholder=ordered["item_key"][middle],
        help="The item's key. Left empty: the item in the middle of the order of difficulty.",
    )
    needle = right.text_input(
        "Search",
        key="search",
        bind="query-params",
        placeholder="text or key",
        help="Items whose key, text, answer or subtask contains this.",
    )
    place = middle
    if asked:
        found = np.flatnonzero(ordered["item_key"] == asked)
        if len(found):
            place = int(found[0])
        else:
            st.warning(
                f"There is no item {plain(asked[:60])} in {plain(benchmark)}; you see "
                f"{plain(ordered['item_key'][middle])}, the one in the middle.",
                icon=":material/link:",
            )
    if needle:
        _show_found(ordered[find_items(ordered, needle)])
    _steps(ordered["item_key"], place)
    return ordered, place


def go_to_selected(keys: list[str], table: str) -> None:
    """Take the item of a table's selected row over into the choice."""
    for row in st.session_state[table]["selection"]["rows"]:
        st.session_state[KEY] = keys[row]


def _go(key: str) -> None:
    st.session_state[KEY] = key


def _show_found(found: pd.DataFrame) -> None:
    if found.empty:
        st.info("No item contains that.", icon=":material/search_off:")
        return
    shown = found.head(MOST_FOUND)
    columns = [
        name for name in ("item_key", "prompt", "target", "subtask", "mean") if shown[name].notna().any()
    ]
    st.dataframe(
        real_minus(shown[columns], mean=".2f"),
        column_config={
            "item_key": "Item",
            "prompt": "Text",
            "target": "Answer",
            "subtask": "Kind",
            "mean": st.column_config.NumberColumn("Difficulty"),
        },
        hide_index=True,
        height=min(240, 38 + 35 * len(shown)),
        key="found",
        on_select=partial(go_to_selected, shown["item_key"].tolist(), "found"),
        selection_mode="single-row",
        alt="Items that were found, easiest first",
    )
    more = f", of which the {MOST_FOUND} easiest are listed" if len(found) > MOST_FOUND else ""
    st.caption(f"{len(found):,} items found{more}. Select a row to see the item.")


def _steps(keys: pd.Series, place: int) -> None:
    row = st.container(horizontal=True, vertical_alignment="center")
    row.button(
        "Next easier",
        icon=":material/arrow_back:",
        disabled=place == 0,
        on_click=_go,
        args=(keys[max(0, place - 1)],),
    )
    row.button(
        "Next harder",
        icon=":material/arrow_forward:",
        disabled=place == len(keys) - 1,
        on_click=_go,
        args=(keys[min(len(keys) - 1, place + 1)],),
    )
    row.caption(f"Number {place + 1:,} of {len(keys):,} from the easiest", width="content")
