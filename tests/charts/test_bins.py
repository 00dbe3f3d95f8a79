from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
import pytest

from analysis.charts import DARK, LIGHT, Style, bin_histogram
from analysis.charts.bins import BOTTOM, LINE, TOP


def figure_of(difficulty: np.ndarray, edges: list[float], style: Style = LIGHT) -> go.Figure:
    inner = np.array(edges)
    return bin_histogram(difficulty, np.searchsorted(inner, difficulty, "right"), inner, style)


def test_every_bin_has_its_items_and_its_size_is_written() -> None:
    difficulty = np.random.default_rng(0).normal(size=3000)
    figure = figure_of(difficulty, [-1.0, 0.1, 5.0], DARK)
    sizes = np.histogram(difficulty, [-np.inf, -1, 0.1, 5, np.inf])[0]
    assert [sum(bars.x) for bars in figure.data] == sizes.tolist()
    assert [note.text for note in figure.layout.annotations] == [
        f"<b>{k}</b>  {size:,}" for k, size in enumerate(sizes, 1)
    ]


def test_edges_are_drawn_where_they_are_even_outside_the_items() -> None:
    figure = figure_of(np.linspace(-1, 1, 200), [-3.0, 0.0, 4.0])
    dotted = [shape for shape in figure.layout.shapes if shape.line.dash == "dot"]
    assert [shape.y0 for shape in dotted] == [-3.0, 0.0, 4.0]
    low, high = figure.layout.yaxis.range
    assert low < -3
    assert high > 4


@pytest.mark.parametrize("edges", [np.linspace(-0.1, 0.1, 19), np.linspace(2.9, 3, 9), [0.0] * 19])
def test_sizes_never_overlap_however_close_the_edges(edges: np.ndarray) -> None:
    figure = figure_of(np.linspace(-3, 3, 500), list(edges))
    low, high = figure.layout.yaxis.range
    pixels = (figure.layout.height - TOP - BOTTOM) / (high - low)
    places = pixels * (np.array([note.y for note in figure.layout.annotations]) - low)
    assert (np.diff(places) >= LINE - 0.01).all()
    assert places[0] >= LINE / 2 - 0.01
    assert places[-1] <= pixels * (high - low) - LINE / 2 + 0.01


def test_sizes_are_beside_their_bin_where_there_is_room() -> None:
    figure = figure_of(np.linspace(-3, 3, 500), [-1.0, 1.0])
    assert [note.y for note in figure.layout.annotations][1] == pytest.approx(0)
