"""Edges of bins that are dragged, or moved by arrow keys; the field in the sidebar takes them over."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import streamlit as st

from analysis.bins import TYPED

EDITOR, BARS = "edge_editor", 120

HTML = '<svg role="group" aria-label="Edges of the bins over the distribution of difficulty"></svg>'

CSS = """
svg { display: block; width: 100%; height: 132px; font: 12px var(--st-font); overflow: visible; }
text { fill: var(--st-text-color); text-anchor: middle; }
.bar { fill: var(--st-primary-color); opacity: 0.35; }
.axis { stroke: var(--st-text-color); opacity: 0.4; }
.edge { cursor: ew-resize; touch-action: none; outline: none; }
.edge .reach { stroke: transparent; stroke-width: 22px; }
.edge .line { stroke: var(--st-text-color); stroke-width: 1.5px; }
.edge circle { fill: var(--st-background-color); stroke: var(--st-text-color); stroke-width: 2px; }
.edge:hover circle, .edge:focus circle { fill: var(--st-primary-color); }
.edge:focus-visible circle { stroke: var(--st-primary-color); stroke-width: 5px; }
.edge .value { visibility: hidden; font-weight: 600; }
.edge:hover .value, .edge:focus .value { visibility: visible; }
"""

JS = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")

_editor = st.components.v2.component("difficulty_atlas_edge_editor", html=HTML, css=CSS, js=JS)


def edge_editor(difficulty: np.ndarray, edges: np.ndarray, unit: str) -> None:
    """Draw the distribution with a handle an edge; an edge that was moved makes the cut one by typed edges.

    Parameters
    ----------
    difficulty
        Of the items, shape ``(items,)``.
    edges
        Inner edges of the bins, shape ``(bins − 1,)``.
    unit
        Of both.
    """
    low, high = min(difficulty.min(), *edges), max(difficulty.max(), *edges)
    lengths, _ = np.histogram(difficulty, BARS, (low, high))
    _editor(
        data={
            "edges": edges.tolist(),
            "low": float(low),
            "high": float(high),
            "lengths": lengths.tolist(),
            "unit": unit,
        },
        key=EDITOR,
        on_edges_change=_take_over,
    )


def _take_over() -> None:
    """Write moved edges into the sidebar's controls, which the link holds."""
    moved = [float(edge) for edge in st.session_state[EDITOR]["edges"]]
    written = ", ".join(f"{edge:g}" for edge in moved)
    if st.session_state["cut"] != TYPED:
        # A field that is new leaves the address as it is, whatever its value: it is put there beforehand.
        st.query_params["edges"] = written
    st.session_state["cut"], st.session_state["edges"] = TYPED, written
