"""The Bins page."""

from __future__ import annotations

import json

import pytest

from analysis.bins import NATURAL, STRATEGIES, TYPED, cut
from analysis.power import smallest_detectable_gain
from analysis.store import Store
from tests import studies
from tests.app.conftest import Open, text


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_the_current_cut_is_marked_and_its_cost_said(
    open_page: Open, toy_store: Store, strategy: str
) -> None:
    edges = (-1.0, 0.5, 1.5)
    app = open_page("bins", cut=strategy, bins="4", edges="-1, 0.5, 1.5", changes="30")
    with toy_store.open() as snapshot:
        difficulty = snapshot.items(studies.BENCHMARK, studies.FIT)["mean"].to_numpy()
        bins = cut(difficulty, snapshot.draws(studies.FIT), strategy=strategy, count=4, edges=edges)
    compared, summary = app.dataframe[0].value, app.dataframe[1].value
    (now,) = compared[compared["now"] != ""].itertuples()
    assert (now.strategy, now.count, now.smallest) == (strategy, 4, bins.sizes.min())
    assert now.p_in_bin == pytest.approx(100 * bins.own_probability.mean())
    assert set(compared["count"]) == {4, 5, 10, 20}
    assert (TYPED in set(compared["strategy"])) == (strategy == TYPED)
    gains = 100 * smallest_detectable_gain(bins.sizes, 0.3)
    assert f"from **{gains.max():.1f} points** on" in text(app)
    assert summary["detectable"].to_numpy() == pytest.approx(gains)
    assert summary["items"].tolist() == bins.sizes.tolist()


def test_the_histogram_shows_where_typed_edges_fall(open_page: Open) -> None:
    app = open_page("bins", cut=TYPED, edges="-1, 0.5")
    layout = json.loads(app.get("plotly_chart")[0].proto.spec)["layout"]
    dotted = [shape["y0"] for shape in layout["shapes"] if shape["line"].get("dash") == "dot"]
    assert dotted == [-1, 0.5]
    written = [note["text"] for note in layout["annotations"]]
    assert written == [f"<b>{k}</b>  {size:,}" for k, size in enumerate(app.dataframe[1].value["items"], 1)]


def test_an_empty_bin_is_said(open_page: Open) -> None:
    said = text(open_page("bins", cut=TYPED, edges="-1, 50"))
    assert "Some bins hold no items" in said
    assert "too few items to show any gain" in said


def test_natural_breaks_reach_every_page(open_page: Open) -> None:
    app = open_page("heatmap", cut=NATURAL, bins="3")
    assert app.selectbox(key="cut").value == NATURAL
    assert not app.error
