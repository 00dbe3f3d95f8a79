"""Decay with distance: against plain least squares, and against simulated truth."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.transfer.bootstrap import resample
from analysis.transfer.decay import decay, mean_by_distance
from analysis.transfer.distance import centres, trained_bin
from tests.transfer.simulated import decaying_gain, simulate_matrix, single_bins

CENTRES = np.array([-2.0, -0.7, -0.1, 0.4, 1.0, 2.5])
APART = np.abs(np.subtract.outer(CENTRES, CENTRES))
OWN = np.eye(6, dtype=bool)
STRENGTH = np.array([0.0, 0.05, 0.1, 0.1, 0.05, -0.05])


def least_squares(gain: np.ndarray, cells: np.ndarray, *, rows: bool) -> float:
    """Slope on distance beside effects of columns, and of rows, by a design matrix."""
    row, column = np.nonzero(cells)
    parts = [APART[cells][:, None], np.eye(6)[column], *([np.eye(6)[row]] if rows else [])]
    return np.linalg.lstsq(np.concatenate(parts, axis=1), gain[cells], rcond=None)[0][0]


def test_centres_are_means_of_what_is_in_a_bin() -> None:
    found = centres(np.array([-1.0, 0.0, 4.0, 9.0]), np.array([0, 0, 2, -1]), 4)
    np.testing.assert_array_equal(found, [-0.5, np.nan, 4.0, np.nan])


def test_only_rows_of_one_bin_of_this_cut_are_trained_on_a_test_bin() -> None:
    rows = single_bins(3, 3)
    more = rows.assign(last_bin=3, label="range"), rows.assign(bins_of=pd.array([10, pd.NA, 5]))
    found = trained_bin(pd.concat([rows, *more], ignore_index=True), 3)
    assert found.tolist() == [0, 1, 2, -1, -1, 2, -1, -1, -1]


def test_slopes_are_those_of_least_squares() -> None:
    matrix, member = simulate_matrix(
        np.random.default_rng(1), decaying_gain(6), items=40, runs=2, run_sd=0.05
    )
    matrix.change[2, member == 5] = np.nan
    resampled = resample(matrix, member, 6)
    assert np.isnan(resampled.gain[1, 5])
    found = decay(resampled, np.arange(6), CENTRES, permutations=20)
    off = ~OWN & np.isfinite(resampled.gain)
    assert found.slope.gain == pytest.approx(least_squares(resampled.gain, off, rows=True))
    easier, harder = np.tril(off), np.triu(off)
    assert found.towards_easier.gain == pytest.approx(least_squares(resampled.gain, easier, rows=False))
    assert found.towards_harder.gain == pytest.approx(least_squares(resampled.gain, harder, rows=False))


def test_points_are_all_cells_of_rows_of_one_bin() -> None:
    matrix, member = simulate_matrix(np.random.default_rng(1), decaying_gain(6), items=40, runs=2, run_sd=0.0)
    resampled = resample(matrix, member, 6)
    trained = np.array([0, 1, -1, 3, 4, 5])
    points = decay(resampled, trained, CENTRES, permutations=20).points
    assert len(points) == 30
    one = points[(points["train_bin"] == 3) & (points["test_bin"] == 1)].iloc[0]
    assert one["distance"] == pytest.approx(-1.1)
    assert one["gain"] == resampled.gain[3, 1]
    only = np.zeros((6, 6))
    only[3, 1] = 1
    assert (one["low"], one["high"]) == pytest.approx(resampled.combination(only)[1:3])


@pytest.mark.parametrize("run_sd", [0.0, 0.05], ids=["items only", "items and runs"])
def test_intervals_of_slopes_cover_at_their_rate(run_sd: float) -> None:
    """Over 300 simulations, with rows and columns of unlike strength and an own bin that gains more."""
    rng = np.random.default_rng(8)
    truth = 0.1 - 0.06 * APART + STRENGTH[:, None] - STRENGTH[::-1] + 0.1 * OWN
    expected = {
        "slope": -0.06,
        "towards_easier": least_squares(truth, np.tril(~OWN), rows=False),
        "towards_harder": least_squares(truth, np.triu(~OWN), rows=False),
    }
    covered = dict.fromkeys(expected, 0.0)
    for number in range(300):
        matrix, member = simulate_matrix(rng, truth, items=50, runs=4, run_sd=run_sd)
        resampled = resample(matrix, member, 6, replicates=400, seed=number)
        found = decay(resampled, np.arange(6), CENTRES, permutations=2)
        for name, slope in expected.items():
            estimate = getattr(found, name)
            covered[name] += (estimate.low <= slope <= estimate.high) / 300
    assert all(0.89 <= share <= 0.99 for share in covered.values()), covered


def permuted(truth: np.ndarray, rng: np.random.Generator, simulations: int) -> np.ndarray:
    p = []
    for _ in range(simulations):
        matrix, member = simulate_matrix(rng, truth, items=30, runs=2, run_sd=0.05)
        resampled = resample(matrix, member, 6, replicates=2)
        p.append(decay(resampled, np.arange(6), CENTRES, permutations=199, seed=len(p)).p_permutation)
    return np.array(p)


def test_the_permutation_test_is_exact_where_training_bins_do_not_matter() -> None:
    """Columns differ; rows do not. Deciles of 300 p-values within four standard errors of a tenth."""
    p = permuted(np.tile(STRENGTH, (6, 1)), np.random.default_rng(3), 300)
    deciles = np.histogram(p, np.linspace(0, 1, 11))[0] / 300
    assert np.abs(deciles - 0.1).max() < 4 * np.sqrt(0.09 / 300)


def test_help_for_the_own_bin_alone_is_no_decay() -> None:
    truth = np.tile(STRENGTH, (6, 1)) + STRENGTH[:, None] + 0.3 * OWN
    assert (permuted(truth, np.random.default_rng(4), 100) < 0.05).mean() <= 0.05 + 2 * np.sqrt(0.0475 / 100)


def test_decay_is_found() -> None:
    p = permuted(0.2 - 0.08 * APART, np.random.default_rng(5), 30)
    assert (p <= 0.05).mean() > 0.7


def test_where_nothing_can_be_known_nothing_is_said() -> None:
    matrix, member = simulate_matrix(np.random.default_rng(1), decaying_gain(6), items=40, runs=2, run_sd=0.0)
    resampled = resample(matrix, member, 6, replicates=50)
    none = decay(resampled, np.full(6, -1), CENTRES)
    assert none.points.empty
    assert np.isnan([none.slope.gain, none.towards_easier.gain, none.p_permutation]).all()
    one = decay(resampled, np.array([2, -1, -1, -1, -1, -1]), CENTRES)
    assert len(one.points) == 6
    assert np.isnan([one.slope.gain, one.towards_harder.gain, one.p_permutation]).all()
    empty = decay(resampled, np.arange(6), np.where(np.arange(6) < 2, CENTRES, np.nan))
    assert np.isnan(empty.slope.gain)
    blank = replace(resampled, gain=np.full((6, 6), np.nan), replicates=np.full((50, 6, 6), np.nan))
    assert np.isnan(decay(blank, np.arange(6), CENTRES).slope.gain)


def test_groups_of_distances_hold_every_cell_but_the_own() -> None:
    matrix, member = simulate_matrix(np.random.default_rng(1), decaying_gain(6), items=40, runs=2, run_sd=0.0)
    resampled = resample(matrix, member, 6, replicates=50)
    found = mean_by_distance(resampled, np.arange(6), CENTRES, groups=3)
    assert found["distance"].is_monotonic_increasing
    assert found["cells"].tolist() == [5] * 6
    signed = CENTRES - CENTRES[:, None]
    farthest = np.argsort(signed, axis=None)[:5]
    assert found["gain"][0] == pytest.approx(resampled.gain.ravel()[farthest].mean())
    assert found["distance"][0] == pytest.approx(signed.ravel()[farthest].mean())
    assert mean_by_distance(resampled, np.full(6, -1), CENTRES).empty
