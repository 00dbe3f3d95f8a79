"""A chart with its caption, and all of it to take away."""

from __future__ import annotations

from functools import partial
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from analysis.charts import LIGHT
from analysis.citing import method_and_citation
from pages import data
from pages.copy_link import copy_link
from pages.drawn import drawn
from pages.shared import shown_fit, style, view
from pages.take_image import take_image


def figure(
    draw: partial[go.Figure], table: pd.DataFrame, *, key: str, alt: str, caption: str, **selection: Any
) -> None:
    """Draw a chart, its caption, and a way to take both away.

    Parameters
    ----------
    draw
        Returns the chart when given ``style=``: a function of `analysis.charts` with all else filled in
        (`functools.partial`).
    table
        The numbers that it shows.
    key
        Of the chart on its page; names the files too.
    alt
        The chart in one sentence, for those who cannot see it.
    caption
        Says n, the interval and the method; Markdown.
    **selection
        ``on_select`` and ``selection_mode`` of `st.plotly_chart`.
    """
    st.plotly_chart(drawn(draw, style()), theme=None, key=key, alt=alt, **selection)
    st.caption(caption)
    _take_away(draw, table, key, caption)


@st.fragment
def _take_away(draw: partial[go.Figure], table: pd.DataFrame, key: str, caption: str) -> None:
    """Draw what opens; its contents are made when it is opened, and only they."""
    opened = st.popover(
        "Take away", type="tertiary", icon=":material/ios_share:", key=f"take_{key}", on_change="rerun"
    )
    if not opened.open:
        return
    state = view()
    name = f"{key}-{state.benchmark}-{state.version}"
    with opened:
        st.markdown("**The figure**, for a journal's one or two columns, light on white")
        take_image(draw(style=LIGHT), key, name)
        st.markdown("**Its numbers and its link**")
        st.download_button(
            "Data, CSV",
            data=lambda: table.to_csv(index=False).encode(),
            file_name=f"{name}.csv",
            mime="text/csv",
            key=f"csv_{key}",
            on_click="ignore",
            width="stretch",
        )
        copy_link(state.version, key=f"link_{key}")
        st.markdown("**Method and citation**")
        about = data.benchmarks(state.version).set_index("name").loc[state.benchmark]
        st.code(
            method_and_citation(caption, about, shown_fit(state), state.version),
            language=None,
            wrap_lines=True,
        )
