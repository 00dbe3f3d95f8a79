"""Charts that were drawn before: one is drawn again only when what it shows is another object."""

from __future__ import annotations

from collections.abc import Hashable
from functools import partial
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from analysis.charts import Chart, Style


def drawn(draw: partial[go.Figure], look: Style) -> go.Figure:
    """Return a chart in a look; callers must not change it.

    Parameters
    ----------
    draw
        A function of `analysis.charts` with all but ``style`` filled in.
    look
        Light or dark.
    """
    made_of = draw.func.__name__, _which(draw.args), _which(draw.keywords), _which(look)
    chart, _ = _drawn(made_of, draw, look)
    return chart


@st.cache_resource(max_entries=64, show_spinner=False)
def _drawn(
    made_of: tuple[Hashable, ...], _draw: partial[go.Figure], _look: Style
) -> tuple[go.Figure, partial[go.Figure]]:
    """Draw, and keep what was drawn from: no other object has its number as long as it is kept."""
    chart = _draw(style=_look)
    if isinstance(chart, Chart):  # Streamlit asks for it at every run of a page
        chart.to_dict = lambda: chart.made_of
    return chart, _draw


def _which(value: Any) -> Hashable:
    """Return what tells a value from others: words and numbers themselves, of all else which object it is."""
    if isinstance(value, str | int | float | None):
        return value
    if isinstance(value, tuple | list):
        return tuple(map(_which, value))
    if isinstance(value, dict):
        return tuple((name, _which(part)) for name, part in value.items())
    return "object", id(value)
