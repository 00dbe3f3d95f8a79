"""Pooling gains from the command line, into the store."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

from analysis import pools
from analysis.irt.backends import Progress
from analysis.irt.diagnostics import Diagnostics
from analysis.jobs import jobs
from analysis.store import Store
from analysis.transfer.pooling import Pooled, Settings
from tests import studies
from tests.commands import atlas


@pytest.fixture
def store(toy_store: Store, tmp_path: Path) -> Store:
    return Store(shutil.copytree(toy_store.directory, tmp_path / "store"))


def test_pooled_gains_are_kept_with_how_well_they_converged(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sampling stands in for itself here: what it finds is tested in `tests/transfer/test_pooling.py`."""
    expected = studies.pool_tables()
    asked = []

    def sampled(wanted: pools.PoolRequest, settings: Settings, progress: Progress | None) -> Pooled:
        asked.append((wanted.base_model, wanted.bins, settings.draws))
        cells, effects = (
            table.drop(columns="pool") for table in (expected.pool_cells, expected.pool_effects)
        )
        return Pooled(cells.assign(row=0), effects, Diagnostics(1.2, 900.0, 800.0, 0, 0.0))

    monkeypatch.setattr(pools, "_pooled", sampled)
    before = store.version()
    run = atlas("pool", "--benchmark", studies.BENCHMARK, "--store", store.directory, code=1)
    assert asked == [(studies.BASE, studies.N_BINS, 750), (studies.BASE, studies.N_BINS, 3 * 750)]
    assert "did not converge: R-hat 1.200 is above 1.01" in run.stderr
    with store.open() as snapshot:
        (pool,) = snapshot.pools(studies.BENCHMARK).to_dict("records")
        cells = snapshot.pool_cells(pool["pool"])
        matrix = next(pools.requests(snapshot, studies.BENCHMARK)).matrix
    assert (pool["fit"], pool["rhat"], pool["converged"]) == (studies.FIT, 1.2, False)
    assert pool["data_hash"] == matrix.data_hash()
    pd.testing.assert_frame_equal(
        cells[["gain", "p_positive"]], expected.pool_cells[["gain", "p_positive"]], check_dtype=False
    )
    assert store.version() != before, "links tell what they were made on"
    assert jobs(store.directory)[0].kind == "pool"
    atlas("pool", "--benchmark", studies.BENCHMARK, "--store", store.directory, code=1)
    with store.open() as snapshot:
        assert len(snapshot.pools(studies.BENCHMARK)) == 1, "in place of the one before"


def test_what_cannot_be_pooled_is_one_line(store: Store) -> None:
    run = atlas(
        "pool", "--base-model", "nobody", "--benchmark", studies.BENCHMARK, "--store", store.directory, code=1
    )
    assert run.stderr.count("\n") == 1
    assert "no fine-tune runs of base model 'nobody'" in run.stderr
