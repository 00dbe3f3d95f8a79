"""The page of pooled gains, run in process by Streamlit's AppTest."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import plotly.graph_objects as go
import pyarrow as pa
import pytest

from analysis import transfer
from analysis.store import Store
from tests import studies
from tests.app.conftest import Open, text
from tests.charts.written import written


@pytest.fixture
def store(toy_store: Store, tmp_path: Path) -> Store:
    return Store(shutil.copytree(toy_store.directory, tmp_path / "store"))


def pooled(store: Store, **about: object) -> Store:
    with store.open() as snapshot:
        matrix = transfer.run_matrix(
            snapshot.runs(studies.BENCHMARK),
            snapshot.run_items(studies.BENCHMARK),
            snapshot.run_responses(studies.BENCHMARK),
            base_model=studies.BASE,
            n_items=studies.N_ITEMS,
        )
    with store.change() as draft:
        draft.add_pool(studies.pool_tables(**{"data_hash": matrix.data_hash(), **about}))
    return store


def test_without_pooled_gains_the_page_says_how_to_get_them(open_page: Open) -> None:
    app = open_page("pooling")
    assert "not pooled yet" in text(app)
    (command,) = (code.value for code in app.code if "analysis pool" in code.value)
    assert f"--benchmark {studies.BENCHMARK} --base-model {studies.BASE} --fit {studies.FIT}" in command
    assert not app.get("plotly_chart")


def test_raw_gains_stand_beside_pooled_ones(open_page: Open, store: Store) -> None:
    app = open_page("pooling", pooled(store))
    cells = studies.pool_tables().pool_cells
    gains, losses = (cells["p_positive"] == 1).sum(), (cells["p_positive"] == 0).sum()
    assert f"Of {len(cells)} cells, {gains} gain and {losses} lose" in text(app)
    assert "were added or changed" not in text(app)
    raw, shrunken, _ = (json.loads(chart.proto.spec) for chart in app.get("plotly_chart"))
    texts = [text.replace("<b>", "").replace("</b>", "") for text in written(go.Figure(shrunken)).values()]
    pooled_gains = [f"{100 * gain:+.0f}".replace("-", "−") for gain in cells["gain"]]
    assert [text if text != "0" else "+0" for text in texts[: len(cells)]] == [
        "+0" if text == "−0" else text for text in pooled_gains
    ]
    assert set(texts[len(cells) :]) == {"–"}, "the full range was not pooled"
    assert raw["data"][0]["zmax"] == shrunken["data"][0]["zmax"], "the same colour says the same"


def test_probabilities_are_written_as_far_as_draws_tell(open_page: Open, store: Store) -> None:
    app = open_page("pooling", pooled(store), beside="probability of a gain")
    figure = go.Figure(json.loads(app.get("plotly_chart")[1].proto.spec))
    assert set(written(figure).values()) == {"<b>>99</b>", "<b><1</b>", "50", "–"}
    numbers = app.dataframe[0]
    assert set(numbers.value["p_positive"].dropna()) == {0.0, 50.0, 100.0}, "numbers are sorted and saved"
    shown = pa.ipc.open_stream(numbers.proto.arrow_data.styler.display_values).read_pandas()
    assert set(shown["p_positive"]) == {"<0.1", "50.0", ">99.9", "–"}
    assert any(gain.startswith("−") for gain in shown["gain"])


def test_runs_added_since_are_said(open_page: Open, store: Store) -> None:
    assert "Runs were added or changed" in text(open_page("pooling", pooled(store, data_hash="other")))


def test_what_did_not_converge_is_shown_to_those_who_ask(open_page: Open, store: Store) -> None:
    app = open_page("pooling", pooled(store, converged=False, problems="R-hat 1.100 is above 1.01"))
    assert "did not converge: R-hat 1.100" in text(app)
    assert not app.get("plotly_chart")
    app.toggle(key="unconverged_pool").set_value(True).run()
    assert len(app.get("plotly_chart")) == 3
