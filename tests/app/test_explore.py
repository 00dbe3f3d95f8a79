"""The pages of Explore: one item, the models, what a set covers, and the table of difficulties."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from analysis.explore import matched_difference
from analysis.store import Store
from tests import studies
from tests.app.conftest import Open, markdown, text

DANGEROUS = "![x](http://example.org/x.png) <img src=x onerror=alert(1)> **bold** :red[x] $x$"


@pytest.fixture
def store(toy_store: Store, tmp_path: Path) -> Store:
    """A copy to change."""
    return Store(shutil.copytree(toy_store.directory, tmp_path / "store"))


def change(store: Store, statement: str) -> Store:
    with store.change() as draft:
        draft._rows(statement)
        draft.record_import(statement, benchmark="toy", source="x", reader="test", report=[])
    return store


def figure(app: AppTest, place: int) -> dict:
    return json.loads(app.get("plotly_chart")[place].proto.spec)


def rendered(app: AppTest) -> str:
    """All that is shown as Markdown, labels of links included."""
    labels = [link.proto.label for link in app.get("page_link")]
    return "\n".join([markdown(app), *labels, *(button.label for button in app.button)])


def test_an_item_is_shown_with_all_that_is_known(open_page: Open, toy_store: Store) -> None:
    app = open_page("item", item="toy-420")
    with toy_store.open() as snapshot:
        items = snapshot.items(studies.BENCHMARK, studies.FIT)
        draws = snapshot.draws(studies.FIT)[:, 420]
    own = items.loc[420]
    easier = (items["mean"] < own["mean"]).mean()
    assert app.title[0].value == f"Item toy\\-420 is harder than {easier:.0%} of toy"
    assert [code.value for code in app.code] == ["420 + 420 =", "840"]
    shown = {metric.label: metric.value for metric in app.metric}
    assert shown["Difficulty, logits"] == f"{own['mean']:.2f}"
    assert shown["Right"] == f"{own['proportion']:.0%}"
    assert "Discrimination" not in shown
    assert len(app.get("plotly_chart")) == 3
    assert f"{len(draws)} posterior draws" in text(app)
    assert "10 of 10** groups" in text(app) or "9 of 10** groups" in text(app) or "8 of 10" in text(app)
    near = app.dataframe[-1].value
    place = items["mean"].rank(method="first").astype(int)
    assert set(near["item_key"]) == set(items.loc[(place - place[420]).abs().between(1, 5), "item_key"])
    assert near["mean"].is_monotonic_increasing


def test_surprises_are_the_least_expected_answers(open_page: Open, toy_store: Store) -> None:
    app = open_page("item", item="toy-300")
    missed, solved = app.dataframe[0].value, app.dataframe[1].value
    with toy_store.open() as snapshot:
        answers = snapshot.item_responses(studies.BENCHMARK, 300)
        abilities = snapshot.abilities(studies.BENCHMARK, studies.FIT).merge(answers, on="model")
    ablest = abilities[~abilities["correct"]].nlargest(10, "mean")["name"]
    assert missed["name"].tolist() == ablest.tolist()
    assert missed["expected"].is_monotonic_decreasing
    weakest = abilities[abilities["correct"]].nsmallest(10, "mean")["name"]
    assert solved["name"].tolist() == weakest.tolist()


def test_next_and_previous_follow_the_order_of_difficulty(open_page: Open, toy_store: Store) -> None:
    with toy_store.open() as snapshot:
        keys = snapshot.items(studies.BENCHMARK, studies.FIT).sort_values(["mean", "item"])["item_key"]
    keys = keys.tolist()
    app = open_page("item", item=keys[7])
    easier, harder = app.button[0], app.button[1]
    harder.click().run()
    assert app.text_input(key="item").value == keys[8]
    assert "Number 9 of 500" in text(app)
    app.button[0].click().run()
    assert app.text_input(key="item").value == keys[7]
    del easier
    assert open_page("item", item=keys[0]).button[0].disabled
    assert open_page("item", item=keys[-1]).button[1].disabled


def test_a_wrong_item_in_a_link_falls_back_with_a_note(open_page: Open) -> None:
    app = open_page("item", item="![gone](http://example.org/x.png)")
    (note,) = [note.value for note in app.warning]
    assert "There is no item \\!\\[gone\\]\\(http\\:" in note
    assert "the one in the middle" in note
    assert "Number 251 of 500" in text(app)
    assert open_page("item").text_input(key="item").value == ""


def test_items_are_found_by_text_or_key(open_page: Open) -> None:
    app = open_page("item", search="12 +")
    found = app.dataframe[0].value
    assert set(found["item_key"]) == {"toy-012", "toy-112", "toy-212", "toy-312", "toy-412"}
    assert "No item contains that" in text(open_page("item", search="(nothing["))
    assert len(open_page("item", search="toy-").dataframe[0].value) == 50


def test_an_item_of_a_2pl_has_its_discrimination_and_its_flags(open_page: Open) -> None:
    app = open_page("item", benchmark=studies.OTHER, item="toy-other-007")
    said = text(app)
    shown = {metric.label: metric.value for metric in app.metric}
    assert "Difficulty, sds of ability" in shown
    assert shown["Discrimination"] == f"{np.exp(0.3 * np.cos(7)):.2f}"
    assert "2PL, lower asymptote 0.25" in said
    assert "kept no draws of discrimination" in said
    assert "Suspect: below chance" in said
    line = figure(app, 2)["data"][1]
    assert line["mode"] == "lines"
    assert "lineage-aware" in said


def test_draws_of_discrimination_are_used_where_they_were_kept(open_page: Open, store: Store) -> None:
    change(store, "UPDATE item_draws SET discriminations = list_transform(draws, lambda x: 1.2::FLOAT)")
    app = open_page("item", store, benchmark=studies.OTHER, item="toy-other-007")
    assert "kept no draws of discrimination" not in text(app)


@pytest.mark.parametrize("page", ["item", "difficulty", "models"])
def test_hidden_texts_are_nowhere(open_page: Open, store: Store, page: str) -> None:
    change(store, "UPDATE benchmarks SET hide_text = true")
    app = open_page(page, store, **({"item": "toy-420"} if page == "item" else {}))
    assert not app.code or page != "item"
    assert not any("prompt" in frame.value or "target" in frame.value for frame in app.dataframe)
    if page == "item":
        assert "ask that its items not be shown" in text(app)
        assert "No item contains that" in text(open_page("item", store, search="420 + 420"))


def test_an_item_without_text_says_so(open_page: Open, store: Store) -> None:
    change(store, "UPDATE items SET prompt = NULL, target = NULL")
    assert "The source has no text" in text(open_page("item", store))


@pytest.mark.parametrize("page", ["item", "models", "coverage", "difficulty"])
def test_text_of_others_is_never_markdown(open_page: Open, store: Store, page: str) -> None:
    for table, columns in (("items", ("item_key", "prompt")), ("models", ("name", "family"))):
        for column in columns:
            change(store, f"UPDATE {table} SET {column} = '{DANGEROUS}' || {column}")
    said = rendered(open_page(page, store, **({"item": f"{DANGEROUS}toy-420"} if page == "item" else {})))
    said = re.sub(r"\\.", "", said)  # what a backslash precedes is shown as it is
    for part in ("![x](", "<img", "**bold**", ":red[", "$x$"):
        assert part not in said, part
    if page == "item":
        app = open_page(page, store, item=f"{DANGEROUS}toy-420")
        assert app.code[0].value == f"{DANGEROUS}420 + 420 ="
        assert app.code[0].language is None or app.code[0].language in ("", "plaintext")


@pytest.mark.parametrize("page", ["item", "coverage"])
def test_a_fit_without_draws_is_one_clear_line(open_page: Open, store: Store, page: str) -> None:
    change(store, "DELETE FROM item_draws")
    app = open_page(page, store)
    (error,) = app.error
    assert f"Fit {studies.FIT} was stored without draws" in error.value


def test_models_are_worth_what_the_fit_says(open_page: Open) -> None:
    lineage = open_page("models", benchmark=studies.OTHER)
    values = {metric.label: metric.value for metric in lineage.metric}
    assert values == {"Models": "80", "Families": "20", "Effective number of models": "31"}
    plain = {metric.label: metric.value for metric in open_page("models").metric}
    assert plain == {"Models": "120", "Families": "30", "Effective number of models": "not known"}


def test_two_models_are_compared_item_by_item(open_page: Open, toy_store: Store) -> None:
    app = open_page("models", first="toy-model-003", second="toy-model-050")
    with toy_store.open() as snapshot:
        one, other = np.full((2, studies.N_ITEMS), np.nan)
        for array, model in ((one, 3), (other, 50)):
            answers = snapshot.model_responses(studies.BENCHMARK, model)
            array[answers["item"]] = answers["correct"]
    found = matched_difference(one, other)
    said = text(app)
    assert f"alone solves **{found.only_first}**" in said
    assert f"alone **{found.only_second}**" in said
    assert f"{abs(100 * found.difference):.1f} points** [" in said
    only_first, only_second = app.dataframe[-3].value, app.dataframe[-2].value
    assert len(only_first) == found.only_first
    assert len(only_second) == found.only_second
    chance = only_first["p_solver"] * (100 - only_first["p_other"])
    assert chance.is_monotonic_increasing


def test_a_model_is_not_compared_with_itself_and_unknown_ones_are_said(open_page: Open) -> None:
    app = open_page("models", first="toy-model-003", second="toy-model-003", models=["toy-model-003", "gone"])
    assert "Choose two different models" in text(app)
    assert "models \\'gone\\'\\, which is not here" in app.warning[0].value
    assert app.multiselect(key="models").value == ["toy-model-003"]
    app.multiselect(key="models").set_value([]).run()
    assert not app.exception
    assert "Choose models above" in text(app)


def test_what_runs_were_tested_on_covers_the_range(open_page: Open) -> None:
    app = open_page("coverage")
    assert app.title[0].value == "The set covers the whole range"
    assert f"**{studies.HELD_OUT * studies.N_BINS} items**" in text(app)
    assert len(app.get("plotly_chart")) == 3


def test_what_some_bins_leave_out_is_named(open_page: Open) -> None:
    app = open_page("coverage", set="bins", set_bins=["1", "2", "3"])
    said = text(app)
    assert app.title[0].value == "71% of toy lie where the set has too few items"
    assert "No item above" in said
    assert "Bins 5, 6, 7, 8, 9 and 10 have 0 of 146 items" in said, "bin 4, next to 3, is not sure"
    same = open_page("coverage", set="bins", set_bins=["1", "2"], part="bins", part_bins=["1", "2"])
    assert same.title[0].value == "The set covers the whole range"


def test_another_benchmark_is_another_scale(open_page: Open) -> None:
    app = open_page("coverage", against=studies.OTHER)
    assert f"{studies.N_OTHER_MODELS} of {studies.N_MODELS} models" in text(app)
    notes = [note.value for note in open_page("coverage", against="gone", set="gone").warning]
    assert len([note for note in notes if "which is not here" in note]) == 2


def test_a_list_is_asked_for_read_and_its_unknown_keys_are_said(open_page: Open) -> None:
    app = open_page("coverage", set="list of mine")
    assert "Choose a file with the keys" in text(app)
    uploader = app.get("file_uploader")[0]
    uploader.set_value(("ids.txt", b"toy-001\ntoy-002\n![gone](x)\ntoy-001\n", "text/plain")).run()
    assert not app.exception
    said = markdown(app)
    assert "**2 items** (ids\\.txt)" in said
    assert "Not in toy, 1 of the list's keys: \\!\\[gone\\]\\(x\\)" in said
    assert "Named again and counted once: 1" in said
    app.get("file_uploader")[0].set_value(("ids.jsonl", b"{", "text/plain")).run()
    assert "line 1\\: is not JSON" in app.error[0].value


def test_filters_narrow_the_table(open_page: Open, toy_store: Store) -> None:
    app = open_page("difficulty", in_bins=["1", "10"])
    bins = app.dataframe[0].value["bin"]
    assert set(bins) == {1, 10}
    app.text_input(key="find").set_value("toy-49").run()
    assert set(app.dataframe[0].value["bin"]) <= {1, 10}
    assert len(app.dataframe[0].value) < len(bins)
    suspect = open_page("difficulty", benchmark=studies.OTHER, flag="suspect")
    assert set(suspect.dataframe[0].value["item_key"]) == {f"toy-other-{k:03d}" for k in studies.SUSPECTS}
    assert any("flag \\'gone\\'" in note.value for note in open_page("difficulty", flag="gone").warning)


def test_the_wright_map_holds_items_and_models(open_page: Open) -> None:
    spec = figure(open_page("difficulty"), 2)
    assert [bar["name"] for bar in spec["data"]] == ["items", "models"]


def test_models_that_are_all_right_or_all_wrong_cannot_misfit(open_page: Open, store: Store) -> None:
    change(store, "UPDATE responses SET correct = model % 2 = 0")
    assert "none can misfit" in text(open_page("models", store))
