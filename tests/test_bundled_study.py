"""The study that ships with the project: whole, disjoint where it must be, and showing what its card says."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path

import numpy as np
import pytest

from analysis.bins import cut
from analysis.imports import import_study
from analysis.irt import Diagnostics
from analysis.readers import read_study
from analysis.store import Snapshot, Store
from analysis.transfer import EASY, FULL, HARD, contrasts, gain_matrix, run_matrix
from tests.conftest import ROOT

STUDY = ROOT / "data" / "study"


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    store = Store(tmp_path_factory.mktemp("study"))
    import_study(store, STUDY)
    return store.open()


def test_it_loads_in_a_few_seconds(tmp_path: Path) -> None:
    start = time.perf_counter()
    import_study(Store(tmp_path), STUDY)
    assert time.perf_counter() - start < 10


def test_it_is_small() -> None:
    assert sum(path.stat().st_size for path in STUDY.iterdir()) < 25e6


def test_its_fit_converged_and_belongs_to_its_responses(snapshot: Snapshot) -> None:
    for name in snapshot.benchmarks()["name"]:
        (fit,) = snapshot.fits(name).to_dict("records")
        kept = {field: fit[field] for field in Diagnostics.__dataclass_fields__}
        assert Diagnostics(**kept).problems() == []
        assert fit["converged"]
        assert not fit["stale"]


def test_nothing_is_duplicated_and_few_items_are_solved_by_nobody(snapshot: Snapshot) -> None:
    for name in snapshot.benchmarks()["name"]:
        items = snapshot.items(name, snapshot.usable_fit(name))
        assert items["prompt"].is_unique
        assert items["content_hash"].is_unique
        assert (items["flag"] == "floor").mean() < 0.05


def test_held_out_items_were_never_trained_on() -> None:
    for part in read_study(STUDY):
        evaluated = set(part.runs.run_responses["item"])
        assert evaluated.isdisjoint(part.runs.run_items["item"])
        bases = set(part.runs.runs["base_model"])
        assert bases.isdisjoint(part.responses.models["name"]), "a base model is no respondent"
        assert part.responses.models["family"].notna().all()


def test_every_bin_was_trained_on_with_every_seed(snapshot: Snapshot) -> None:
    for name in snapshot.benchmarks()["name"]:
        runs = snapshot.runs(name)
        assert (runs["kind"] == "baseline").sum() == runs["base_model"].nunique()
        tuned = runs[runs["kind"] != "baseline"]
        seeds = tuned.groupby(["base_model", "first_bin", "last_bin"])["seed"].nunique()
        assert (seeds >= 3).all()
        trained = {tuple(map(int, pair)) for pair in tuned[["first_bin", "last_bin"]].to_numpy()}
        assert {(k, k) for k in range(1, 11)} | {(1, 10)} <= trained


def test_it_shows_the_phenomenon(snapshot: Snapshot) -> None:
    """Own-bin training helps, and help decays with distance: else there would be nothing to look at."""
    for name in snapshot.benchmarks()["name"]:
        fit = snapshot.usable_fit(name)
        difficulty = snapshot.items(name, fit)["mean"].to_numpy()
        runs = snapshot.runs(name)
        for base in runs["base_model"].unique():
            matrix = run_matrix(
                runs,
                snapshot.run_items(name),
                snapshot.run_responses(name),
                base_model=base,
                n_items=len(difficulty),
            )
            bins = cut(difficulty, snapshot.draws(fit))
            gains = gain_matrix(matrix, bins.member, bins.count)
            assert gains["blank"].isna().all()
            single = gains[gains["row"] < 10].pivot_table(index="row", columns="test_bin", values="gain")
            distance = np.abs(np.subtract.outer(np.arange(10), np.arange(10)))
            near, far = single.to_numpy()[distance <= 1].mean(), single.to_numpy()[distance >= 4].mean()
            assert near > 0.05
            assert near > far + 0.05
            found = contrasts(matrix, difficulty).set_index(["train", "test_bin"])
            assert {EASY, HARD, FULL} == set(found.index.get_level_values("train"))


def test_the_card_says_what_it_is_and_names_no_machine() -> None:
    card = (STUDY / "README.md").read_text(encoding="utf-8")
    manifest = json.loads((STUDY / "manifest.json").read_text(encoding="utf-8"))
    for text in (card, json.dumps(manifest)):
        assert not re.search(r"/(home|root|work|tmp)/", text)
    assert re.search(r"cannot show", card, re.IGNORECASE)
    assert "CC0" in card
    assert set(manifest["files"]) == {path.name for path in STUDY.glob("*.parquet")}
