"""Long work of the command line, as the app tells of it."""

from __future__ import annotations

import time

import pandas as pd
import streamlit as st

from analysis.jobs import FAILED, FINISHED, LOST, RUNNING, Job, jobs
from pages import data
from pages.plain import plain

RECENT = 600.0  # seconds that the sidebar goes on telling how the last job ended
MARKS = {RUNNING: "▶", FINISHED: "✓", FAILED: "✗", LOST: "✗"}
MOST = 3  # running jobs that the sidebar has room for


def jobs_line() -> None:
    """Say in the sidebar what is under way, or how the last job ended if that is not long ago."""
    told = jobs(data.STORE.directory)
    running = [one for one in told if one.state == RUNNING]
    lately = [one for one in told[:1] if time.time() - one.updated < RECENT]
    for one in (running or lately)[:MOST]:
        st.caption(f"{MARKS[one.state]} {plain(one.sentence)}")


@st.fragment(run_every="5s")
def jobs_table() -> None:
    """Draw every job of the last day, and keep it fresh."""
    told = jobs(data.STORE.directory)
    if not told:
        st.caption(
            "No fit, import or comparison ran in the last day. What runs on the command line shows up here, "
            "with how far it is."
        )
        return
    st.dataframe(
        pd.DataFrame([_row(one) for one in told]),
        column_config={
            "Done": st.column_config.ProgressColumn(
                "Done", format="%.0f%%", min_value=0, max_value=100, help="Of the present step", width="small"
            ),
            "What": st.column_config.TextColumn("What", width="medium"),
            "Started": st.column_config.DatetimeColumn("Started, UTC", format="YYYY-MM-DD HH:mm:ss"),
        },
        hide_index=True,
        placeholder="",
        alt="Jobs of the last day: " + "; ".join(one.sentence for one in told[:5]),
    )


def _row(one: Job) -> dict[str, object]:
    left = one.seconds_left
    return {
        "Job": one.kind,
        "Of": one.benchmark,
        "State": f"{MARKS[one.state]} {one.state}",
        "What": one.reason or one.what,
        "Done": None if one.share is None else 100 * one.share,
        "Left": None if left is None else f"{left / 60:.1f} min",
        "Started": pd.Timestamp(one.started, unit="s"),
    }
