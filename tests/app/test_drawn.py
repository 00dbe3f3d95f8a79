"""A chart is drawn again only when what it shows, or its look, is another."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pandas as pd
import plotly.graph_objects as go
import pytest
import streamlit as st

from analysis.charts import DARK, LIGHT, Style
from pages.drawn import drawn


@pytest.fixture(autouse=True)
def nothing_drawn_yet() -> Iterator[None]:
    st.cache_resource.clear()
    yield
    st.cache_resource.clear()


def chart(table: pd.DataFrame, style: Style, *, names: list[str], digits: int = 0) -> go.Figure:
    """A chart that says what it was drawn from."""
    return go.Figure(layout={"title": {"text": f"{table['y'].sum():.{digits}f} {names} {style.text}"}})


def test_the_same_objects_are_drawn_once() -> None:
    table = pd.DataFrame({"y": [1, 2]})
    # The words are the same, whatever list they are in.
    first = drawn(partial(chart, table, names=["a"]), LIGHT)
    assert drawn(partial(chart, table, names=["a"]), LIGHT) is first


def test_whatever_differs_is_drawn_again() -> None:
    table = pd.DataFrame({"y": [1, 2]})
    drawings = [
        drawn(partial(chart, table, names=["a"]), LIGHT),
        drawn(partial(chart, table, names=["a"]), DARK),
        drawn(partial(chart, table, names=["b"]), LIGHT),
        drawn(partial(chart, table, names=["a"], digits=1), LIGHT),
        drawn(partial(chart, pd.DataFrame({"y": [4, 2]}), names=["a"]), LIGHT),
    ]
    said = [drawing.layout.title.text for drawing in drawings]
    assert len(set(said)) == len(said), said


def test_a_table_that_takes_the_place_of_another_is_not_mistaken_for_it() -> None:
    """Python gives the number of what is gone to what comes next; what was drawn from is therefore kept."""
    for total in range(200):
        picture = drawn(partial(chart, pd.DataFrame({"y": [total]}), names=[]), LIGHT)
        assert picture.layout.title.text.startswith(f"{total} ")
