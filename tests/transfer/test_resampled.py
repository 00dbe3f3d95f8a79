"""Combinations of cells: their gains against arithmetic, their intervals against known truth."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.transfer import cell_table
from analysis.transfer.bootstrap import resample
from tests.transfer.simulated import decaying_gain, simulate_matrix

GAIN = decaying_gain(6)


def near_minus_far() -> np.ndarray:
    """A difference between cells that share rows and columns: what is shared must cancel, not add up."""
    apart = np.abs(np.subtract.outer(np.arange(6), np.arange(6)))
    near, far = apart == 0, apart >= 3
    return near / near.sum() - far / far.sum()


def one_row() -> np.ndarray:
    weights = np.zeros((6, 6))
    weights[2] = 1 / 6
    return weights


def one_column() -> np.ndarray:
    return one_row().T


@pytest.mark.parametrize("run_sd", [0.0, 0.06], ids=["items only", "items and runs"])
@pytest.mark.parametrize(
    "weights", [one_row(), one_column(), near_minus_far()], ids=["row", "column", "decay"]
)
def test_intervals_of_combinations_cover_at_their_rate(weights: np.ndarray, run_sd: float) -> None:
    """95% intervals over 200 simulated matrices; the gain that is covered is the one the simulation has."""
    rng, truth, covered = np.random.default_rng(17), (weights * GAIN).sum(), 0
    for number in range(200):
        matrix, member = simulate_matrix(rng, GAIN, items=50, runs=4, run_sd=run_sd)
        estimate = resample(matrix, member, 6, replicates=400, seed=number).combination(weights)
        covered += estimate.low <= truth <= estimate.high
    assert 0.90 <= covered / 200 <= 0.985


def test_a_single_cell_is_what_the_table_says() -> None:
    matrix, member = simulate_matrix(np.random.default_rng(1), GAIN, items=40, runs=3, run_sd=0.05)
    matrix.trained[matrix.row == 2, :15] = True  # so that rows differ in how many items they hold out
    resampled = resample(matrix, member, 6)
    table = cell_table(resampled)
    for cell in table.itertuples():
        only = np.zeros((6, 6))
        only[cell.row, cell.test_bin] = 1
        assert resampled.combination(only) == pytest.approx(
            (cell.gain, cell.low, cell.high, cell.se, cell.df)
        )


def test_many_sums_at_once_are_those_alone() -> None:
    """One of them of nothing, one of a cell that has no gain."""
    matrix, member = simulate_matrix(np.random.default_rng(1), GAIN, items=40, runs=3, run_sd=0.05)
    matrix.trained[np.ix_(matrix.row == 2, member == 4)] = True  # a cell without items
    resampled = resample(matrix, member, 6)
    blank = np.zeros((6, 6))
    blank[2, 3:5] = 0.5
    weights = np.array([one_column(), near_minus_far(), np.zeros((6, 6)), blank, np.eye(6) / 6])
    together = np.array(resampled.combinations(weights))
    np.testing.assert_allclose(together, [resampled.combination(each) for each in weights])
    assert np.isnan(together[:, 0]).tolist() == [False, False, True, True, False]


def test_what_cells_share_cancels_in_their_difference() -> None:
    """Two rows on the same items: the baseline's noise is in both and in their difference not at all."""
    rng = np.random.default_rng(3)
    matrix, member = simulate_matrix(rng, np.zeros((2, 1)), items=2000, runs=1, run_sd=0.0)
    difference = resample(matrix, member, 1).combination(np.array([[1.0], [-1.0]]))
    expected = 2 * 1.96 * (matrix.change[0] - matrix.change[1]).std() / np.sqrt(2000)
    assert difference.high - difference.low == pytest.approx(expected, rel=0.05)


def test_a_mean_leaves_out_cells_without_a_gain() -> None:
    matrix, member = simulate_matrix(np.random.default_rng(1), GAIN, items=40, runs=2, run_sd=0.0)
    matrix.change[0, member == 5] = np.nan
    resampled = resample(matrix, member, 6)
    assert np.isnan(resampled.gain[0, 5])
    row = np.zeros((6, 6), dtype=bool)
    row[0] = True
    assert resampled.mean(row).gain == pytest.approx(resampled.gain[0, :5].mean())
    assert np.isnan(resampled.combination(row / 6).gain)
    assert np.isnan(resampled.mean(np.zeros((6, 6), dtype=bool)).gain)


def test_draws_of_bins_that_agree_change_nothing() -> None:
    matrix, member = simulate_matrix(np.random.default_rng(1), GAIN, items=50, runs=3, run_sd=0.05)
    plain, drawn = (
        resample(matrix, member, 6, members=members) for members in (None, np.tile(member, (40, 1)))
    )
    np.testing.assert_allclose(drawn.gain, plain.gain, rtol=1e-6)
    np.testing.assert_allclose(drawn.cells()[0], plain.cells()[0], rtol=0.12)


def test_draws_of_bins_are_averaged_and_their_spread_is_in_the_interval() -> None:
    """Half of the draws swap two bins that gain differently: the mean lies between, nobody knows which."""
    gain = np.array([[0.3, -0.3]])
    matrix, member = simulate_matrix(np.random.default_rng(1), gain, items=300, runs=2, run_sd=0.0)
    swapped = np.stack([member, 1 - member] * 20)
    plain, drawn = resample(matrix, member, 2), resample(matrix, member, 2, members=swapped)
    np.testing.assert_allclose(drawn.gain, np.full((1, 2), plain.gain.mean()), atol=0.01)
    half = np.abs(plain.gain[0, 0] - plain.gain[0, 1]) / 2
    np.testing.assert_allclose(drawn.cells()[0] ** 2 - plain.cells()[0] ** 2, half**2, rtol=0.05)


def test_the_same_seed_draws_the_same_items_for_other_models() -> None:
    """Two base models with equal answers: their items are resampled alike, their runs are not."""
    matrix, member = simulate_matrix(np.random.default_rng(1), GAIN, items=50, runs=3, run_sd=0.2)
    first, second = (resample(matrix, member, 6, stream=stream) for stream in (0, 1))
    np.testing.assert_array_equal(first.before_replicates, second.before_replicates)
    assert not np.array_equal(first.replicates, second.replicates)


def test_few_runs_make_wide_intervals() -> None:
    """Two runs that differ say little of how much runs differ: one degree of freedom, t = 12.7."""
    rng = np.random.default_rng(1)
    matrix, member = simulate_matrix(rng, np.zeros((1, 1)), items=20_000, runs=2, run_sd=0.0)
    matrix.change[1] += rng.random(20_000) < 0.2  # a run that gains a fifth more
    estimate = resample(matrix, member, 1).combination(np.ones((1, 1)))
    assert estimate.df == pytest.approx(1, abs=0.05)
    assert (estimate.high - estimate.low) / (2 * estimate.se) == pytest.approx(12.7, rel=0.06)
