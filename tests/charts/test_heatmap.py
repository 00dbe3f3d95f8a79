from __future__ import annotations

import base64
import json
from typing import Any

import numpy as np
import pandas as pd
import pytest
from plotly.io.json import to_json_plotly

from analysis.charts import ALL, DARK, DISCOVERIES, EACH, LIGHT, gain_heatmap
from analysis.charts.drawing import Drawing
from tests.charts.written import written


def gains(rows: int = 3, bins: int = 4) -> pd.DataFrame:
    rng = np.random.default_rng(0)
    cells = [
        {
            "row": row,
            "train": str(row + 1) if row < rows - 1 else "1–2 (all)",
            "test_bin": test,
            "items": 60,
            "seeds": 3,
            "before": 0.5,
            "after": 0.5 + 0.1 * row - 0.05 * test,
            "gain": 0.1 * row - 0.05 * test,
            "value": 0.1 * row - 0.05 * test,
            "low": 0.1 * row - 0.05 * test - 0.04,
            "high": 0.1 * row - 0.05 * test + 0.04,
            "q": 0.02 if row else 0.3,
            "low_all": 0.1 * row - 0.05 * test - 0.08,
            "high_all": 0.1 * row - 0.05 * test + 0.08,
            "detectable": 0.06,
            "blank": None,
        }
        for row in range(rows)
        for test in range(bins)
    ]
    return pd.DataFrame(cells).sample(frac=1, random_state=rng.integers(9)).sort_values(["row", "test_bin"])


@pytest.mark.parametrize("style", [LIGHT, DARK], ids=["light", "dark"])
def test_colour_and_text_of_a_cell_say_the_same(style) -> None:
    table = gains()
    figure = gain_heatmap(table, style, intervals=False)
    z = np.array(figure.data[0].z)
    texts = written(figure)
    for cell in table.itertuples():
        assert z[cell.row, cell.test_bin] == pytest.approx(100 * cell.gain)
        text = texts[(cell.row, cell.test_bin)].replace("−", "-")
        assert float(text.replace("<b>", "").replace("</b>", "")) == round(100 * cell.gain)
        assert ("<b>" in text) == (cell.low > 0 or cell.high < 0)


def test_scale_is_centred_on_zero() -> None:
    heatmap = gain_heatmap(gains(), LIGHT).data[0]
    assert heatmap.zmin == -heatmap.zmax


def test_blank_cells_are_a_dash_and_say_why() -> None:
    table = gains()
    table.loc[table.index[0], ["gain", "value", "low", "high", "before", "after"]] = np.nan
    table["blank"] = table["blank"].astype(object)
    table.loc[table.index[0], "blank"] = "only 7 held-out items, 20 are needed"
    figure = gain_heatmap(table, LIGHT)
    assert "–" in written(figure).values()
    assert "only 7 held-out items" in figure.data[0].text[0][0]


def test_intervals_are_written_only_where_they_fit() -> None:
    assert "<br>" in written(gain_heatmap(gains(bins=12), LIGHT))[0, 0]
    assert "<br>" not in written(gain_heatmap(gains(bins=13), LIGHT))[0, 0]


@pytest.mark.parametrize(
    ("marks", "found"),
    [
        (EACH, lambda cell: cell.low > 0 or cell.high < 0),
        (DISCOVERIES, lambda cell: cell.q < 0.05),
        (ALL, lambda cell: cell.low_all > 0 or cell.high_all < 0),
    ],
    ids=[EACH, DISCOVERIES, ALL],
)
def test_bold_is_what_was_asked_for_and_the_rest_can_be_hidden(marks: str, found) -> None:
    table = gains()
    bold = list(written(gain_heatmap(table, LIGHT, marks=marks)).values())
    masked = list(written(gain_heatmap(table, LIGHT, marks=marks, mask=True)).values())
    for cell, text, left in zip(table.itertuples(), bold, masked, strict=True):
        assert ("<b>" in text) == found(cell)
        assert (left == "·") == (not found(cell))
    high, _, low = bold[0].split("<br>")
    assert (high, low) == (("+8", "−8") if marks == ALL else ("+4", "−4"))


def test_accuracies_have_no_sign_and_no_loss() -> None:
    table = gains().assign(value=lambda cells: cells["after"], low=0.1, high=0.9)
    figure = gain_heatmap(table, LIGHT, measure="accuracy")
    assert figure.data[0].zmin == 0
    assert not any(mark in text for text in written(figure).values() for mark in ("+", "−", "<b>"))


def test_log_odds_are_written_with_a_decimal() -> None:
    figure = gain_heatmap(gains().assign(value=1.26), LIGHT, measure="logit", intervals=False)
    assert {text.strip("<b>/") for text in written(figure).values()} == {"+1.3"}


def test_the_range_between_base_models_is_written_below() -> None:
    table = gains().assign(lowest=-0.02, highest=0.11, lowest_model="a", highest_model="b")
    figure = gain_heatmap(table, LIGHT)
    assert all("(−2, +11)" in text for text in written(figure).values())
    assert "a −2.0, b +11.0" in figure.data[0].text[0][0]


@pytest.mark.parametrize("style", [LIGHT, DARK], ids=["light", "dark"])
def test_a_click_on_a_cell_fades_no_text(style) -> None:
    for trace in gain_heatmap(gains(), style).data:
        if trace.type == "scatter" and trace.mode == "text":
            assert trace.selected.textfont.color == trace.unselected.textfont.color == trace.textfont.color


def test_cells_can_be_clicked() -> None:
    points = next(trace for trace in gain_heatmap(gains(), LIGHT).data if trace.name == "cells")
    assert list(points.customdata[5]) == ["2", 2]
    assert (points.x[5], points.y[5]) == (1, 1)


def test_rows_are_drawn_in_the_order_given_and_without_the_line() -> None:
    table = gains()
    turned = pd.concat([table[table["row"] == row] for row in (2, 0, 1)])
    figure = gain_heatmap(turned, LIGHT)
    assert figure.layout.yaxis.ticktext == ("1–2 (all)", "1", "2")
    assert not figure.layout.shapes
    assert len(gain_heatmap(table, LIGHT).layout.shapes) == 1


def test_the_app_sends_what_plotly_would_have_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    checked = gain_heatmap(gains(), LIGHT).to_plotly_json()
    monkeypatch.setattr(Drawing, "checked", False)
    unchecked = gain_heatmap(gains(), LIGHT)
    assert as_sent(unchecked.to_plotly_json()) == as_sent(checked)
    assert as_sent(unchecked.made_of) == unpacked(as_sent(checked))
    monkeypatch.setattr(Drawing, "checked", True)
    broken = Drawing()
    broken.add_scatter(x=[1], colour="red")
    with pytest.raises(ValueError, match="colour"):
        broken.figure()


def unpacked(part: Any) -> Any:
    """The same with columns that plotly packed as lists."""
    if isinstance(part, list):
        return [unpacked(value) for value in part]
    if not isinstance(part, dict):
        return part
    if "bdata" not in part:
        return {name: unpacked(value) for name, value in part.items()}
    column = np.frombuffer(base64.b64decode(part["bdata"]), dtype=part["dtype"])
    return column.reshape([int(size) for size in part.get("shape", str(len(column))).split(",")]).tolist()


def as_sent(figure: dict) -> dict:
    """What the browser is sent, without empty lists and the empty template, which say nothing."""
    sent = json.loads(to_json_plotly(figure))
    del sent["layout"]["template"]
    sent["layout"] = {name: value for name, value in sent["layout"].items() if value != []}
    return sent
