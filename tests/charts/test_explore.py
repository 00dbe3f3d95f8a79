"""Figures of the pages in Explore: what they show is what they were given."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from analysis import charts
from analysis.charts import DARK, LIGHT, Style
from analysis.charts.style import SHAPES, categories

LOOKS = pytest.mark.parametrize("style", [LIGHT, DARK], ids=["light", "dark"])


def named(figure: go.Figure, name: str) -> go.Scatter:
    (trace,) = [trace for trace in figure.data if trace.name == name]
    return trace


@LOOKS
def test_six_categories_differ_in_colour_and_in_shape(style: Style) -> None:
    colours, shapes = zip(*categories(style), strict=True)
    assert len(set(colours)) == len(set(shapes)) == 6
    assert shapes == SHAPES


def test_a_posterior_holds_every_draw_and_the_edges_near_it() -> None:
    draws = np.random.default_rng(0).normal(1, 0.2, 300)
    figure = charts.item_posterior(draws, 1.0, (0.6, 1.4), np.array([-3.0, 1.1, 9.0]), LIGHT, "logits")
    assert sum(figure.data[0].y) == pytest.approx(100)
    assert list(figure.data[1].x) == [0.6, 1.4]
    assert [shape.x0 for shape in figure.layout.shapes] == [1.1]


def test_probabilities_of_bins_are_written_where_there_are_any() -> None:
    figure = charts.bin_probabilities(np.array([0.0, 0.25, 0.746, 0.004]), 2, DARK)
    (bars,) = figure.data
    assert list(bars.text) == ["", "25%", "75%", ""]
    assert [fill == DARK.main for fill in bars.marker.color] == [False, False, True, False]


def test_a_curve_has_its_band_and_its_groups_with_intervals() -> None:
    ability = np.linspace(-2, 2, 5)
    curve = pd.DataFrame({"ability": ability, "mean": 0.5, "low": 0.4, "high": 0.7})
    observed = pd.DataFrame(
        {"ability": [0.0], "models": [10], "right": [3], "proportion": [0.3], "low": [0.1], "high": [0.6]}
    )
    band, line, points = charts.characteristic_curve(curve, observed, 0.3, LIGHT, "logits").data
    assert (min(band.y), max(band.y)) == pytest.approx((40, 70))
    assert list(band.x) == [*ability, *ability[::-1]]
    assert set(line.y) == {50}
    assert list(points.y) == [30]
    assert (points.error_y.array[0], points.error_y.arrayminus[0]) == pytest.approx((30, 20))


def test_items_and_models_share_the_axis_of_a_wright_map() -> None:
    difficulty, ability = np.linspace(-1, 3, 200), np.array([-4.0, 0.0])
    items, models = charts.wright_map(difficulty, ability, LIGHT).data
    np.testing.assert_allclose(items.x, models.x)
    assert sum(items.y) == pytest.approx(100)
    assert sum(models.y) == pytest.approx(-100)
    assert models.y[0] == -50
    assert sum(items.customdata[:, 0]) == 200
    charts.wright_map(np.zeros(3), np.zeros(2), DARK)  # everything in one place


@pytest.fixture
def models() -> pd.DataFrame:
    mean = np.linspace(3, -3, 7)
    table = pd.DataFrame({"name": list("abcdefg"), "mean": mean, "low": mean - 0.5, "high": mean + 1})
    return table.assign(family=None, infit=1.1, outfit=1.2, l_z=np.arange(7.0))


def test_models_stand_in_order_and_chosen_ones_have_their_name(models: pd.DataFrame) -> None:
    figure = charts.ability_ranks(models, ["a", "f"], LIGHT)
    every, first, second = figure.data
    assert list(every.y) == sorted(models["mean"])
    assert (every.error_y.array[0], every.error_y.arrayminus[0]) == pytest.approx((1, 0.5))
    assert [note.text for note in figure.layout.annotations] == ["a", "f"]
    assert (first.y[0], second.y[0]) == (3, -2)
    assert first.marker.symbol != second.marker.symbol


def test_the_least_likely_models_are_named(models: pd.DataFrame) -> None:
    figure = charts.person_fit_scatter(models, ["c"], DARK, "logits")
    named = {note.text: (note.x, 10**note.y) for note in figure.layout.annotations}
    assert named == {
        name: pytest.approx(models.set_index("name").loc[name, ["mean", "infit"]]) for name in "ab"
    }
    assert len(figure.data[0].x) == 7


def test_lines_of_models_have_intervals_and_stand_apart() -> None:
    table = pd.DataFrame({"bin": [1, 2], "answered": 9, "proportion": [0.5, np.nan], "low": 0.2, "high": 0.9})
    figure = charts.accuracy_lines(pd.concat([table.assign(name=name) for name in "ab"]), LIGHT)
    one, other = named(figure, "a"), named(figure, "b")
    assert one.y[0] == 50
    assert one.error_y.array[0] == pytest.approx(40)
    assert 0 < other.x[0] - one.x[0] < 0.5
    assert [note.text for note in figure.layout.annotations] == ["● a", "■ b"]
    assert [note.y for note in figure.layout.annotations] == pytest.approx([47.25, 52.75])


def test_long_names_take_two_lines_and_unknown_ones_none() -> None:
    table = pd.DataFrame({"bin": [1, 2], "answered": 9, "proportion": 0.5, "low": 0.2, "high": 0.9})
    names = ["org/a-rather-long-name", "b", "silent"]
    every = pd.concat([table.assign(name=name) for name in names])
    every.loc[every["name"] == "silent", "proportion"] = np.nan
    notes = charts.accuracy_lines(every, LIGHT).layout.annotations
    assert [note.text for note in notes] == ["● a-rather-<br>long-name", "■ b"]
    assert notes[1].y - notes[0].y == pytest.approx(11), "of two lines"


def test_differences_are_full_where_they_are_sure() -> None:
    table = pd.DataFrame(
        {
            "bin": [1, 2, 3],
            "items": [10, 10, 0],
            "difference": [0.2, -0.0004, np.nan],
            "low": [0.1, -0.1, np.nan],
            "high": [0.3, 0.1, np.nan],
        }
    )
    (points,) = charts.difference_by_bin(table, "x", "y", LIGHT).data
    assert points.marker.symbol == ("circle", "circle-open", "circle-open")
    assert [text.strip() for text in points.text] == ["+20.0", "0", ""]


@pytest.fixture
def bins() -> pd.DataFrame:
    columns = {"items": [4, 0], "share": [1.0, 0.0], "low": [0.8, 0.0], "high": [1.0, 0.2]}
    return pd.DataFrame({"bin": [1, 2], **columns, "reference": 0.5, "thin": [False, True]})


@LOOKS
def test_thin_bins_are_marked_by_more_than_colour(bins: pd.DataFrame, style: Style) -> None:
    bars, spread, reference, text = charts.coverage_bars(bins, style).data
    assert list(bars.y) == [100, 0]
    assert bars.marker.color == (style.main, style.mark)
    assert list(text.text) == ["4", "0 ▽"]
    assert list(text.y) == [100, 50]
    assert list(reference.y) == [50, 50]
    assert spread.error_y.arrayminus[0] == pytest.approx(20)


def test_holes_are_shaded_as_far_as_there_are_items() -> None:
    holes = pd.DataFrame({"low": [1.0, -np.inf], "high": [np.inf, -0.5]})
    figure = charts.coverage_steps(np.array([0.0, 1.0]), np.array([-2.0, 3.0]), holes, LIGHT, "logits")
    assert [(shape.x0, shape.x1) for shape in figure.layout.shapes] == [(1.0, 3.0), (-2.0, -0.5)]
    assert named(figure, "set").y[-1] == 100
    names = {note.text: note for note in figure.layout.annotations}
    assert names["set"].y < names["reference"].y
    assert (names["set"].xanchor, names["reference"].xanchor) == ("left", "right")
    assert named(figure, "reference").y[0] == 50


def test_where_a_set_tells_little_the_line_is_thick() -> None:
    table = pd.DataFrame({"ability": [0.0, 1.0], "information": [4.0, 1.0], "usual": [4.0, 4.0]})
    table = table.assign(low=[3.0, 0.5], high=[5.0, 2.0], weak=[False, True])
    figure = charts.information_lines(table, np.array([0.5]), LIGHT, "logits")
    thick = named(figure, "less than half")
    assert np.isnan(thick.y[0])
    assert thick.y[1] == 1
    sure = charts.information_lines(table.assign(weak=False), np.array([0.5]), LIGHT, "logits")
    assert "less than half" not in [trace.name for trace in sure.data]
    heights = {note.text: note.y for note in sure.layout.annotations}
    assert heights["models"] == 0
    assert heights["models"] < heights["set"] < heights["reference"]


def test_intervals_of_many_models_are_a_band() -> None:
    mean = np.arange(101.0)
    models = pd.DataFrame({"mean": mean, "low": mean - 1, "high": mean + 2, "name": [f"m{k}" for k in mean]})
    band, every = charts.ability_ranks(models.assign(family=None), [], LIGHT).data
    assert (band.y[0], band.y[-1]) == (2, -1)
    assert every.error_y.array is None
