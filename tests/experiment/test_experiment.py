"""The whole experiment at its small size: what it writes, and that it writes the same again."""

import json
import shutil
from hashlib import sha256

import numpy as np
import pandas as pd
import pytest

pytest.importorskip("torch")

from analysis.imports import import_study
from analysis.store import Store
from data.experiment.__main__ import main
from data.experiment.card import BEGIN, END, numbers_block
from data.experiment.sizes import SMALL

TABLES = {
    "benchmarks": "name title description source licence citation hide_text choices",
    "items": "benchmark item item_key content_hash prompt target subtask depth closed",
    "models": "model name organisation family base_model parameters date tasks width learning_rate step",
    "responses": "benchmark item model correct",
    "fits": "fit benchmark converged",
    "item_parameters": "fit item mean sd",
    "item_draws": "fit item draws",
    "abilities": "fit model mean sd",
    "runs": "run benchmark name base_model recipe kind first_bin last_bin bins_of seed hyperparameters",
    "run_items": "run item",
    "run_responses": "run benchmark item correct",
    "run_curves": "run step loss accuracy",
}
MEMBERS = [member for group in SMALL.groups for member in group.members]


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """Two runs from nothing, one with more processes than the other.

    The second takes the first one's fits, most of the time, if it fits the same responses: that the
    same seed and data give the same fit is tested in `tests/irt/test_fit.py`.
    """
    made = []
    for workers in (1, 2):
        made.append(tmp_path_factory.mktemp("study"))
        work = made[-1] / "work"
        work.mkdir()
        for fit in made[0].glob("work/fit-*"):
            shutil.copy(fit, work)
        main(["--size", "small", "--out", str(made[-1]), "--work", str(work), "--workers", str(workers)])
    return made


@pytest.fixture(scope="module")
def tables(folders):
    return {name: pd.read_parquet(folders[0] / f"{name}.parquet") for name in TABLES}


def test_two_runs_write_the_same_bytes(folders):
    for name in TABLES:
        one, two = (folder.joinpath(f"{name}.parquet").read_bytes() for folder in folders)
        assert one == two, name


def test_every_table_has_its_columns(tables):
    for name, columns in TABLES.items():
        assert set(columns.split()) <= set(tables[name].columns), name


def test_the_app_can_load_it(folders, tmp_path):
    store = Store(tmp_path)
    import_study(store, folders[0])
    with store.open() as snapshot:
        assert snapshot.benchmarks()["name"].tolist() == list(SMALL.tasks)
        for name in SMALL.tasks:
            items = snapshot.items(name, snapshot.fits(name)["fit"].iloc[0])
            assert len(items) == SMALL.bank
            assert ("depth" in items) == (name == "nested")
            assert not snapshot.fits(name)["stale"].any()
            assert len(snapshot.run_curves(name)) == 3 * 12 * (1 + len(SMALL.tuning.curve))
            answers = snapshot.responses_of(snapshot.runs(name)["run"])
            assert set(answers["benchmark"]) == set(SMALL.tasks)


def test_numbers_are_dense_and_keys_unique(tables):
    items, models, runs = tables["items"], tables["models"], tables["runs"]
    for _, own in items.groupby("benchmark"):
        assert own["item"].tolist() == list(range(SMALL.bank))
    assert models["model"].tolist() == list(range(len(models)))
    assert runs["run"].tolist() == list(range(len(runs)))
    for column in (items["item_key"], items["prompt"], models["name"], runs["name"]):
        assert column.is_unique


def test_hashes_are_of_prompt_and_target(tables):
    items = tables["items"]
    texts = items["prompt"] + "\x1f" + items["target"]
    assert items["content_hash"].tolist() == [sha256(text.encode()).hexdigest() for text in texts]
    assert (items["item_key"] == items["benchmark"] + "-" + items["content_hash"].str[:12]).all()


def test_items_have_the_factors_of_their_own_task_only(tables):
    items = tables["items"].set_index("benchmark")
    assert items.loc["nested", ["depth", "nodes", "sums", "leaves"]].notna().all(axis=None)
    assert items.loc["nested", ["open", "closed", "deepest"]].isna().all(axis=None)
    assert items.loc["brackets", ["open", "closed", "deepest"]].notna().all(axis=None)


def test_responses_are_complete_and_of_the_models_trained_on_the_task(tables):
    models = tables["models"].set_index("model")
    for name, responses in tables["responses"].groupby("benchmark"):
        trained = models.index[models["tasks"].str.split("+").map(lambda tasks, own=name: own in tasks)]
        assert responses["item"].tolist() == np.repeat(np.arange(SMALL.bank), len(trained)).tolist()
        assert responses["model"].tolist() == np.tile(trained, SMALL.bank).tolist()
        assert responses["correct"].dtype == bool
        assert 0.02 < responses["correct"].mean() < 0.98


def test_families_are_runs_with_every_checkpoint(tables):
    models = tables["models"]
    assert (models.groupby("family").size() == SMALL.checkpoints).all()
    assert models["family"].nunique() == len(MEMBERS)
    assert sorted(models.groupby("family")["tasks"].first()) == sorted("+".join(m.tasks) for m in MEMBERS)
    assert not models["family"].isin(tables["runs"]["base_model"]).any()


def test_every_item_and_model_is_calibrated(tables):
    fits = tables["fits"].set_index("benchmark")["fit"]
    for name, responses in tables["responses"].groupby("benchmark"):
        for table in ("item_parameters", "item_draws"):
            own = tables[table][tables[table]["fit"] == fits[name]]
            assert own["item"].sort_values().tolist() == list(range(SMALL.bank)), table
        abilities = tables["abilities"][tables["abilities"]["fit"] == fits[name]]
        assert sorted(abilities["model"]) == sorted(responses["model"].unique())


def test_runs_answer_what_no_run_trained_on(tables):
    runs = tables["runs"].set_index("run")
    asked = tables["run_responses"].join(runs["benchmark"].rename("trained"), on="run")
    trained = tables["run_items"].join(runs["benchmark"], on="run")
    for name, own in asked[asked["benchmark"] == asked["trained"]].groupby("benchmark"):
        held_out = set(own["item"])
        assert len(held_out) == SMALL.tuning.bins * SMALL.tuning.held_out
        assert (own.groupby("run")["item"].agg(set) == held_out).all()
        assert set(own["run"]) == set(runs.index[runs["benchmark"] == name])
        assert not held_out & set(trained.loc[trained["benchmark"] == name, "item"])
        elsewhere = asked[(asked["benchmark"] == name) & (asked["trained"] != name)]
        sampled = elsewhere.groupby("run")["item"].agg(frozenset)
        assert sampled.nunique() == 1
        assert len(sampled.iloc[0]) == SMALL.tuning.bins * SMALL.tuning.elsewhere
        assert sampled.iloc[0] <= held_out
        assert (runs.loc[sampled.index, "kind"] != "baseline").all()


def test_bases_and_recipes_share_their_plan(tables):
    runs = tables["runs"][tables["runs"]["kind"] != "baseline"]
    items = tables["run_items"].groupby("run")["item"].agg(tuple)
    settings = [(base.name, name) for base in SMALL.bases for name, _ in base.recipes]
    assert sorted(set(zip(runs["base_model"], runs["recipe"], strict=True))) == sorted(settings)
    same = runs.assign(items=items.reindex(runs["run"]).to_numpy()).groupby(
        ["benchmark", "kind", "first_bin", "last_bin", "seed"]
    )["items"]
    assert (same.size() == len(settings)).all()
    assert (same.nunique() == 1).all()


def test_baselines_have_no_bins_recipe_or_seed(tables):
    runs = tables["runs"].set_index("kind")
    settings = ["first_bin", "last_bin", "bins_of", "seed", "recipe"]
    assert runs.loc["baseline", settings].isna().all(axis=None)
    assert runs.loc["bin", settings].notna().all(axis=None)
    assert len(runs.loc["baseline"]) == len(SMALL.tasks) * len(SMALL.bases)
    assert all(json.loads(text) for text in tables["runs"]["hyperparameters"])


def test_curves_run_from_zero_shot_to_the_final_answers(tables):
    runs = tables["runs"].set_index("run")
    answers = tables["run_responses"].join(runs["benchmark"].rename("trained"), on="run")
    final = answers[answers["benchmark"] == answers["trained"]].groupby("run")["correct"].mean()
    baselines = runs[runs["kind"] == "baseline"].reset_index().set_index(["benchmark", "base_model"])["run"]
    for run, curve in tables["run_curves"].groupby("run"):
        assert curve["step"].tolist() == [0, *SMALL.tuning.curve]
        assert np.isnan(curve["loss"].iloc[0])
        assert (curve["loss"].iloc[1:] > 0).all()
        # As many items are held out in every bin, so that the mean over bins is the mean over items.
        start, end = curve["accuracy"].iloc[0], curve["accuracy"].iloc[-1]
        assert np.mean(end) == pytest.approx(final[run])
        baseline = baselines[runs.loc[run, "benchmark"], runs.loc[run, "base_model"]]
        assert np.mean(start) == pytest.approx(final[baseline])


def test_manifest_has_the_hash_of_every_table(folders):
    manifest = json.loads((folders[0] / "manifest.json").read_text())
    assert manifest["format"] == "difficulty-atlas-study/2"
    assert manifest["files"] == {
        f"{name}.parquet": sha256((folders[0] / f"{name}.parquet").read_bytes()).hexdigest()
        for name in TABLES
    }
    assert {stage.split("-")[0] for stage in manifest["stages"]} == {
        *("bank", "base", "finetuning", "fit", "respondents")
    }


def test_card_holds_the_numbers_of_its_files(folders):
    card = (folders[0] / "README.md").read_text()
    assert card.split(BEGIN)[1].split(END)[0].strip() == numbers_block(folders[0])


def test_croissant_metadata_describe_every_file(folders):
    mlcroissant = pytest.importorskip("mlcroissant")
    read = mlcroissant.Dataset(folders[0] / "croissant.json")
    assert {file.name for file in read.metadata.distribution} == {f"{name}.parquet" for name in TABLES}
    records = read.records("run_curves")
    first = next(iter(records))
    assert first["run_curves/step"] == 0


def test_a_finished_run_is_taken_from_the_work_folder(folders, tmp_path, monkeypatch):
    def refuse(*arguments):
        raise AssertionError("a stage was run again")

    monkeypatch.setattr("data.experiment.study.timed", refuse)
    main(["--size", "small", "--out", str(tmp_path), "--work", str(folders[0] / "work"), "--workers", "1"])
    for name in TABLES:
        assert (tmp_path / f"{name}.parquet").read_bytes() == (folders[0] / f"{name}.parquet").read_bytes(), (
            name
        )


def test_an_interrupted_run_keeps_its_finished_stages(tmp_path):
    work = ["--size", "small", "--out", str(tmp_path), "--work", str(tmp_path / "work")]
    main([*work, "--until", "bank"])
    (kept,) = (tmp_path / "work").iterdir()
    assert kept.name.startswith("bank-")
    assert not list(tmp_path.glob("*.parquet"))
