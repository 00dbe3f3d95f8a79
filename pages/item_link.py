"""From a table of items to the page of one of them."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from pages.plain import plain

PAGE = "explore/item.py"
SELECTS: dict[str, Any] = {"on_select": "rerun", "selection_mode": "single-row"}
"""What a table of items needs for `open_selected`: its rows can be selected."""


def open_selected(table: pd.DataFrame, event: Any) -> None:
    """Draw a link to the item of the selected row, or say how to get one.

    Parameters
    ----------
    table
        What the data frame shows, with ``item_key``.
    event
        What ``st.dataframe`` returned.
    """
    # Rows of a selection outlive the table they were made in: it may have become shorter.
    rows = [row for row in event["selection"]["rows"] if row < len(table)]
    if not rows:
        st.caption("Select a row, at its left edge, to open the item's own page.")
        return
    key = table["item_key"].iloc[rows[0]]
    st.page_link(
        PAGE, label=f"Open item {plain(key)}", icon=":material/quiz:", query_params={"item": str(key)}
    )
