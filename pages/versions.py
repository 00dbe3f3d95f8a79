"""Which data version is shown: the current one, or an earlier one that a link asks for and that is kept."""

from __future__ import annotations

import streamlit as st

from analysis.view_state import DATA_VERSION
from pages import data
from pages.plain import plain

ASKED = "asked_version"


def shown_version() -> str | None:
    """Return the data version to show, None if nothing is stored."""
    current = data.STORE.version()
    if ASKED not in st.session_state:
        st.session_state[ASKED] = st.query_params.get(DATA_VERSION)
    asked = st.session_state[ASKED]
    kept = (one.version for one in data.STORE.versions())
    return asked if asked is not None and asked in kept else current


def offer_current(shown: str) -> None:
    """Say so where a link was made on another version than the current one, and offer the way on."""
    asked, current = st.session_state[ASKED], data.STORE.version()
    if asked is None or asked == current:
        return
    here = (
        f"This link was made on data version {asked}, which you see; the current one is {current}."
        if asked == shown
        else f"This link was made on data version {asked[:16]}, which is not kept; you see version "
        f"{current}, so numbers may differ."
    )
    st.warning(plain(here), icon=":material/link:")
    label = f"Go to version {current}" if asked == shown else f"Go on with version {current}"
    st.button(label, on_click=_forget, key="current_version", icon=":material/update:")


def _forget() -> None:
    st.session_state[ASKED] = None
    st.query_params.pop(DATA_VERSION, None)
