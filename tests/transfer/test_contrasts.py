"""Groups of bins on thirds of the items, their decay with distance, and the words for them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.store import Store
from analysis.transfer import (
    EASY,
    FULL,
    HARD,
    PARTS,
    RunMatrix,
    contrasts,
    finding,
    gain_by_distance,
    over_benchmarks,
    pattern,
    run_matrix,
)
from tests import studies
from tests.transfer.simulated import decaying_gain, simulate_matrix


@pytest.fixture(scope="module")
def toy(toy_store: Store) -> tuple[RunMatrix, np.ndarray]:
    """The toy study's runs and its items' difficulty."""
    with toy_store.open() as snapshot:
        matrix = run_matrix(
            snapshot.runs(studies.BENCHMARK),
            snapshot.run_items(studies.BENCHMARK),
            snapshot.run_responses(studies.BENCHMARK),
            base_model=studies.BASE,
            n_items=studies.N_ITEMS,
        )
        return matrix, snapshot.items(studies.BENCHMARK, studies.FIT)["mean"].to_numpy()


def test_contrasts_find_what_was_put_in(toy) -> None:
    found = contrasts(*toy).set_index(["train", "test_bin"])
    assert set(found.index.get_level_values("train")) == {EASY, HARD, FULL}
    assert found.loc[(EASY, 0), "gain"] > 0.05 > 0.0 > found.loc[(EASY, 2), "gain"]
    assert found.loc[(HARD, 2), "gain"] > 0.05 > 0.0 > found.loc[(HARD, 0), "gain"]
    assert found.loc[(FULL, 1), "low"] > 0
    assert found.loc[(EASY, 0), "runs"] == 3 * len(studies.SEEDS)


def test_training_sets_that_differ_are_no_noise() -> None:
    """Rows far apart, runs alike: with their runs in one pool the interval would span from row to row."""
    rng = np.random.default_rng(2)
    gain = np.zeros((6, 6))
    gain[0], gain[1] = -0.2, 0.2  # the easiest third, of six bins
    matrix, member = simulate_matrix(rng, gain, items=400, runs=4, run_sd=0.0)
    cell = contrasts(matrix, member + rng.random(len(member))).set_index(["train", "test_bin"]).loc[(EASY, 2)]
    assert cell["gain"] == pytest.approx(0, abs=0.04)
    assert cell["high"] - cell["low"] < 0.08


def test_gain_decays_as_it_was_made_to() -> None:
    """Coverage of every group of distances over 150 simulated matrices, and the number of cells in each."""
    truth, rng = decaying_gain(7), np.random.default_rng(4)
    apart = np.abs(np.subtract.outer(np.arange(7), np.arange(7)))
    true = {"0": truth[apart == 0], "1": truth[apart == 1], "2–3": truth[(apart > 1) & (apart < 4)]}
    true["4+"] = truth[apart > 3]
    covered = pd.Series(0.0, index=list(true))
    for _ in range(150):
        matrix, member = simulate_matrix(rng, truth, items=30, runs=3, run_sd=0.05)
        found = gain_by_distance(matrix, member, 7).set_index("distance")
        assert found["cells"].to_dict() == {label: len(cells) for label, cells in true.items()}
        means = pd.Series({label: cells.mean() for label, cells in true.items()})
        covered += ((found["low"] <= means) & (means <= found["high"])) / 150
    assert covered.between(0.89, 0.99).all(), covered


def test_rows_of_several_bins_or_of_another_cut_are_at_no_distance(toy) -> None:
    matrix, _ = toy
    member = np.arange(studies.N_ITEMS) * 10 // studies.N_ITEMS
    found = gain_by_distance(matrix, member, 10)
    assert found["cells"].sum() == 100, "ten single bins; the full range is at no distance"
    assert gain_by_distance(matrix, member // 2, 5).empty


def test_the_pattern_gathers_what_the_parts_say(toy) -> None:
    matrix, difficulty = toy
    member = np.arange(studies.N_ITEMS) * 10 // studies.N_ITEMS
    found = pattern(matrix, difficulty, member, 10)
    assert found.index.tolist() == list(PARTS)
    third = contrasts(matrix, difficulty).set_index(["train", "test_bin"])
    assert found.loc["Hard → easy", "low"] == third.loc[(HARD, 0), "low"]
    assert found.loc["Easy → hard", "gain"] == third.loc[(EASY, 2), "gain"]
    full = matrix.change[matrix.row == 10]
    assert found.loc["Full range", "gain"] == pytest.approx(np.nanmean(full), abs=0.001)  # ties
    assert found["gain"][list(PARTS[3:])].is_monotonic_decreasing


@pytest.mark.parametrize(
    ("gain", "low", "high", "says"),
    [
        (0.032, 0.010, 0.054, "a **gain of 3.2 points** [+1.0, +5.4]"),
        (-0.021, -0.034, -0.008, "a **loss of 2.1 points** [−3.4, −0.8]"),
        (0.004, -0.010, 0.018, "**the data cannot tell** gain from loss, **+0.4 points** [−1.0, +1.8]"),
        (np.nan, np.nan, np.nan, "not known: no run tells"),
    ],
)
def test_words_say_no_more_than_the_numbers(gain: float, low: float, high: float, says: str) -> None:
    assert finding({"gain": gain, "low": low, "high": high}) == says


def test_benchmarks_are_counted_by_what_is_clear() -> None:
    cells = pd.DataFrame({"gain": [0.1, -0.2, -0.3, 0.0], "low": [0.05, -0.3, -0.4, -0.1]})
    cells["high"] = cells["gain"] + 0.05
    assert over_benchmarks(cells) == "a loss on 2, a gain on 1, unclear on 1 of 4"
    assert over_benchmarks(cells.iloc[1:3]) == "a loss on 2 of 2"
    assert over_benchmarks(cells.assign(gain=float("nan"))) == "known on 0 of 4"
