from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.charts import DARK, LIGHT, bin_overlap, difficulty_distribution, difficulty_ranks


@pytest.fixture
def items() -> pd.DataFrame:
    mean = np.linspace(-2, 2, 80)
    return pd.DataFrame(
        {
            "item_key": [f"q{n}" for n in range(80)],
            "mean": mean[::-1],
            "hdi_low": mean[::-1] - 0.3,
            "hdi_high": mean[::-1] + 0.3,
            "posterior_low": mean[::-1] - 0.3,
            "posterior_high": mean[::-1] + 0.3,
            "proportion": np.linspace(0, 1, 80),
            "flag": ["floor"] + [None] * 78 + ["ceiling"],
        }
    )


def test_histogram_counts_every_item_and_draws_every_edge(items: pd.DataFrame) -> None:
    figure = difficulty_distribution(items, np.array([-1.0, 0.0, 1.0]), LIGHT)
    assert sum(figure.data[0].y) == len(items)
    assert sorted(shape.x0 for shape in figure.layout.shapes) == [-1.0, 0.0, 1.0]


def test_ranks_draw_the_interval_and_the_flags(items: pd.DataFrame) -> None:
    figure = difficulty_ranks(items, DARK)
    band, line = figure.data[0], figure.data[1]
    assert np.all(np.diff(line.y) > 0)
    assert band.y[0] == pytest.approx(line.y[0] + 0.3)
    assert band.y[-1] == pytest.approx(line.y[0] - 0.3)
    assert [trace.text[0] for trace in figure.data[2:]] == ["solved by nobody", "solved by all"]


def test_the_posterior_is_drawn_inside_a_wider_interval(items: pd.DataFrame) -> None:
    items = items.assign(posterior_low=items["mean"] - 0.1, posterior_high=items["mean"] + 0.1)
    wide, narrow, line = difficulty_ranks(items, LIGHT).data[:3]
    for band, half_width in ((wide, 0.3), (narrow, 0.1)):
        np.testing.assert_allclose(band.y[:80] - line.y, half_width)
        np.testing.assert_allclose(band.y[80:][::-1] - line.y, -half_width)


def test_overlap_writes_percentages_where_they_belong() -> None:
    figure = bin_overlap(np.array([[0.8, 0.2], [0.1, 0.9]]), LIGHT)
    texts = {(int(note.y), int(note.x)): note.text for note in figure.layout.annotations}
    assert texts == {(0, 0): "80", (0, 1): "20", (1, 0): "10", (1, 1): "90"}
