"""The tour leads from the question to the file, run in process by Streamlit's AppTest."""

from __future__ import annotations

from pathlib import Path

from streamlit.testing.v1 import AppTest

from analysis.imports import import_study
from analysis.store import Store
from tests.app.conftest import Open, text


def steps(app: AppTest) -> list:
    links = [link.proto for link in app.get("page_link")]
    return [link for link in links if link.label[:2] in ("1.", "2.", "3.", "4.", "5.")]


def test_every_step_leads_to_a_page(open_page: Open) -> None:
    app = open_page("overview", bins="5")
    assert [link.page for link in steps(app)] == ["difficulty", "bins", "heatmap", "findings", "export"]
    assert "cell=1" in steps(app)[2].query_string
    assert "on=5" in steps(app)[2].query_string
    assert "tested on bin 5" in text(app)


def test_the_third_step_opens_the_cell_it_names(open_page: Open) -> None:
    assert "Trained on bin **1**" in text(open_page("heatmap", bins="5", cell="1", on="5"))


def test_without_runs_there_is_no_tour(open_page: Open, tmp_path: Path, toy_folder: Path) -> None:
    store = Store(tmp_path)
    import_study(store, toy_folder)
    with store.change() as draft:
        draft._rows("DELETE FROM runs")
        draft.record_import("x", benchmark="toy", source="x", reader="test", report=[])
    app = open_page("overview", store)
    assert not steps(app)
    assert app.title[0].value.startswith("How hard is ")
    links = [link.proto.page for link in app.get("page_link")]
    assert links[:3] == ["difficulty", "robustness", "diagnostics"]
    assert "nothing can be said about training" in text(app)
