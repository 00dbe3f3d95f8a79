"""The ways to cut bins side by side, and the gains that each lets be seen."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from analysis.bins import Bins
from analysis.glossary import explain
from analysis.power import smallest_detectable_gain
from analysis.view_state import ViewState
from pages import data
from pages.shared import style

COUNTS = (5, 10, 20)  # compared beside the current number of bins
PERCENT: dict[str, Any] = {"min_value": 0, "max_value": 100, "format": "%.0f%%"}
SEEN = st.column_config.NumberColumn(
    "Smallest gain seen",
    format="%.1f points",
    help="By all items of the bin, asked once before and after training",
)


def _compared(state: ViewState, count: int) -> pd.DataFrame:
    """Return the cuts into `COUNTS`, the current number of bins, and by typed edges if there are any."""
    every = data.compared_cuts(state.version, state.benchmark, state.fit)
    asked = every[every["count"].isin({*COUNTS, count})]
    if state.edges:
        typed = data.compared_edges(state.version, state.benchmark, state.fit, state.edges)
        asked = pd.concat([asked, typed])
    return asked.sort_values("count", kind="stable", ignore_index=True)


def compare(state: ViewState, bins: Bins) -> float:
    """Draw the comparison; return the share of items that training is taken to change."""
    percent = st.slider(
        "Items that training changes, %", 5, 60, 20, 5, key="changes", bind="query-params", width=360
    )
    table = _compared(state, bins.count)
    table["detectable"] = smallest_detectable_gain(table["smallest"], percent / 100)
    chosen = (table["strategy"] == bins.strategy) & (table["count"] == bins.count)
    table = table.assign(
        now=chosen.map({True: "▶", False: ""}),
        **{name: 100 * table[name] for name in ("p_in_bin", "p_lowest", "detectable")},
    )
    (seen,) = table.loc[chosen, "detectable"]
    st.markdown(
        "The smallest bin holds too few items to show any gain."
        if np.isnan(seen)
        else f"In the smallest bin of the current cut a gain is seen from **{seen:.1f} points** on."
    )
    number, bar = st.column_config.NumberColumn, st.column_config.ProgressColumn
    st.dataframe(
        table.style.set_properties(subset=(chosen, table.columns), **{"background-color": style().grid}),
        column_order=["now", *table.columns[:-1]],
        column_config={
            "now": st.column_config.TextColumn("Now", width=50, help="The cut chosen in the sidebar"),
            "strategy": "Bins by",
            "count": "Bins",
            "smallest": number("Smallest bin", format="localized", help="Items in it"),
            "largest": number("Largest bin", format="localized", help="Items in it"),
            "p_in_bin": bar("Mean P(in bin)", **PERCENT, help=explain("P(in bin)")),
            "p_lowest": bar("Of the least sure bin", **PERCENT),
            "detectable": SEEN,
        },
        hide_index=True,
        placeholder="–",
        height=38 + 35 * len(table),
        alt="Sizes, certainty and smallest gain seen of each way to cut; the current one is marked",
    )
    st.caption(
        f"Smallest gain seen: what a two-sided McNemar test at 5% finds with 80% power if {percent}% of the "
        "smallest bin's items change between right and wrong (or as many as gain, where that is more), each "
        "item asked once before and once after training. P(in bin): edges recomputed in every draw. Ties "
        "share a bin, so quantile bins may differ in size."
    )
    return percent / 100
