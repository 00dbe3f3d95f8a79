"""Names at the ends of lines."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.charts import DARK, LIGHT, Style
from analysis.charts.drawing import Drawing
from analysis.charts.names import Name, apart, name_ends

GAP = 4.5


@pytest.mark.parametrize("heights", [[10, 50, 90], [50, 50, 50], [30, 28, 60, 61, 59], [5.0]])
def test_names_keep_their_distance_and_order(heights: list[float]) -> None:
    moved = apart(heights, GAP)
    order = np.argsort(heights, kind="stable")
    assert (np.diff(moved[order]) >= GAP - 1e-9).all()
    assert moved.mean() == pytest.approx(np.mean(heights))
    if min(np.diff(np.sort(heights)), default=GAP) >= GAP:
        np.testing.assert_allclose(moved, heights)


def test_names_stay_between_their_bounds() -> None:
    np.testing.assert_allclose(apart([0, 1, 0], GAP, low=0), [0, 2 * GAP, GAP])
    np.testing.assert_allclose(apart([100, 40, 99], GAP, high=100), [100, 40, 100 - GAP])
    np.testing.assert_allclose(apart([1, 2, 3], GAP, low=0, high=5), [0, GAP, 2 * GAP], err_msg="no room")


@pytest.mark.parametrize("style", [LIGHT, DARK], ids=["light", "dark"])
def test_names_have_room_and_the_colours_of_their_lines(style: Style) -> None:
    figure = Drawing()
    ends = [Name("a", 3, 50, style.main), Name("two<br>lines", 3, 51, style.mark)]
    name_ends(figure, ends, 10, style)
    one, other = figure.annotations
    assert other["y"] - one["y"] == pytest.approx(10)
    assert one["font"]["color"] != other["font"]["color"]
    assert 5 * 6 < figure.layout["margin"]["r"] < 60
    name_ends(Drawing(), [], 10, style)
