"""The study that ships with the project: whole, disjoint where it must be, and showing what its card says."""

from __future__ import annotations

import json
import re

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from analysis.bins import quantile_bins
from analysis.irt.diagnostics import Diagnostics
from analysis.readers import read_study
from analysis.store import Snapshot
from analysis.transfer import (
    EASY_TO_HARD,
    FARTHEST,
    HARD_TO_EASY,
    OWN_BIN,
    finding,
    pattern,
    points,
    run_matrix,
)
from data.experiment import card as card_numbers
from data.experiment.bank import draw_unique
from data.experiment.card import BEGIN, END, numbers_block
from data.experiment.numbers import StudyFiles, TaskNumbers, TransferNumbers, task_numbers, transfer_numbers
from data.experiment.seeds import derive
from data.experiment.tasks import TASKS
from tests.conftest import ROOT, STUDY, Loaded

MANIFEST = json.loads((STUDY / "manifest.json").read_text(encoding="utf-8"))
SIZE = MANIFEST["configuration"]
DRAWN_AGAIN = 2_000  # items a task


@pytest.fixture(scope="module")
def snapshot(bundled: Loaded) -> Snapshot:
    return bundled.store.open()


@pytest.fixture(scope="module")
def files() -> StudyFiles:
    return StudyFiles(STUDY)


@pytest.fixture(scope="module")
def responses(files: StudyFiles) -> dict[str, TaskNumbers]:
    return {name: task_numbers(files, name) for name in TASKS}


@pytest.fixture(scope="module")
def transfer(files: StudyFiles) -> dict[str, list[TransferNumbers]]:
    return {name: list(transfer_numbers(files, name)) for name in TASKS}


def test_it_loads_in_seconds(bundled: Loaded) -> None:
    """Of the processor: 8 on a quiet machine; on shared ones up to 13 were seen."""
    assert bundled.seconds < 20


def test_it_is_small() -> None:
    assert sum(path.stat().st_size for path in STUDY.iterdir()) < 25e6


def test_its_manifest_and_files_agree() -> None:
    read_study(STUDY)  # checks every hash
    assert set(MANIFEST["files"]) == {path.name for path in STUDY.glob("*.parquet")}
    assert MANIFEST["size"] == "full"


def test_its_croissant_metadata_describe_these_files() -> None:
    described = json.loads((STUDY / "croissant.json").read_text(encoding="utf-8"))
    assert {file["name"]: file["sha256"] for file in described["distribution"]} == MANIFEST["files"]
    for record_set in described["recordSet"]:
        columns = [field["name"] for field in record_set["field"]]
        assert columns == pq.read_schema(STUDY / f"{record_set['name']}.parquet").names


def test_it_has_six_benchmarks_with_what_the_card_promises(snapshot: Snapshot) -> None:
    about = snapshot.benchmarks().set_index("name")
    assert about.index.to_list() == list(TASKS) == SIZE["tasks"]
    assert (about["items"] == SIZE["bank"]).all()
    assert (about["models"] >= 400).all()
    assert (about["responses"] == about["items"] * about["models"]).all()


def test_its_fits_converged_and_belong_to_their_responses(snapshot: Snapshot) -> None:
    for name in TASKS:
        (fit,) = snapshot.fits(name).to_dict("records")
        kept = {field: fit[field] for field in Diagnostics.__dataclass_fields__}
        assert Diagnostics(**kept).problems() == []
        assert fit["converged"]
        assert not fit["stale"]


def test_nothing_is_duplicated_and_few_items_are_solved_by_nobody(
    files: StudyFiles, responses: dict[str, TaskNumbers]
) -> None:
    items = files["items"]
    assert not items.duplicated(["benchmark", "prompt"]).any()
    assert items["item_key"].is_unique
    assert files["models"]["name"].is_unique
    assert files["runs"]["name"].is_unique
    for name in TASKS:
        assert responses[name].nobody < 0.05


def test_respondents_are_many_varied_and_reliable(
    files: StudyFiles, responses: dict[str, TaskNumbers]
) -> None:
    models = files["models"]
    assert len(models) >= 1_000
    assert models["family"].nunique() >= 60
    assert models.groupby("family").size().min() >= 4
    for setting in ("width", "depth", "learning_rate", "training_prompts", "tasks"):
        assert models[setting].nunique() >= 2
    for numbers in responses.values():
        assert numbers.reliability >= 0.9
        assert numbers.accuracy[0] < 0.05
        assert numbers.accuracy[-1] > 0.8


@pytest.mark.parametrize("name", TASKS)
def test_the_generator_makes_the_same_bank_again_and_the_pool_holds_none_of_it(
    files: StudyFiles, name: str
) -> None:
    """The first of them, which do not depend on how many follow."""
    items = files.of("items", name).reset_index(drop=True)
    asked = set(items["prompt"])
    items = items.head(DRAWN_AGAIN)
    again = draw_unique(TASKS[name], DRAWN_AGAIN, derive(MANIFEST["seed"], name, "bank"))
    for column in ("prompt", "target", "subtask"):
        assert items[column].tolist() == [getattr(item, column) for item in again]
    for factor in again[0].factors:
        assert items[factor].tolist() == [item.factors[factor] for item in again]
    pool = draw_unique(TASKS[name], DRAWN_AGAIN, derive(MANIFEST["seed"], name, "pool"), asked)
    assert asked.isdisjoint(item.prompt for item in pool)


def test_held_out_items_were_never_trained_on_and_bases_are_no_respondents(files: StudyFiles) -> None:
    runs = files["runs"].set_index("run")
    asked = files["run_responses"].drop_duplicates(["benchmark", "item"])
    trained = files["run_items"].join(runs["benchmark"], on="run").drop_duplicates(["benchmark", "item"])
    assert len(asked.merge(trained, on=["benchmark", "item"])) == 0
    assert set(runs["base_model"]).isdisjoint(files["models"]["name"])
    assert set(runs["base_model"]).isdisjoint(files["models"]["family"])


def test_every_bin_has_enough_held_out_items_and_items_to_train_on(files: StudyFiles) -> None:
    for name in TASKS:
        bins = quantile_bins(files.difficulty(name), 10)
        asked = files.of("run_responses", name)["item"].unique()
        assert (np.bincount(bins[asked], minlength=10) >= 60).all()
        assert (np.bincount(bins, minlength=10) - np.bincount(bins[asked], minlength=10) >= 1_000).all()


def test_runs_train_on_the_bins_that_the_fit_cuts(files: StudyFiles) -> None:
    runs = files["runs"].set_index("run")
    trained = files["run_items"].join(runs[["benchmark", "first_bin", "last_bin"]], on="run")
    for name in TASKS:
        own = trained[trained["benchmark"] == name]
        bins = quantile_bins(files.difficulty(name), 10)[own["item"].to_numpy()] + 1
        assert ((own["first_bin"] <= bins) & (bins <= own["last_bin"])).all()
    tuned = runs[runs["kind"] != "baseline"]
    assert trained.groupby("run").size().reindex(tuned.index).ge(1_000).all()


def test_every_training_set_has_five_seeds_two_bases_and_a_milder_recipe(files: StudyFiles) -> None:
    runs = files["runs"]
    assert runs[runs["kind"] == "baseline"].groupby("benchmark")["base_model"].nunique().eq(2).all()
    tuned = runs[runs["kind"] != "baseline"]
    sets = {(k, k) for k in range(1, 11)} | {(1, 10), (1, 5), (6, 10)}
    for _, own in tuned.groupby(["benchmark", "base_model", "recipe"]):
        seeds = own.groupby(["first_bin", "last_bin"])["seed"].nunique()
        assert set(seeds.index) == sets
        assert (seeds >= 5).all()
    settings = tuned[["benchmark", "base_model", "recipe"]].drop_duplicates()
    assert settings.groupby(["benchmark", "base_model"]).size().unstack().to_numpy().tolist() == [[1, 2]] * 6
    sizes = tuned["hyperparameters"].map(lambda text: json.loads(text)["parameters"])
    assert sizes.groupby(tuned["base_model"]).first().nunique() == 2


def test_curves_end_where_the_answers_are(files: StudyFiles) -> None:
    runs = files["runs"].set_index("run")
    curves = files["run_curves"]
    answers = files["run_responses"].join(runs["benchmark"].rename("trained"), on="run")
    final = answers[answers["benchmark"] == answers["trained"]].groupby("run")["correct"].mean()
    last = curves.sort_values("step").groupby("run")["accuracy"].last().map(np.mean)
    # Bins hold out equally many items, so that the mean of bins is the mean of items.
    pd.testing.assert_series_equal(last, final[last.index], check_names=False)
    assert curves.groupby("run").size().ge(3).all()


def test_runs_also_answered_the_other_tasks(snapshot: Snapshot) -> None:
    for name in TASKS:
        answers = snapshot.responses_of(snapshot.runs(name)["run"])
        elsewhere = answers[answers["benchmark"] != name]
        assert set(elsewhere["benchmark"]) == set(TASKS) - {name}
        assert elsewhere.groupby(["run", "benchmark"]).size().min() >= 200


def test_it_shows_the_phenomenon(transfer: dict) -> None:
    """Own-bin training helps, and help decays with distance: else there would be nothing to look at."""
    for each in transfer.values():
        for runs in each:
            near, far = runs.pattern.loc[OWN_BIN], runs.pattern.loc[FARTHEST]
            assert near["low"] > 0
            assert near["gain"] > far["gain"] + 0.03


def test_the_numbers_of_the_card_are_those_of_the_app(snapshot: Snapshot, transfer: dict) -> None:
    for name in TASKS:
        difficulty = snapshot.items(name, snapshot.usable_fit(name))["mean"].to_numpy()
        for numbers in transfer[name]:
            matrix = run_matrix(
                snapshot.runs(name),
                snapshot.run_items(name),
                snapshot.run_responses(name),
                base_model=numbers.base_model,
                recipe=numbers.recipe,
                n_items=len(difficulty),
            )
            shown = pattern(matrix, difficulty, quantile_bins(difficulty, 10), 10)
            pd.testing.assert_frame_equal(shown, numbers.pattern)


def test_the_overview_says_it_in_three_sentences_with_the_numbers_of_the_card(
    bundled: Loaded, transfer: dict, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pages import data

    st.cache_resource.clear()
    monkeypatch.setattr(data, "STORE", bundled.store)
    app = AppTest.from_file(str(ROOT / "pages/main.py"), default_timeout=120).run()
    assert not app.exception
    said = "\n".join(str(part.value) for part in app.markdown)
    first = transfer["lists"][0].pattern
    for part in (EASY_TO_HARD, HARD_TO_EASY, OWN_BIN, FARTHEST):
        assert finding(first.loc[part]) in said
    card = (STUDY / "README.md").read_text(encoding="utf-8")
    cell = first.loc[EASY_TO_HARD]
    shown = " ".join(points(cell).replace("**", "").replace(" points", "").split())
    assert shown in card


def test_the_card_says_what_it_is_and_names_no_machine(
    responses: dict[str, TaskNumbers], transfer: dict, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The same functions of the same files, which take seconds, have been called already.
    monkeypatch.setattr(card_numbers, "task_numbers", lambda files, name: responses[name])
    monkeypatch.setattr(card_numbers, "transfer_numbers", lambda files, name: transfer[name])
    card = (STUDY / "README.md").read_text(encoding="utf-8")
    for text in (card, json.dumps(MANIFEST)):
        assert not re.search(r"/(home|root|work|tmp)/", text)
    assert re.search(r"cannot show", card, re.IGNORECASE)
    assert "CC0" in card
    assert card.split(BEGIN)[1].split(END)[0].strip() == numbers_block(STUDY)
