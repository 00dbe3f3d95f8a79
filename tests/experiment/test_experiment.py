"""The whole experiment at its smallest size: what it writes, and that it writes the same again."""

import json
from hashlib import sha256

import numpy as np
import pandas as pd
import pytest

pytest.importorskip("torch")

from data.experiment import study
from data.experiment.__main__ import main
from data.experiment.card import BEGIN, END, numbers_block
from data.experiment.sizes import TINY

TABLES = {
    "benchmarks": "name title description source licence citation hide_text choices",
    "items": "benchmark item item_key content_hash prompt target subtask length operations",
    "models": "model name organisation family base_model parameters date width depth learning_rate step",
    "responses": "benchmark item model correct",
    "fits": "fit benchmark converged",
    "item_parameters": "fit item mean sd",
    "item_draws": "fit item draws",
    "abilities": "fit model mean sd",
    "runs": "run benchmark name base_model kind first_bin last_bin bins_of seed hyperparameters provenance",
    "run_items": "run benchmark item",
    "run_responses": "run benchmark item correct",
}


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """Two runs; the second takes over the first one's fit, which is slow and tested elsewhere."""
    fits, calibrate = {}, study.calibrate

    def calibrate_once(correct, benchmark, seed, settings):
        key = (correct.tobytes(), benchmark, seed)
        if key not in fits:
            fits[key] = calibrate(correct, benchmark, seed, settings)
        return fits[key]

    made = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(study, "calibrate", calibrate_once)
        for name in ("one", "two"):
            made.append(tmp_path_factory.mktemp(name))
            main(
                ["--size", "tiny", "--out", str(made[-1]), "--work", str(made[-1] / "work"), "--threads", "1"]
            )
    assert len(fits) == 1
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


def test_numbers_are_dense_and_keys_unique(tables):
    items, models, runs = tables["items"], tables["models"], tables["runs"]
    assert items["item"].tolist() == list(range(TINY.bank))
    assert models["model"].tolist() == list(range(len(models)))
    assert runs["run"].tolist() == list(range(len(runs)))
    for column in (items["item_key"], items["prompt"], models["name"], runs["name"]):
        assert column.is_unique


def test_hashes_are_of_prompt_and_target(tables):
    items = tables["items"]
    texts = items["prompt"] + "\x1f" + items["target"]
    assert items["content_hash"].tolist() == [sha256(text.encode()).hexdigest() for text in texts]
    assert all(
        key == f"lists-{whole[:12]}"
        for key, whole in zip(items["item_key"], items["content_hash"], strict=True)
    )


def test_responses_are_complete_and_sorted(tables):
    responses, models = tables["responses"], len(tables["models"])
    assert len(responses) == TINY.bank * models
    assert (
        responses["item"].to_numpy() * models + responses["model"].to_numpy() == np.arange(len(responses))
    ).all()
    assert responses["correct"].dtype == bool


def test_families_are_runs_with_every_checkpoint(tables):
    models = tables["models"]
    assert (models.groupby("family").size() == TINY.checkpoints).all()
    assert models["family"].nunique() == sum(len(group.rates) * len(group.prompts) for group in TINY.groups)
    assert not models["family"].isin(tables["runs"]["base_model"]).any()


def test_every_item_and_model_is_calibrated(tables):
    assert tables["item_parameters"]["item"].sort_values().tolist() == list(range(TINY.bank))
    assert tables["item_draws"]["item"].sort_values().tolist() == list(range(TINY.bank))
    assert tables["abilities"]["model"].sort_values().tolist() == tables["models"]["model"].tolist()


def test_runs_answer_what_no_run_trained_on(tables):
    asked, trained = tables["run_responses"], tables["run_items"]
    held_out = set(asked["item"])
    assert len(held_out) == TINY.tuning.bins * TINY.tuning.held_out
    assert (asked.groupby("run")["item"].agg(set) == held_out).all()
    assert asked["run"].nunique() == len(tables["runs"])
    assert not held_out & set(trained["item"])
    (baseline,) = tables["runs"].query("kind == 'baseline'")["run"]
    assert set(trained["run"]) == set(tables["runs"]["run"]) - {baseline}


def test_baseline_has_no_bins_and_no_seed(tables):
    runs = tables["runs"].set_index("kind")
    assert runs.loc["baseline", ["first_bin", "last_bin", "bins_of", "seed"]].isna().all()
    assert runs.loc["bin", ["first_bin", "last_bin", "bins_of", "seed"]].notna().all(axis=None)
    assert all(json.loads(text) for text in tables["runs"]["hyperparameters"])


def test_manifest_has_the_hash_of_every_table(folders):
    manifest = json.loads((folders[0] / "manifest.json").read_text())
    assert manifest["format"] == "difficulty-atlas-study/1"
    assert manifest["files"] == {
        f"{name}.parquet": sha256((folders[0] / f"{name}.parquet").read_bytes()).hexdigest()
        for name in TABLES
    }


def test_card_holds_the_numbers_of_its_files(folders):
    card = (folders[0] / "README.md").read_text()
    assert card.split(BEGIN)[1].split(END)[0].strip() == numbers_block(folders[0])


def test_a_finished_run_is_taken_from_the_work_folder(folders, tmp_path, monkeypatch):
    monkeypatch.setattr(study, "respond_all", None)
    main(["--size", "tiny", "--out", str(tmp_path), "--work", str(folders[0] / "work"), "--threads", "1"])
    assert (tmp_path / "responses.parquet").read_bytes() == (folders[0] / "responses.parquet").read_bytes()
