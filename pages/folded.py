"""What is made when it is unfolded, not at every change of the page."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st


@st.fragment
def folded(label: str, draw: Callable[[], None], *, key: str) -> None:
    """Draw a line that unfolds; links hold whether it is.

    Parameters
    ----------
    label
        The line.
    draw
        Draws what is in it.
    key
        Its name in addresses.
    """
    part = st.expander(label, key=key, on_change="rerun", bind="query-params")
    if part.open:
        with part:
            draw()
