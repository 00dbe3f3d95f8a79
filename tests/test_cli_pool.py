"""Pooling gains from the command line, into the store."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from analysis import pools
from analysis.jobs import jobs
from analysis.store import Store
from tests import studies
from tests.commands import atlas


@pytest.fixture
def store(toy_store: Store, tmp_path: Path) -> Store:
    return Store(shutil.copytree(toy_store.directory, tmp_path / "store"))


def test_pooled_gains_are_kept_with_how_well_they_converged(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of 200 draws no 400 are effective: kept all the same, and said not to be trusted."""
    monkeypatch.setattr(pools, "MORE", 1)
    before = store.version()
    options = ("--benchmark", studies.OTHER, "--draws", "100", "--chains", "2", "--store", store.directory)
    run = atlas("pool", *options, code=1)
    with store.open() as snapshot:
        pools_of = snapshot.pools(studies.OTHER)
        mild, usual = (snapshot.pool_cells(pool) for pool in pools_of["pool"])
        effects = snapshot.pool_effects(pools_of["pool"].iloc[0])
    assert run.stderr.count("did not converge: ") == 2
    assert not pools_of["converged"].any()
    assert pools_of["recipe"].tolist() == ["mild", "usual"]
    assert set(pools_of["fit"]) == {studies.OTHER_FIT}
    assert store.version() != before, "links tell what they were made on"
    for cells, recipe in ((mild, "mild"), (usual, "usual")):
        assert cells["gain"].mean() == pytest.approx(studies.OTHER_GAIN[recipe], abs=0.05)
        assert (cells["low"] < cells["gain"]).all()
        assert (cells["gain"] < cells["high"]).all()
    assert {"mean", "sd of cells"} <= set(effects["effect"])
    assert jobs(store.directory)[0].kind == "pool"


def test_what_cannot_be_pooled_is_one_line(store: Store) -> None:
    run = atlas(
        "pool", "--base-model", "nobody", "--benchmark", studies.BENCHMARK, "--store", store.directory, code=1
    )
    assert run.stderr.count("\n") == 1
    assert "no fine-tune runs of base model 'nobody'" in run.stderr
