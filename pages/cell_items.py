"""One cell of the heatmap, item by item."""

from collections.abc import Callable

import pandas as pd
import streamlit as st

from analysis.glossary import explain
from analysis.view_state import ViewState
from pages import data
from pages.item_link import SELECTS, open_selected
from pages.real_minus import real_minus

GAINED, LOST, ALL = "gained", "lost", "all"
SIDES: dict[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
    GAINED: lambda items: items[items["gain"] > 0],
    LOST: lambda items: items[items["gain"] < 0].sort_values(["gain", "item"]),
    ALL: lambda items: items,
}
"""Which items of a cell are listed, of those that come most gained first."""


def items_table(state: ViewState, items: pd.DataFrame) -> None:
    """Draw a cell's items, as `transfer.cell_items` returns them; a selected row opens."""
    side = st.segmented_control(
        "Items",
        SIDES,
        default=GAINED,
        key="side",
        bind="query-params",
        required=True,
        label_visibility="collapsed",
    )
    known = data.items(state.version, state.benchmark, state.fit).set_index("item")
    columns = [name for name in ("item_key", "prompt", "target") if known[name].notna().any()]
    table = SIDES[side](items).join(known[[*columns, "mean"]], on="item")
    number = st.column_config.NumberColumn
    event = st.dataframe(
        real_minus(
            table.assign(gain=100 * table["gain"])[["gain", "right", "runs", "before", *columns, "mean"]],
            gain="+.0f",
            mean=".2f",
        ),
        column_config={
            "item_key": "Item",
            "prompt": "Text",
            "target": "Answer",
            "before": st.column_config.CheckboxColumn("Before", help="Right before training"),
            "right": number("Right", help="Runs that got it right"),
            "runs": number("Runs"),
            "gain": number("Gain", help="Percent of the runs, gained or lost"),
            "mean": number("Difficulty", help=explain("difficulty")),
        },
        hide_index=True,
        height=280,
        key=f"cell_items_{side}",  # a selected row belongs to one table
        alt=f"Items of the cell, {side}, the most changed first",
        **SELECTS,
    )
    first = LOST if side == LOST else GAINED
    st.caption(f"{len(table):,} items, most {first} first; click the head of a column to sort by it.")
    open_selected(table, event)
