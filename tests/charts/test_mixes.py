from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.charts import DARK, LIGHT, mix_expectation
from analysis.charts.style import Style
from tests.charts.written import below

MIX = np.array([0.5, 0.3, 0.2])


def estimates(gain: list[float]) -> pd.DataFrame:
    value = np.array(gain)
    return pd.DataFrame({"test_bin": range(3), "gain": value, "low": value - 0.02, "high": value + 0.04})


@pytest.mark.parametrize("style", [LIGHT, DARK], ids=["light", "dark"])
def test_shares_and_gains_are_written_in(style: Style) -> None:
    figure = mix_expectation(MIX, estimates([0.1, -0.05, 0.0]), estimates([0.2, 0.1, np.nan]), style)
    bars, expected, measured = figure.data
    assert list(bars.text) == ["50%", "30%", "20%"]
    assert below(figure) == [["1", "+10", "+20"], ["2", "−5", "+10"], ["3", "0", "–"]]
    np.testing.assert_allclose(expected.error_y.array, 4)
    np.testing.assert_allclose(expected.error_y.arrayminus, 2)
    assert expected.marker.symbol != measured.marker.symbol  # not told apart by colour alone
    names = {note.text.replace("<br>", " "): note.y for note in figure.layout.annotations}
    assert list(names) == ["● expected of the mix", "◇ measured, full range"]
    assert names["◇ measured, full range"] == 10, "its last known gain"


def test_without_a_full_range_nothing_is_drawn_of_it() -> None:
    figure = mix_expectation(MIX, estimates([0.1, 0.0, 0.0]), estimates([0, 0, 0])[:0], LIGHT)
    assert len(figure.data) == 2
    assert below(figure) == [["1", "+10"], ["2", "0"], ["3", "0"]]
