"""The best training set for each test bin, and how sure that is."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from analysis.transfer.best import best_probability, best_training
from analysis.transfer.bootstrap import resample
from analysis.transfer.resampled import Resampled
from tests.transfer.simulated import simulate_matrix


def simulated(seed: int, truth: np.ndarray, *, items: int = 80, replicates: int = 500) -> Resampled:
    rng = np.random.default_rng([seed, 5])
    matrix, member = simulate_matrix(rng, truth, items=items, runs=4, run_sd=0.04)
    return resample(matrix, member, truth.shape[1], replicates=replicates, seed=seed)


def test_of_two_the_probability_is_that_of_their_difference() -> None:
    resampled = simulated(1, np.array([[0.1, 0.0], [0.06, 0.05]]), replicates=4000)
    probability = best_probability(resampled)
    np.testing.assert_allclose(probability.sum(axis=0), 1)
    draws = resampled.calibrated()
    for test_bin in range(2):
        spread = (draws[:, 0, test_bin] - draws[:, 1, test_bin]).std()
        ahead = resampled.gain[0, test_bin] - resampled.gain[1, test_bin]
        assert probability[0, test_bin] == pytest.approx(stats.norm.cdf(ahead / spread), abs=0.03)


def test_the_table_says_what_the_cells_say() -> None:
    resampled = simulated(2, np.array([[0.2, 0.0], [0.0, 0.2], [0.1, 0.1]]))
    table = best_training(resampled)
    assert table["row"].tolist() == [0, 1]
    for cell in table.itertuples():
        column = resampled.gain[:, cell.test_bin]
        assert cell.gain == column.max()
        assert cell.runner_up == resampled.rows["label"][np.argsort(column)[-2]]
        assert cell.ahead == pytest.approx(column.max() - np.sort(column)[-2])
        assert cell.ahead_low <= cell.ahead <= cell.ahead_high
        assert cell.p_best == best_probability(resampled)[cell.row, cell.test_bin]


@pytest.mark.parametrize("rows", [2, 5])
def test_of_equally_good_ones_none_is_ahead(rows: int) -> None:
    """The winner is chosen for being ahead; it must not be called so more often than the test's rate."""
    p = np.concatenate(
        [best_training(simulated(seed, np.zeros((rows, 3))))["p_ahead"] for seed in range(100)]
    )
    assert (p < 0.05).mean() <= 0.05 + 2.5 * np.sqrt(0.0475 / 300)


def test_a_probability_is_kept_as_often_as_it_says() -> None:
    """Truths drawn anew: of those that are best with P between .5 and .9, that share is."""
    rng, said, kept = np.random.default_rng(6), [], []
    for seed in range(100):
        truth = rng.normal(0.1, 0.1, (3, 4))
        table = best_training(simulated(seed, truth))
        said += table["p_best"].tolist()
        kept += (truth[table["row"], table["test_bin"]] == truth.max(axis=0)).tolist()
    middling = np.abs(np.array(said) - 0.7) < 0.2
    assert np.array(kept)[middling].mean() == pytest.approx(np.array(said)[middling].mean(), abs=0.12)


def test_ties_share_and_blank_cells_are_never_best() -> None:
    resampled = simulated(3, np.zeros((3, 3)))
    for array in (resampled.gain, resampled.replicates):
        array[..., :, 0] = 0.0
        array[..., 2, 1] = np.nan
        array[..., :, 2] = np.nan
    probability = best_probability(resampled)
    np.testing.assert_allclose(probability[:, 0], 1 / 3)
    assert np.isnan(probability[2, 1])
    assert probability[:2, 1].sum() == pytest.approx(1)
    assert np.isnan(probability[:, 2]).all()
    table = best_training(resampled)
    assert table["test_bin"].tolist() == [0, 1]
    assert table["p_ahead"][0] == 1
    resampled.gain[1] = np.nan
    resampled.gain[2] = np.nan
    alone = best_training(resampled)
    assert alone["runner_up"].isna().all()
    assert alone["p_ahead"].isna().all()
