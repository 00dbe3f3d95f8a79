"""The table of items, and what narrows it."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from analysis.explore import find_items
from analysis.glossary import explain
from pages.item_link import SELECTS, open_selected
from pages.notes import say_what_is_not_here

ANY, NO_FLAG, SUSPECT = "any", "none", "suspect"
number = st.column_config.NumberColumn


@st.fragment
def items_table(version: str, table: pd.DataFrame, n_bins: int, unit: str, interval: str) -> None:
    """Draw the filters and the items that pass them; a change of filters draws this part alone.

    Parameters
    ----------
    version
        Data version.
    table
        All items, with their bins and statistics.
    n_bins
        Number of bins.
    unit, interval
        Of difficulty.
    """
    _table(table, _filtered(table, n_bins, version), unit, interval)


def _filtered(table: pd.DataFrame, n_bins: int, version: str) -> pd.DataFrame:
    """Draw the filters and return the items that pass all of them."""
    search, bins, subtask, flag = st.columns([2, 2, 1, 1])
    needle = search.text_input("Find items whose id or text contains", key="find", bind="query-params")
    numbers = list(range(1, n_bins + 1))
    chosen = bins.multiselect("Bins", numbers, key="in_bins", bind="query-params", placeholder="all")
    subtasks = [ANY, *sorted(table["subtask"].dropna().unique())]
    reasons = table["reasons"].notna()
    flags = [ANY, NO_FLAG, *sorted(table["flag"].dropna().unique()), *([SUSPECT] if reasons.any() else [])]
    with st.container():
        say_what_is_not_here(version, subtask=subtasks, flag=flags, in_bins=[str(k) for k in numbers])
    kind = subtask.selectbox("Kind", subtasks, key="subtask", bind="query-params")
    flagged = flag.selectbox(
        "Flag",
        flags,
        key="flag",
        bind="query-params",
        help="floor: solved by nobody; ceiling: by all; suspect: with a reason to be looked at.",
    )
    keep = find_items(table, needle) if needle else pd.Series(True, index=table.index)
    if chosen:
        keep &= table["bin"].isin(chosen)
    if kind != ANY:
        keep &= table["subtask"] == kind
    if flagged == SUSPECT:
        keep &= reasons
    elif flagged == NO_FLAG:
        keep &= table["flag"].isna() & ~reasons
    elif flagged != ANY:
        keep &= table["flag"] == flagged
    return table[keep]


def _table(table: pd.DataFrame, shown: pd.DataFrame, unit: str, interval: str) -> None:
    columns: dict[str, Any] = {
        "item_key": "Item",
        "mean": number("Difficulty", format="%.2f", help=f"Posterior mean, {unit}. {explain('difficulty')}"),
        "hdi_low": number("94% from", format="%.2f", help=f"{interval}. {explain('HDI')}"),
        "hdi_high": number("to", format="%.2f", help=interval),
        "discrimination": number("Discrimination", format="%.2f", help=explain("discrimination")),
        "proportion": number("Right", format="%.0f%%", help="Of the models that answered"),
        "answered": number("Models", help="That answered the item"),
        "bin": number("Bin"),
        "p_in_bin": st.column_config.ProgressColumn(
            "P(in bin)",
            min_value=0,
            max_value=100,
            format="%.0f%%",
            help=explain("P(in bin)"),
        ),
        "prompt": st.column_config.TextColumn("Text", width="medium"),
        "target": "Answer",
        "subtask": "Kind",
        "flag": st.column_config.TextColumn(
            "Flag", help="floor: solved by nobody; ceiling: by all. Set by the prior."
        ),
        "infit": number("Infit", format="%.2f", help=explain("infit")),
        "outfit": number("Outfit", format="%.2f", help=explain("outfit")),
        "p_negative": number("P(slope<0)", format="%.2f", help="Probability that better models do worse"),
        "reasons": st.column_config.TextColumn("Suspect because", width="medium"),
    }
    # A column that says the same of every item says nothing of any.
    present = [column for column in columns if table[column].nunique(dropna=False) > 1]
    ordered = shown.sort_values(["mean", "item"])
    event = st.dataframe(
        ordered[present],
        column_config=columns,
        hide_index=True,
        height=420,
        placeholder="",
        key="items",
        alt="Items with difficulty, interval and bin, easiest first",
        **SELECTS,
    )
    st.caption(f"{len(ordered):,} of {len(table):,} items, easiest first. Click a column's head to sort.")
    open_selected(ordered, event)
