"""The queue of items that someone should look at."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from analysis.glossary import explain
from pages.item_link import SELECTS, open_selected

number = st.column_config.NumberColumn
COLUMNS: dict[str, Any] = {
    "item_key": st.column_config.TextColumn("Item", width="small"),
    "effect": number("Effect", format="%.2f", help="0 to 1, as a correlation; the order of the queue"),
    "reasons": st.column_config.TextColumn("Why", width="large"),
    "prompt": "Text",
    "target": "Answer",
    "mean": number("Difficulty", format="%.2f", help=explain("difficulty")),
    "proportion": number("Right", format="%.0f%%", help="Of the models that answered"),
    "item_rest": number("Item-rest r", format="%.2f", help=explain("item-rest")),
    "p_negative": number("P(slope<0)", format="%.2f", help="Probability that better models do worse"),
    "infit": number("Infit", format="%.2f", help=explain("infit")),
    "outfit": number("Outfit", format="%.2f", help=explain("outfit")),
    "below_chance": number(
        "q below chance", format="%.3f", help="False discovery rate; small: worse than guessing"
    ),
    "max_q3": number("Q3", format="%.2f", help=f"Of all pairs the one farthest from zero. {explain('Q3')}"),
    "like": st.column_config.TextColumn("with", width="small"),
    "decile_changes": number(
        "Changes decile",
        format="percent",
        help=f"Of the fits that leave out one family of models. {explain('lineage')}",
    ),
}


def suspects(table: pd.DataFrame) -> None:
    """Draw the items that have a reason to be looked at, the most suspect first."""
    queue = table.dropna(subset="reasons").sort_values("effect", ascending=False, kind="stable")
    if queue.empty:
        return
    queue["like"] = queue["q3_item"].map(table.set_index("item")["item_key"])
    st.subheader("Suspect items")
    st.markdown(
        f"**{len(queue):,}** of {len(table):,} items do not behave as the IRT model expects. Look before you "
        "trust them: the answer key may be wrong, the question ambiguous, or another item its copy."
    )
    event = st.dataframe(
        queue[[name for name in COLUMNS if queue[name].notna().any()]],
        column_config=COLUMNS,
        hide_index=True,
        height=min(420, 38 + 35 * len(queue)),
        placeholder="",
        key="suspects",
        alt="Suspect items, the most suspect first",
        **SELECTS,
    )
    open_selected(queue, event)
    st.caption(
        "Ranked by effect size, not by significance: with many models, differences too small to matter are "
        "significant."
    )
