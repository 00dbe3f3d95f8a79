"""Gains against direct computation, and their intervals against known truth."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.store import Store
from analysis.transfer import MIN_ITEMS, RunMatrix, cell_table, resample, run_matrix
from tests import studies


def simulate(
    rng: np.random.Generator, *, items: int, runs: int, gain: float, run_sd: float
) -> tuple[RunMatrix, np.ndarray]:
    """One row of runs on one bin, with a true gain, run-to-run noise and a shared noisy baseline."""
    p = rng.uniform(0.2, 0.6, items)
    baseline = (rng.random(items) < p).astype(float)
    shifted = np.clip(p + gain + run_sd * rng.standard_normal((runs, 1)), 0, 1)
    after = (rng.random((runs, items)) < shifted).astype(float)
    rows = pd.DataFrame({"label": ["1"]})
    matrix = RunMatrix(
        rows, np.zeros(runs, dtype=int), after - baseline, baseline, np.zeros((runs, items), dtype=bool)
    )
    return matrix, np.zeros(items, dtype=int)


def test_gains_are_means_of_paired_differences(toy_store: Store) -> None:
    with toy_store.open() as snapshot:
        runs, responses = snapshot.runs(studies.BENCHMARK), snapshot.run_responses(studies.BENCHMARK)
        matrix = run_matrix(
            runs,
            snapshot.run_items(studies.BENCHMARK),
            responses,
            base_model=studies.BASE,
            n_items=studies.N_ITEMS,
        )
    member = np.arange(studies.N_ITEMS) * 10 // studies.N_ITEMS
    gains = cell_table(resample(matrix, member, 10))
    assert gains[["row", "test_bin"]].to_numpy().tolist() == [[r, b] for r in range(11) for b in range(10)]

    wide = responses.pivot_table(index="item", columns="run", values="correct", aggfunc="first").astype(float)
    baseline = runs.loc[runs["kind"] == "baseline", "run"].iloc[0]
    for cell in gains.itertuples():
        if cell.train != "4":
            continue
        own = runs.loc[(runs["first_bin"] == 4) & (runs["last_bin"] == 4), "run"]
        items = wide.index[member[wide.index] == cell.test_bin]
        difference = wide.loc[items, own].mean().mean() - wide.loc[items, baseline].mean()
        assert cell.gain == pytest.approx(difference)
        assert cell.after - cell.before == pytest.approx(difference)
        assert cell.low <= cell.gain <= cell.high
        assert (cell.items, cell.seeds) == (studies.HELD_OUT, len(studies.SEEDS))


@pytest.mark.parametrize(
    ("runs", "run_sd"),
    [(1, 0.0), (3, 0.0), (5, 0.05)],
    ids=["item noise", "three seeds", "item and run noise"],
)
def test_intervals_cover_at_their_rate(runs: int, run_sd: float) -> None:
    """95% intervals over 300 simulated matrices; the gain that is covered is the one the simulation has."""
    rng, gain, covered = np.random.default_rng(11), 0.10, 0
    for number in range(300):
        matrix, member = simulate(rng, items=120, runs=runs, gain=gain, run_sd=run_sd)
        (cell,) = cell_table(resample(matrix, member, 1, replicates=600, seed=number)).itertuples()
        covered += cell.low <= gain <= cell.high
    assert 0.91 <= covered / 300 <= 0.98


def test_interval_width_is_that_of_the_closed_form() -> None:
    """One run, one bin: the bootstrap's spread is the standard error of a mean of paired differences."""
    rng = np.random.default_rng(5)
    matrix, member = simulate(rng, items=400, runs=1, gain=0.1, run_sd=0.0)
    (cell,) = cell_table(resample(matrix, member, 1, replicates=8000)).itertuples()
    expected = 2 * 1.96 * matrix.change[0].std() / np.sqrt(400)
    assert cell.high - cell.low == pytest.approx(expected, rel=0.05)


def test_with_many_items_the_runs_decide_the_width() -> None:
    """Three runs that differ: the variance between them is unbiased although two of three are drawn."""
    rng = np.random.default_rng(7)
    effects = np.array([0.0, 0.1, 0.2])
    items = 200_000
    change = np.where(rng.random((3, items)) < effects[:, None], 1.0, 0.0)
    rows = pd.DataFrame({"label": ["1"]})
    matrix = RunMatrix(
        rows, np.zeros(3, dtype=int), change, np.zeros(items), np.zeros((3, items), dtype=bool)
    )
    (cell,) = cell_table(resample(matrix, np.zeros(items, dtype=int), 1, replicates=200)).itertuples()
    assert cell.gain == pytest.approx(0.1, abs=0.002)
    # Pairs of runs average 0, .05, .1, .1, .15, .2: the central 95% reaches nearly from end to end.
    assert cell.high - cell.low > 0.15


def test_trained_items_are_left_out_unless_asked_for() -> None:
    rng = np.random.default_rng(1)
    matrix, member = simulate(rng, items=100, runs=1, gain=0.0, run_sd=0.0)
    matrix.trained[0, :40] = True
    matrix.change[0, :40] = 1.0
    (held_out,) = cell_table(resample(matrix, member, 1)).itertuples()
    (published,) = cell_table(resample(matrix, member, 1, held_out=False)).itertuples()
    assert held_out.items == 60
    assert held_out.gain == pytest.approx(matrix.change[0, 40:].mean())
    assert published.items == 100
    assert published.gain > held_out.gain + 0.2


def test_cells_with_too_few_items_are_blank_and_say_why() -> None:
    rng = np.random.default_rng(1)
    matrix, member = simulate(rng, items=MIN_ITEMS - 1, runs=2, gain=0.0, run_sd=0.0)
    few, none = cell_table(resample(matrix, member, 2)).itertuples()
    assert np.isnan(few.gain)
    assert f"only {MIN_ITEMS - 1} held-out items" in few.blank
    assert "only 0 held-out items" in none.blank


@pytest.mark.parametrize("members", [None, np.zeros((3, 40), dtype="i1")], ids=["one cut", "drawn cuts"])
def test_runs_that_were_trained_on_all_that_they_answered_have_no_gain(members: np.ndarray | None) -> None:
    matrix, member = simulate(np.random.default_rng(4), items=40, runs=2, gain=0.1, run_sd=0.0)
    (cell,) = cell_table(
        resample(replace(matrix, trained=np.ones_like(matrix.trained)), member, 1, members=members)
    ).itertuples()
    assert np.isnan(cell.gain)
    assert "only 0 held-out items" in cell.blank


def test_same_seed_same_numbers() -> None:
    matrix, member = simulate(np.random.default_rng(1), items=80, runs=3, gain=0.1, run_sd=0.0)
    pd.testing.assert_frame_equal(
        cell_table(resample(matrix, member, 1)), cell_table(resample(matrix, member, 1))
    )
