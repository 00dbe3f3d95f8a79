"""Charts of the pages Diagnostics and Robustness: what is drawn is what was given."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.charts import (
    DARK,
    LIGHT,
    chain_plots,
    correlation_forest,
    family_sizes,
    fit_against_fit,
    interval_widths,
    item_curve,
    item_proportions,
    measure_scatter,
    score_distribution,
    without_families,
)
from analysis.charts.style import _luminance
from analysis.trust import from_draws


def texts(figure) -> list[str]:
    return [note.text for note in figure.layout.annotations]


@pytest.mark.parametrize("style", [LIGHT, DARK], ids=["light", "dark"])
def test_each_chain_has_a_line_left_and_one_right_of_the_same_colour(style) -> None:
    draws = np.random.default_rng(0).standard_normal((200, 6))
    shown = from_draws(draws, 4, pd.Series([f"q{n}" for n in range(6)]))
    assert shown is not None
    figure = chain_plots(shown.draws, shown.counts, style)
    names = shown.draws["name"].unique()
    assert texts(figure) == list(names)
    assert len(figure.data) == len(names) * (4 + 1 + 4)
    first = figure.data[:9]
    ranks, traces = first[1:5], first[5:]
    assert [line.line.color for line in ranks] == [line.line.color for line in traces]
    assert len({line.line.color for line in traces}) == 4
    assert len({line.marker.symbol for line in ranks}) == 4
    np.testing.assert_array_equal(traces[2].y, shown.draws.query("chain == 2")["value"][:50])
    assert sum(sum(line.y) for line in ranks) == 200
    page = _luminance("rgb(255, 255, 255)" if style is LIGHT else "rgb(21, 26, 33)")
    for line in traces:
        own = _luminance("rgb({}, {}, {})".format(*(int(line.line.color[i : i + 2], 16) for i in (1, 3, 5))))
        assert (max(own, page) + 0.05) / (min(own, page) + 0.05) > 2.5


@pytest.fixture
def scores() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "low": [0.0, 0.25, 0.5, 0.75],
            "high": [0.25, 0.5, 0.75, 1.0],
            "observed": [0, 30, 50, 20],
            "predicted": [0.1, 31.0, 45.0, 24.0],
            "predicted_low": [0.0, 20.0, 40.0, 21.0],
            "predicted_high": [0.2, 40.0, 55.0, 30.0],
        }
    )


def test_a_bar_outside_its_band_is_outlined_and_empty_ends_are_left_out(scores: pd.DataFrame) -> None:
    bars, band, line = score_distribution(scores, LIGHT).data
    assert list(bars.y) == [30, 50, 20]
    assert list(bars.marker.line.width > 0) == [False, False, True]
    assert list(band.y) == [40, 55, 30, 21, 40, 20]
    assert list(line.y) == [31, 45, 24]


def test_items_outside_their_interval_are_crosses(monkeypatch) -> None:
    predicted = np.linspace(0.1, 0.9, 50)
    items = pd.DataFrame(
        {
            "item_key": [f"q{n}" for n in range(50)],
            "proportion": predicted + np.where(np.arange(50) == 7, 0.2, 0.01),
            "predicted": predicted,
            "predicted_low": predicted - 0.05,
            "predicted_high": predicted + 0.05,
        }
    )
    monkeypatch.setattr("analysis.charts.checks.MOST_POINTS", 10)
    *_, within, outside = item_proportions(items, LIGHT).data
    assert len(within.x) <= 10
    assert list(outside.customdata) == ["q7"]
    assert outside.y[0] == pytest.approx(20)
    assert outside.marker.symbol == "x"


def test_a_curve_has_its_intervals() -> None:
    curve = pd.DataFrame(
        {
            "ability": [-1.0, 1.0],
            "models": [30, 40],
            "observed": [0.2, 0.7],
            "observed_low": [0.1, 0.6],
            "observed_high": [0.4, 0.8],
            "fitted": [0.3, 0.6],
            "fitted_low": [0.25, 0.5],
            "fitted_high": [0.35, 0.7],
        }
    )
    band, line, points = item_curve(curve, LIGHT).data
    np.testing.assert_allclose(band.y, [35, 70, 50, 25])
    np.testing.assert_allclose(line.y, [30, 60])
    np.testing.assert_allclose(points.y + points.error_y.array, [40, 80])
    np.testing.assert_allclose(points.y - points.error_y.arrayminus, [10, 60])


def test_small_families_are_counted_in_words() -> None:
    family = [f"f{size}" for size in range(1, 16) for _ in range(size)]
    figure = family_sizes(pd.DataFrame({"family": family}), LIGHT)
    assert list(figure.data[0].x) == list(range(15, 3, -1))
    assert texts(figure) == ["and 3 more families with 6 models, 3 at most"]
    few = family_sizes(pd.DataFrame({"family": ["a", "a", "b"]}), LIGHT)
    assert list(few.data[0].x) == [2, 1]
    assert not few.layout.annotations


def test_families_that_change_most_come_first() -> None:
    left_out = pd.DataFrame({"name": ["a", "b"], "models": [9, 5], "moved": [2, 8], "share": [0.01, 0.04]})
    figure = without_families(left_out, LIGHT)
    assert list(figure.layout.yaxis.ticktext) == ["b (5)", "a (9)"]
    assert list(figure.data[0].text) == ["4.0% (8)", "1.0% (2)"]
    nothing = without_families(left_out.assign(moved=0, share=0.0), LIGHT)
    assert nothing.layout.xaxis.range[1] > 0


def test_interval_widths_count_every_item_and_name_the_median() -> None:
    items = pd.DataFrame({"sd": [0.1, 0.12, 0.14], "posterior_sd": 0.1})
    figure = interval_widths(items, LIGHT)
    assert sum(figure.data[0].y) == 3
    assert texts(figure) == ["median 1.20×"]


def test_correlations_are_drawn_with_their_intervals() -> None:
    table = pd.DataFrame(
        {"measure": ["steps", "grade"], "rho": [0.5, -0.2], "low": [0.4, -0.3], "high": [0.6, -0.1]}
    )
    figure = correlation_forest(table, LIGHT)
    assert [list(line.x) for line in figure.data[:2]] == [[0.4, 0.6], [-0.3, -0.1]]
    assert list(figure.data[2].x) == [0.5, -0.2]
    assert texts(figure) == ["steps", "+0.50 [+0.40, +0.60]", "grade", "−0.20 [−0.30, −0.10]"]


@pytest.mark.parametrize("values", [3, 500])
def test_a_measure_has_the_median_of_its_items(values: int) -> None:
    number = np.arange(600)
    items = pd.DataFrame(
        {"item_key": number.astype(str), "measure": (number % values) * 1.0, "mean": (number % values) * 2.0}
    )
    items.loc[0, "measure"] = np.nan
    points, line = measure_scatter(items, "steps", LIGHT).data
    assert len(points.x) == 599
    np.testing.assert_allclose(line.y, 2 * np.array(line.x))
    assert len(line.x) == min(values, 10)
    # Shifted aside only where points would lie on each other, and never to another value.
    asked = np.array([float(row[1]) for row in points.customdata])
    assert np.abs(np.array(points.x) - asked).max() <= (0.3 if values == 3 else 0.0)


def test_a_measure_of_one_value_is_drawn() -> None:
    items = pd.DataFrame({"item_key": ["a", "b"], "measure": [1, 1], "mean": [0.0, 1.0]})
    assert len(measure_scatter(items, "steps", LIGHT).data[0].x) == 2


def test_items_that_change_decile_are_crosses() -> None:
    items = pd.DataFrame(
        {
            "item_key": ["a", "b", "c"],
            "one": [0.0, 1.0, 2.0],
            "other": [0.1, 2.0, 1.0],
            "moved": [False, True, True],
        }
    )
    same, still, moved = fit_against_fit(items, "f1", "f2", DARK, "logits").data
    assert list(same.x) == list(same.y) == [0.0, 2.0]
    assert list(still.customdata) == ["a"]
    assert list(moved.customdata) == ["b", "c"]
    assert (still.marker.symbol, moved.marker.symbol) == ("circle", "x")
