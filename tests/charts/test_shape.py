"""Figures of the shape of gains, against the frames that they are drawn from."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.charts import LIGHT, asymmetry_triangle, best_strip, distance_scatter, gain_curves
from tests.charts.written import written

CENTRES = np.array([-1.0, 0.5, 3.0])


def cells() -> pd.DataFrame:
    """Two single bins and the full range on three test bins; one cell blank."""
    rows = [("1", 0, 0.0), ("3", 2, 1.0), ("1–3 (all)", -1, np.nan)]
    table = pd.DataFrame(
        [
            {
                "row": row,
                "train": train,
                "test_bin": test_bin,
                "train_bin": own,
                "place": place,
                "full": row == 2,
                "value": 0.1 * row - 0.02 * test_bin,
            }
            for row, (train, own, place) in enumerate(rows)
            for test_bin in range(3)
        ]
    )
    table.loc[4, "value"] = np.nan
    return table.assign(low=table["value"] - 0.05, high=table["value"] + 0.05)


def test_curves_are_drawn_at_true_distances_and_named() -> None:
    bends = pd.DataFrame({"row": [0], "boundary": [-0.25]})
    figure = gain_curves(cells(), CENTRES, bends, LIGHT)
    lines = [trace for trace in figure.data if trace.name]
    np.testing.assert_allclose(lines[0].x, CENTRES)
    np.testing.assert_allclose(lines[0].y, [0, -2, -4])
    np.testing.assert_allclose(lines[1].x, [-1.0, 3.0], err_msg="the blank cell is left out")
    assert lines[2].line.width > lines[0].line.width, "the full range is thick"
    (diamond,) = [trace for trace in figure.data if "diamond" in str(trace.marker.symbol)]
    assert (diamond.x[0], diamond.y[0]) == (-0.25, pytest.approx(-1.0))
    places = {note.text: note.x for note in figure.layout.annotations if note.text.startswith("<b>")}
    assert places == {"<b>1</b>": -1.0, "<b>3</b>": 3.0, "<b>1–3 (all)</b>": 3.0}
    band = figure.data[0]
    np.testing.assert_allclose(band.y, [5, 3, 1, -9, -7, -5])


def test_log_odds_are_written_as_they_are() -> None:
    figure = gain_curves(cells(), CENTRES, pd.DataFrame(columns=["row", "boundary"]), LIGHT, scale="logit")
    np.testing.assert_allclose(next(trace.y for trace in figure.data if trace.name), [0, -0.02, -0.04])
    assert "log odds" in figure.layout.yaxis.title.text


def test_slopes_go_through_the_mean_of_their_side() -> None:
    points = pd.DataFrame(
        {
            "train_bin": [0, 0, 1, 1, 2],
            "test_bin": [1, 2, 0, 1, 2],
            "distance": [1.5, 4.0, -1.5, 0.0, 0.0],
            "gain": [0.10, 0.05, 0.2, 0.3, np.nan],
        }
    ).assign(low=0.0, high=0.4)
    means = pd.DataFrame({"distance": [2.0], "gain": [0.1], "low": [0.0], "high": [0.2]})
    figure = distance_scatter(points, means, {-1: (np.nan,) * 3, 1: (-0.03, -0.05, -0.01)}, LIGHT)
    grey, own, squares, line = figure.data
    assert list(grey.x) == [1.5, 4.0, -1.5]
    assert list(own.y) == [30.0]
    assert "open" in own.marker.symbol
    assert list(squares.y) == [10.0]
    assert np.mean(line.y) == pytest.approx(7.5)
    assert np.diff(line.y)[0] == pytest.approx(-3 * 2.5)
    (note,) = [note for note in figure.layout.annotations if "a logit" in note.text]
    assert note.text == "<b>−3.0</b> a logit<br>[−5.0, −1.0]"
    assert (note.x, note.y) == (4.0, pytest.approx(line.y[1]))
    assert note.yanchor == "top", "the line runs down there"
    assert figure.layout.yaxis.range[0] < 0
    assert figure.layout.yaxis.range[1] > 40


def test_pairs_are_a_triangle() -> None:
    pairs = pd.DataFrame(
        {"easier": [0, 0, 1], "harder": [1, 2, 2], "gain": [0.5, -1.2, 0.04], "q": [0.5, 0.01, 0.5]}
    ).assign(low=-2.0, high=2.0)
    figure = asymmetry_triangle(pairs, LIGHT)
    assert list(written(figure).values()) == ["+0.5", "<b>−1.2</b>", "0.0"]


def test_the_strip_writes_what_is_likely_and_outlines_what_is_ahead() -> None:
    probability = np.array([[0.97, 0.5, np.nan], [0.03, 0.3, np.nan], [np.nan, 0.2, np.nan]])
    best = pd.DataFrame({"test_bin": [0, 1], "row": [0, 0], "p_ahead": [0.01, 0.4]})
    figure = best_strip(probability, ["1", "2", "1–2 (all)"], best, LIGHT)
    assert [note.text for note in figure.layout.annotations] == ["<b>97</b>", "<b>50</b>", "30", "20"]
    outlined = [shape for shape in figure.layout.shapes if shape.type == "rect"]
    assert [(box.x0 + box.x1) / 2 for box in outlined] == [0]
