"""The basket: what is chosen is what leaves."""

from __future__ import annotations

import shlex
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from analysis.cli import app as command_line
from analysis.imports import import_study
from analysis.store import Store
from analysis.subsets import TARGETS
from tests.app.conftest import Open, text

Query = dict[str, str | list[str]]


def test_it_offers_the_chosen_bins(open_page: Open) -> None:
    app = open_page("export", take=["9", "10"])
    table = app.dataframe[0].value
    assert set(table["bin"]) == {9, 10}
    assert f"{len(table)} of 500 items" in text(app)
    assert "Cite: simulated." in text(app)
    app.button_group(key="take").set_value([]).run()
    assert "Nothing is in the basket" in text(app)
    assert not app.get("download_button")


@pytest.mark.parametrize(
    "query",
    [
        {"take": ["9", "10"], "sure": "30"},
        {"from": "-1", "to": "0.5", "contains": "toy-1", "take": [str(n) for n in range(1, 11)]},
        {"ids": "toy-003 toy-400", "take": ["2"], "flags": ["unflagged"]},
        {"shape": "easy-heavy", "total": "40", "seed": "5", "order": "spiral-curriculum", "rounds": "3"},
        {
            "shape": "typed",
            "portions": "1,1",
            "total": "12",
            "cut": "typed",
            "edges": "0.5",
            "take": ["1", "2"],
        },
    ],
)
def test_the_command_makes_what_is_shown(
    open_page: Open, toy_store: Store, tmp_path: Path, query: Query
) -> None:
    app = open_page("export", **query)
    shown = app.dataframe[-1].value
    words = shlex.split(app.code[-1].value)
    assert words[:3] == ["python", "-m", "analysis"]
    words[words.index("--out") + 1] = str(tmp_path / "out.parquet")
    run = CliRunner().invoke(command_line, [*words[3:], "--store", str(toy_store.directory)])
    assert run.exit_code == 0, run.exception
    made = pd.read_parquet(tmp_path / "out.parquet")
    assert made["item_key"].head(200).tolist() == shown["item_key"].tolist()
    assert f"{len(made)} of 500 items" in text(app)


def test_every_form_can_be_had(open_page: Open) -> None:
    app = open_page("export", form="trl")
    for form in TARGETS:
        if form == "lm-eval-samples":
            continue
        app.selectbox(key="form").set_value(form).run()
        (button,) = app.get("download_button")
        assert button.proto.label == f"Download {form}"
        assert TARGETS[form].about in text(app)
        assert f"--format {form}" in app.code[-1].value


@pytest.mark.parametrize(
    ("page", "what"), [("heatmap", "Cells"), ("bins", "Bins"), ("difficulty", "Difficulty")]
)
def test_results_leave_from_their_pages(open_page: Open, page: str, what: str) -> None:
    labels = [button.proto.label for button in open_page(page).get("download_button")]
    labels = [label for label in labels if not label.startswith("Report")]
    assert labels == [f"{what} as CSV", f"{what} as Parquet"]


def test_a_form_that_cannot_be_had_says_why(open_page: Open, toy_folder: Path, tmp_path: Path) -> None:
    app = open_page("export", form="lm-eval-samples")
    assert "only items read from its logs have one" in text(app)
    assert not app.get("download_button")
    store = Store(tmp_path)
    import_study(store, toy_folder)
    with store.change() as draft:
        draft._rows("UPDATE benchmarks SET hide_text = true")
        draft.record_import("x", benchmark="toy", source="x", reader="test", report=[])
    app = open_page("export", store, form="trl")
    assert "needs the text of items" in text(app)
    assert "prompt" not in app.dataframe[0].value
    assert open_page("export", store, form="lm-eval-task", base_task="/x.yaml").get("download_button")


def test_a_mix_says_what_it_lacks(open_page: Open) -> None:
    app = open_page("export", shape="uniform", total="300", take=["1", "10"])
    report = app.dataframe[0].value
    assert report["bin"].tolist() == [1, 10]
    assert report["asked"].tolist() == [150, 150]
    assert report["given"].tolist() == report["there"].tolist()
    assert f"of 300 items asked for: bin 1 has {report['there'].iloc[0]} of 150" in text(app)


def test_wrong_values_are_said(open_page: Open) -> None:
    assert "Not in this benchmark, so left out: gone" in text(open_page("export", ids="gone toy-003"))
    app = open_page("export", shape="typed", portions="1,2")
    assert "Type 3 shares" in app.error[0].value
    notes = text(open_page("export", form="xlsx", order="random", shape="odd"))
    for wrong in ("form 'xlsx'", "order 'random'", "shape 'odd'"):
        assert f"The link asks for {wrong}, which is not here" in notes


def test_items_are_found_and_added_by_hand(open_page: Open) -> None:
    app = open_page("export", take=["10"], look="toy-00")
    hits = app.dataframe[0].value
    assert hits["item_key"].str.contains("toy-00").all()
    assert not set(hits["item_key"]) & set(app.dataframe[-1].value["item_key"])
    app.text_input(key="ids").set_value("toy-001, toy-002").run()
    assert {"toy-001", "toy-002"} <= set(app.dataframe[-1].value["item_key"])
