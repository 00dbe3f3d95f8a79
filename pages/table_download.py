"""Buttons that take a page's results along as a table."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pandas as pd
import streamlit as st

from analysis.subsets import to_bytes
from analysis.view_state import ViewState

OFFERED = ("csv", "parquet")


def offer_table(state: ViewState, what: str, make: Callable[[], pd.DataFrame]) -> None:
    """Draw a button a format; the table is made when one is pressed.

    Parameters
    ----------
    state
        What is shown.
    what
        Name of the table, for its files.
    make
        Makes it, as ``python -m analysis export-table`` does.
    """
    with st.container(horizontal=True):
        for ending in OFFERED:
            st.download_button(
                f"{what.capitalize()} as {'CSV' if ending == 'csv' else 'Parquet'}",
                data=partial(_contents, make, ending),
                file_name=f"{state.benchmark}-{what}-{state.version}.{ending}",
                on_click="ignore",
                icon=":material/download:",
                key=f"table_{what}_{ending}",
            )


def _contents(make: Callable[[], pd.DataFrame], ending: str) -> bytes:
    return to_bytes(make(), ending)
