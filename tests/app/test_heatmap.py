"""The heatmap's own controls, its cells, and mixes, run in process by Streamlit's AppTest."""

from __future__ import annotations

import json

import numpy as np
import plotly.graph_objects as go
import pytest
from streamlit.testing.v1 import AppTest

from analysis import charts, transfer
from tests import studies
from tests.app.conftest import Open, text
from tests.charts.written import below, written


def cell_texts(app: AppTest) -> list[str]:
    return list(written(go.Figure(json.loads(app.get("plotly_chart")[0].proto.spec))).values())


@pytest.mark.parametrize("measure", transfer.MEASURES)
def test_every_measure_can_be_shown(open_page: Open, measure: str) -> None:
    app = open_page("heatmap", measure=measure)
    assert any(mark in text(app) for mark in ("Bold:", "Accuracy after training"))
    table = app.dataframe[0].value
    rows = 12 if measure == transfer.ACCURACY else 11  # the zero-shot baseline is a row of accuracies
    assert len(table) == 10 * rows
    assert table["value"].notna().any()


def test_standards_are_stricter_one_after_the_other(open_page: Open) -> None:
    found = [sum("<b>" in one for one in cell_texts(open_page("heatmap", bold=m))) for m in charts.MARKS]
    assert found[0] > 0
    assert found[0] >= found[1] >= found[2]
    hidden = cell_texts(open_page("heatmap", bold=charts.EACH, mask="true"))
    assert sum(one == "·" for one in hidden) == len(hidden) - found[0]


def test_rows_can_be_sorted_by_their_mean(open_page: Open) -> None:
    table = open_page("heatmap", rows="by mean").dataframe[0].value
    means = table.groupby("train", sort=False)["value"].mean()
    assert (np.diff(means) <= 0).all()


def test_uncertain_bins_widen_intervals(open_page: Open) -> None:
    sure, unsure = (open_page("heatmap", vary=vary).dataframe[0].value for vary in ("false", "true"))
    width = [(table["high"] - table["low"]).mean() for table in (sure, unsure)]
    assert width[1] > width[0]


def test_a_cell_opens_by_its_name(open_page: Open) -> None:
    app = open_page("heatmap", cell="4", on="5", side="all")
    said = text(app)
    assert "Trained on bin **4**" in said
    each, items = app.dataframe[0].value, app.dataframe[1].value
    assert len(each) == len(studies.SEEDS)
    numbers = app.dataframe[2].value
    own = numbers[(numbers["train"] == "4") & (numbers["test_bin"] == 5)].iloc[0]
    assert len(items) == own["items"]
    assert each["gain"].mean() == pytest.approx(own["gain"])
    assert f"{own['after'] / 100:.0%}" in said


def test_items_of_a_cell_are_parted_by_what_became_of_them(open_page: Open) -> None:
    app = open_page("heatmap", cell="9", on="2")
    tables = {}
    for side in ("gained", "lost", "all"):
        app.segmented_control(key="side").set_value(side).run()
        tables[side] = app.dataframe[1].value
    gained, lost, every = (tables[side]["gain"] for side in ("gained", "lost", "all"))
    assert (gained > 0).all()
    assert gained.is_monotonic_decreasing
    assert len(lost)
    assert (lost < 0).all()
    assert lost.is_monotonic_increasing, "most lost first"
    assert (len(gained), len(lost)) == ((every > 0).sum(), (every < 0).sum())
    assert f"**{len(gained)}** are right more often than before and **{len(lost)}** less often" in text(app)


def test_no_cell_is_open_at_first(open_page: Open) -> None:
    app = open_page("heatmap")
    assert "Click a cell above" in text(app)
    assert "value" in app.dataframe[0].value


@pytest.mark.parametrize("shape", [shape for shape in transfer.SHAPES if shape != transfer.TYPED])
def test_a_mix_says_what_would_be_expected(open_page: Open, shape: str) -> None:
    app = open_page("mixes", mix=shape)
    assert "this mix would be expected to gain" in text(app)
    assert "an extrapolation" in text(app)
    assert app.get("plotly_chart")


def test_a_mix_of_one_bin_is_that_bins_row(open_page: Open) -> None:
    app = open_page("mixes", mix="typed", shares="0,0,0,1,0,0,0,0,0,0")
    figure = json.loads(app.get("plotly_chart")[0].proto.spec)
    table = open_page("heatmap").dataframe[0].value.query("train == '4'")
    expected = [gains for _, gains, _ in below(go.Figure(figure))]
    assert expected == [charts.POINTS.written(gain) for gain in table["gain"]]


@pytest.mark.parametrize(("shares", "says"), [("1, x", "'x' is not a number"), ("1, 2", "Type 10 shares")])
def test_shares_that_cannot_be_used_are_one_sentence(open_page: Open, shares: str, says: str) -> None:
    app = open_page("mixes", mix="typed", shares=shares)
    assert says in text(app)
