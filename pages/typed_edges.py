"""Edges of bins that are typed by hand."""

from __future__ import annotations

import streamlit as st

from analysis.errors import AtlasError
from analysis.glossary import explain
from analysis.view_state import parse_edges


def typed_edges() -> tuple[float, ...]:
    """Draw the field; say what is wrong with what is typed, and fall back on −1, 0, 1."""
    text = st.text_input(
        "Edges, logits",
        "-1, 0, 1",
        key="edges",
        bind="query-params",
        help=f"Rising numbers: -1, 0, 1.5. {explain('logit')}",
    )
    try:
        return parse_edges(text)
    except AtlasError as error:
        st.error(str(error))
        return (-1.0, 0.0, 1.0)
