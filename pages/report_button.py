"""The button that saves a view as one HTML file."""

from __future__ import annotations

from functools import partial
from urllib.parse import urlencode

import streamlit as st

from analysis.report import gather, report
from analysis.store import Snapshot
from analysis.view_state import HeatmapChoices, ViewState, link_query
from pages import data
from pages.shared import shown_fit

HEATMAP = "/heatmap"


def report_button(state: ViewState, choices: HeatmapChoices) -> None:
    """Draw the button; the report is made when it is clicked."""
    query = link_query(state, choices, converged=bool(shown_fit(state)["converged"]))
    app = (st.context.url or "").split("?")[0].removesuffix("/").removesuffix(HEATMAP)
    st.download_button(
        "Report of this view, HTML",
        data=partial(
            _report, data.snapshot(state.version), state, choices, f"{app}{HEATMAP}?{urlencode(query)}"
        ),
        file_name=f"report-{state.benchmark}-{state.version}.html",
        mime="text/html",
        key="report",
        on_click="ignore",
        icon=":material/description:",
        help="One file with this view's figures, tables, verdicts, method and citation; it prints on A4 and "
        "needs no network. Five megabytes.",
    )


def _report(snapshot: Snapshot, state: ViewState, choices: HeatmapChoices, link: str) -> bytes:
    return report(gather(snapshot, state, choices), state, choices, link).encode()
