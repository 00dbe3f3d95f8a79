"""Both directions of every pair: against arithmetic and against simulated truth."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from analysis.transfer.asymmetry import asymmetry
from analysis.transfer.bootstrap import resample
from analysis.transfer.resampled import Resampled
from tests.transfer.simulated import simulate_matrix

BINS = np.arange(5)
SYMMETRIC = 0.15 - 0.04 * np.abs(np.subtract.outer(BINS, BINS))
TRUTH = SYMMETRIC + 0.06 * np.triu(np.ones((5, 5)), 1)


def simulated(seed: int, truth: np.ndarray = TRUTH, replicates: int = 300) -> Resampled:
    rng = np.random.default_rng([seed, 9])
    matrix, member = simulate_matrix(rng, truth, items=50, runs=3, run_sd=0.04)
    return resample(matrix, member, 5, replicates=replicates, seed=seed)


def test_pairs_and_their_mean_are_differences_of_cells() -> None:
    resampled = simulated(1)
    found = asymmetry(resampled, BINS)
    expected = [resampled.gain[t, e] - resampled.gain[e, t] for t, e in combinations(range(5), 2)]
    assert found.pairs[["easier", "harder"]].to_numpy().tolist() == [[*p] for p in combinations(range(5), 2)]
    np.testing.assert_allclose(found.pairs["gain"], expected)
    assert found.overall.gain == pytest.approx(np.mean(expected))
    assert (found.pairs["q"] >= found.pairs["p"]).all()
    far = asymmetry(resampled, BINS, apart=3)
    assert far.pairs[["easier", "harder"]].to_numpy().tolist() == [[0, 3], [0, 4], [1, 4]]


@pytest.mark.parametrize(("truth", "asymmetric"), [(SYMMETRIC, 0.0), (TRUTH, 0.06)], ids=["none", "some"])
def test_intervals_cover_at_their_rate(truth: np.ndarray, asymmetric: float) -> None:
    found = [asymmetry(simulated(seed, truth), BINS) for seed in range(150)]
    covered = [one.overall.low <= asymmetric <= one.overall.high for one in found]
    assert 0.89 <= np.mean(covered) <= 0.99
    of_pairs = [one.pairs["low"].le(asymmetric) & one.pairs["high"].ge(asymmetric) for one in found]
    assert 0.92 <= np.mean(of_pairs) <= 0.98


def test_rows_of_one_bin_count_as_one_and_ranges_not() -> None:
    resampled = simulated(2)
    found = asymmetry(resampled, np.array([0, 0, -1, 3, -1]))
    expected = resampled.gain[:2, 3].mean() - resampled.gain[3, 0]
    assert found.pairs[["easier", "harder"]].to_numpy().tolist() == [[0, 3]]
    assert found.overall.gain == pytest.approx(expected)


def test_pairs_without_both_cells_are_left_out() -> None:
    resampled = simulated(3)
    resampled.gain[0, 4] = np.nan
    found = asymmetry(resampled, BINS)
    assert len(found.pairs) == 9
    assert np.isfinite(found.overall.gain)
    none = asymmetry(resampled, np.array([2, -1, -1, -1, -1]))
    assert none.pairs.empty
    assert np.isnan(none.overall.gain)
