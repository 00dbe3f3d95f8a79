"""Every page, run in process by Streamlit's AppTest."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from analysis.bins import quantile_bins
from analysis.imports import import_file, import_study
from analysis.store import Store
from analysis.transfer import finding, pattern, run_matrix
from tests import studies
from tests.app.conftest import PAGES, Open, notes, text


def heatmap_values(app: AppTest) -> np.ndarray:
    """The heatmap's numbers; plotly sends arrays as base64."""
    return numbers(json.loads(app.get("plotly_chart")[0].proto.spec)["data"][0]["z"])


def numbers(sent: list) -> np.ndarray:
    return np.array(sent, dtype=float)


@pytest.mark.parametrize("page", PAGES)
def test_every_page_shows_its_data_and_says_which(open_page: Open, page: str) -> None:
    app = open_page(page)
    said = text(app)
    assert "Bundled study" in said
    assert "Toy sums" in said
    assert "data version" in said
    assert not app.error


@pytest.mark.parametrize("page", PAGES)
def test_every_page_survives_any_cut(open_page: Open, page: str) -> None:
    for query in (
        {"bins": "2"},
        {"bins": "20"},
        {"cut": "equal-width"},
        {"cut": "typed", "edges": "-1, 0.5"},
    ):
        open_page(page, **query)


@pytest.mark.parametrize("page", PAGES)
def test_every_page_explains_an_empty_store(open_page: Open, tmp_path: Path, page: str) -> None:
    app = open_page("overview", Store(tmp_path))
    assert app.title[0].value == "Nothing is stored yet"
    assert "python -m analysis import data/study" in app.code[0].value


def test_a_store_of_another_version_is_a_message_not_a_traceback(
    open_page: Open, tmp_path: Path, toy_folder: Path
) -> None:
    store = Store(tmp_path)
    import_study(store, toy_folder)
    with store.change() as draft:
        draft._rows("UPDATE written_with SET schema_version = 'older'")
        draft.record_import("x", benchmark="toy", source="x", reader="test", report=[])
    app = open_page("overview", store)
    assert "written by another version" in app.error[0].value


@pytest.fixture
def unfitted(tmp_path: Path, toy_folder: Path) -> Store:
    store, csv = Store(tmp_path / "store"), tmp_path / "x.csv"
    csv.write_text("model,a,b\nm1,1,0\nm2,0,1\n")
    import_study(store, toy_folder)
    import_file(store, csv, benchmark="mine")
    return store


def test_a_benchmark_without_a_fit_says_what_to_do(open_page: Open, unfitted: Store) -> None:
    app = open_page("overview", unfitted, benchmark="mine")
    assert "has no difficulties yet" in text(app)
    assert app.code[0].value == "python -m analysis fit --benchmark mine"


def test_a_benchmark_without_runs_says_so(open_page: Open, tmp_path: Path, toy_folder: Path) -> None:
    store = Store(tmp_path)
    import_study(store, toy_folder)
    with store.change() as draft:
        draft._rows("DELETE FROM runs")
        draft.record_import("x", benchmark="toy", source="x", reader="test", report=[])
    app = open_page("heatmap", store)
    assert "has no fine-tune runs" in text(app)
    assert not app.get("plotly_chart")


def test_a_stale_fit_is_pointed_out(open_page: Open, tmp_path: Path, toy_folder: Path) -> None:
    store = Store(tmp_path)
    import_study(store, toy_folder)
    with store.change() as draft:
        draft._rows("UPDATE benchmarks SET data_hash = 'other'")
        draft.record_import("x", benchmark="toy", source="x", reader="test", report=[])
    assert "Responses were added since this fit" in text(open_page("difficulty", store))


def test_the_heatmap_shows_the_gains(open_page: Open) -> None:
    app = open_page("heatmap")
    z = heatmap_values(app)
    assert z.shape == (11, 10)
    expected = 100 * np.array([studies.true_gain(row, np.arange(10)) for row in range(10)])
    # Thirty held-out items a cell: a standard error of about 7 points.
    assert np.abs(z[:10] - expected).mean() < 8
    assert np.corrcoef(z[:10].ravel(), expected.ravel())[0, 1] > 0.6
    table = app.dataframe[0].value
    assert {"gain", "low", "high"} <= set(table.columns)
    np.testing.assert_allclose(table["gain"], z.ravel(), equal_nan=True)


def test_columns_of_the_heatmap_follow_the_cut(open_page: Open) -> None:
    assert heatmap_values(open_page("heatmap", bins="4")).shape == (11, 4)


def test_the_overview_says_what_training_does(open_page: Open, toy_store: Store) -> None:
    app = open_page("overview")
    with toy_store.open() as snapshot:
        difficulty = snapshot.items(studies.BENCHMARK, studies.FIT)["mean"].to_numpy()
        matrix = run_matrix(
            snapshot.runs(studies.BENCHMARK),
            snapshot.run_items(studies.BENCHMARK),
            snapshot.run_responses(studies.BENCHMARK),
            base_model=studies.BASE,
            n_items=len(difficulty),
        )
    found = pattern(matrix, difficulty, quantile_bins(difficulty, 10), 10)
    said = text(app)
    for part in ("Easy → hard", "Hard → easy", "Own bin", "4+ away"):
        assert f": {finding(found.loc[part])}" in said
    z = heatmap_values(app)
    assert z.shape == (2, 7), "both benchmarks, every part of the pattern"
    np.testing.assert_allclose(z[0], 100 * found["gain"])
    assert np.isfinite(z[1]).tolist() == [False, False, True, False, False, False, False]
    assert z[1, 2] == pytest.approx(100 * studies.OTHER_GAIN["usual"], abs=5)


def test_without_single_bins_the_overview_speaks_of_the_full_range(open_page: Open) -> None:
    said = text(open_page("overview", benchmark=studies.OTHER))
    assert "Trained on the **full range**, tested on all of it: a **gain of" in said
    assert "not known: no run tells" in said


def test_the_recipe_can_be_chosen_where_there_are_several(open_page: Open) -> None:
    assert "recipe" not in [box.key for box in open_page("tasks").selectbox]
    usual = open_page("heatmap", benchmark=studies.OTHER, bins="2")
    assert usual.selectbox(key="recipe").options == ["usual", "mild"]
    assert "recipe usual" in text(usual)
    mild = open_page("heatmap", benchmark=studies.OTHER, bins="2", recipe="mild")
    assert "recipe mild" in text(mild)
    for app, recipe in ((usual, "usual"), (mild, "mild")):
        table = app.dataframe[0].value.dropna(subset="gain")
        assert table["gain"].mean() == pytest.approx(100 * studies.OTHER_GAIN[recipe], abs=5)
    (note,) = notes(open_page("heatmap", recipe="harsh"))
    assert "recipe 'harsh', which is not here; you see 'usual'" in note


def test_the_shape_of_gains_is_said_and_drawn(open_page: Open) -> None:
    app = open_page("curves")
    said = text(app)
    assert "Gain decays with distance: **−" in said, "gain was made to decay"
    assert "The data cannot tell which way training carries farther" in said, "and alike to both sides"
    assert "the largest gain is that of training on the bin itself for" in said
    curves, scatter, _, best = (json.loads(part.proto.spec)["data"] for part in app.get("plotly_chart"))
    assert [line["name"] for line in curves if line.get("name")] == ["1", "5", "10", "1–10 (all)"]
    cells = numbers(scatter[0]["x"])
    assert len(cells) == 90, "ten training bins by nine others"
    probability = numbers(best[0]["z"])
    assert probability.shape == (11, 10)
    np.testing.assert_allclose(probability.sum(axis=0), 100)


def test_the_shape_of_gains_has_a_scale_and_chosen_lines(open_page: Open) -> None:
    app = open_page("curves", scale="log odds", lines=["2", "1–7"])
    assert "log odds** [" in text(app)
    (curves, *_) = (json.loads(part.proto.spec)["data"] for part in app.get("plotly_chart"))
    assert [line["name"] for line in curves if line.get("name")] == ["2"]
    assert any("lines '1–7', which is not here" in note for note in notes(app))


def test_without_the_cut_of_the_runs_no_distance_is_claimed(open_page: Open) -> None:
    for query in ({"bins": "5"}, {"cut": "equal-width"}):
        app = open_page("curves", **query)
        assert "Choose quantile and 10 bins" in text(app)
        assert "decays with distance" not in text(app)
        assert len(app.get("plotly_chart")) == 2, "curves, and the best for each test bin"


def test_without_single_bins_curves_speak_of_the_full_range(open_page: Open) -> None:
    said = text(open_page("curves", benchmark=studies.OTHER))
    assert "too few training bins" in said
    assert "no pair of training bins" in said


def test_curves_are_those_of_the_chosen_training_set(open_page: Open, toy_store: Store) -> None:
    app = open_page("training", trained="2")
    with toy_store.open() as snapshot:
        runs, curves = snapshot.runs(studies.BENCHMARK), snapshot.run_curves(studies.BENCHMARK)
    own = runs.loc[(runs["first_bin"] == 2) & (runs["last_bin"] == 2), "run"]
    expected = np.array(
        [np.mean(list(at["accuracy"]), axis=0) for _, at in curves[curves["run"].isin(own)].groupby("step")]
    )
    chart, loss = (json.loads(part.proto.spec)["data"] for part in app.get("plotly_chart"))
    shown = np.array([numbers(line["y"]) for line in chart if line.get("name")])
    np.testing.assert_allclose(shown.T, 100 * expected)
    np.testing.assert_allclose(numbers(loss[1]["y"]), [1.5, 1.0])
    change = 100 * (expected[-1] - expected[0])
    assert f"bin {change.argmin() + 1} lost most, −{-change.min():.0f} points" in text(app)
    assert f"bin {change.argmax() + 1} gained most, +{change.max():.0f} points" in text(app)


def test_other_benchmarks_gain_what_was_put_in(open_page: Open) -> None:
    for label, gain in (("1", studies.true_cross_gain(0)), ("9", studies.true_cross_gain(8))):
        app = open_page("tasks", trained=label)
        (own, cross), z = heatmap_values(app)[0], heatmap_values(app)
        assert z.shape == (1, 2)
        assert cross == pytest.approx(100 * gain, abs=5)
        assert f"Without runs on bin {label}: {studies.OTHER}" in text(app)
        assert "1 gain" in text(app) or "1 lose" in text(app)
        assert np.isfinite(own)
    z = heatmap_values(open_page("tasks"))
    assert z.shape == (2, 2), "every benchmark was trained on in full"
    assert np.isnan(z[1, 0]), "no run on the other benchmark was asked about this one"


def test_a_training_set_that_is_gone_is_said(open_page: Open) -> None:
    for page in ("training", "tasks"):
        said = notes(open_page(page, trained="1–7"))
        assert any("trained '1–7', which is not here; you see '1–10 (all)'" in note for note in said)


def test_links_hold_the_view(open_page: Open) -> None:
    app = open_page("overview", bins="5")
    assert app.slider(key="bins").value == 5
    app.slider(key="bins").set_value(7).run()
    app.switch_page(PAGES["bins"]).run()
    assert "7 bins" in text(app)


def test_stale_and_unknown_links_fall_back_with_a_note(open_page: Open) -> None:
    app = open_page("overview", benchmark="gone", data="0000", bins="999", fit="f0f0f0f0", base="other")
    assert not app.exception
    said = notes(app)
    assert any("'gone', which is not here" in note for note in said)
    assert any("made on data version 0000" in note for note in said)
    assert any("bins '999'" in note for note in said)
    assert any("fit 'f0f0f0f0', which is not here; you see 'f17f17f1'" in note for note in said)
    assert any("base 'other', which is not here; you see 'toy-base'" in note for note in said)


def test_edges_that_cannot_be_read_are_explained(open_page: Open) -> None:
    app = open_page("bins", cut="typed", edges="1, zero")
    assert "'zero' is not a number" in app.error[0].value
    assert "4 bins" in text(app)


def test_search_narrows_the_table(open_page: Open) -> None:
    app = open_page("difficulty")
    assert len(app.dataframe[0].value) == studies.N_ITEMS
    app.text_input(key="find").set_value("toy-12").run()
    assert app.dataframe[0].value["item_key"].str.startswith("toy-12").all()
    app.text_input(key="find").set_value("(nothing[").run()
    assert not app.exception
    assert app.dataframe[0].value.empty
