"""The basket: what there is to choose from, cached by data version, and what is chosen."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from analysis import subsets
from analysis.errors import AtlasError
from analysis.view_state import ViewState
from pages import basket_choices, basket_order, data
from pages.basket_command import options


@st.cache_resource(max_entries=8, show_spinner="Reading items …")
def everything(view: ViewState) -> pd.DataFrame:
    """Return every item of the view's benchmark with all that leaves with it."""
    return subsets.describe(
        data.items(view.version, view.benchmark, view.fit),
        data.cut(view),
        benchmark=data.benchmarks(view.version).set_index("name", drop=False).loc[view.benchmark],
        fit=data.fit(view.version, view.benchmark, view.fit),
        data_version=view.version,
        statistics=data.item_statistics(view.version, view.fit),
    )


def chosen(view: ViewState) -> tuple[pd.DataFrame, list[str]]:
    """Draw all controls; return the subset and the options that ask the command line for it.

    Where there is no subset, the page says what to do and stops.
    """
    items = everything(view)
    n_bins = int(items["bins"].iloc[0])
    try:
        wanted = basket_choices.choose(items)
        pool = subsets.select(items, wanted)
        if pool.empty:
            st.info(
                "Nothing is in the basket. Choose at least one bin above, loosen a filter, or add items by "
                "hand.",
                icon=":material/shopping_basket:",
            )
            st.stop()
        bins = wanted.bins or range(1, n_bins + 1)
        arrangement = basket_order.choose(len(bins), view.version)
        subset = basket_order.arranged(pool, bins, arrangement)
        if subset.empty:
            st.info("The mix asks nothing of the bins in the basket. Choose others, or other shares.")
            st.stop()
    except AtlasError as error:
        st.error(str(error), icon=":material/error:")
        st.stop()
    return subset, options(view, wanted, arrangement)
