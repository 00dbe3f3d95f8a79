"""Sums over items by bin, as they are and resampled, against loops over items and their theory."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.transfer.item_sums import ItemSums
from analysis.transfer.runs import RunMatrix

N_RUNS, N_ITEMS, REPLICATES = 3, 90, 4000


@pytest.fixture(scope="module")
def matrix() -> RunMatrix:
    """Runs of which the last was trained on the first ten items and did not answer the next five."""
    rng = np.random.default_rng(3)
    change = rng.integers(-1, 2, (N_RUNS, N_ITEMS)).astype(float)
    change[2, 10:15] = np.nan
    trained = np.zeros(change.shape, dtype=bool)
    trained[2, :10] = True
    return RunMatrix(pd.DataFrame(), np.arange(N_RUNS), change, rng.random(N_ITEMS), trained)


@pytest.fixture(scope="module")
def used(matrix: RunMatrix) -> np.ndarray:
    return ~np.isnan(matrix.change) & ~matrix.trained


@pytest.fixture(scope="module")
def sums(matrix: RunMatrix, used: np.ndarray) -> ItemSums:
    return ItemSums(matrix, used)


def test_means_are_those_of_a_loop(matrix: RunMatrix, used: np.ndarray, sums: ItemSums) -> None:
    cut = np.arange(N_ITEMS) % 5 - 1  # a fifth of the items are in no bin, and bin 4 has none
    change, baseline = sums.means(cut, 5)
    counts = sums.counts(cut, 5)
    for run in range(N_RUNS):
        for test_bin in range(4):
            inside = used[run] & (cut == test_bin)
            assert counts[run, test_bin] == inside.sum()
            assert change[run, test_bin] == pytest.approx(matrix.change[run, inside].mean())
            assert baseline[run, test_bin] == pytest.approx(matrix.baseline[inside].mean())
    assert np.isnan(change[:, 4]).all()


def test_replicates_spread_as_means_of_items_do(matrix: RunMatrix, used: np.ndarray, sums: ItemSums) -> None:
    """The variance of a mean of n items drawn n times is that of the items over n, and a little more."""
    cut = (np.arange(N_ITEMS) % 3)[None]
    for test_bin, (change, _) in enumerate(sums.resampled(cut, 3, REPLICATES, (0,))):
        for run in range(N_RUNS):
            items = matrix.change[run, used[run] & (cut[0] == test_bin)]
            assert change[run].mean() == pytest.approx(items.mean(), abs=0.01)
            assert change[run].var() == pytest.approx(items.var() / len(items), rel=0.12)


def test_other_cuts_rest_on_the_same_draw(sums: ItemSums) -> None:
    """What two bins have together is what they have apart: nothing is drawn anew."""
    fine = np.arange(N_ITEMS) % 4
    # Runs 0 and 1 count the same items, so that their difference does not depend on how many were drawn.
    (whole,) = (change for change, _ in sums.resampled(np.zeros((1, N_ITEMS), int), 1, 50, (0,)))
    again = [change for change, _ in sums.resampled(fine[None], 4, 50, (0,))]
    low, high = np.min(again, axis=0), np.max(again, axis=0)
    assert ((low <= whole) & (whole <= high)).all()
    same = [change for change, _ in sums.resampled(3 - fine[None], 4, 50, (0,))]
    np.testing.assert_array_equal(again, same[::-1])


def test_every_draw_of_the_bins_has_its_share_of_the_replicates(matrix: RunMatrix) -> None:
    """In one draw all items are in bin 0, in the other none: half of the replicates know nothing of it."""
    used = np.ones((N_RUNS, N_ITEMS), dtype=bool)
    sums = ItemSums(RunMatrix(**{**vars(matrix), "change": np.ones((N_RUNS, N_ITEMS))}), used)
    inside, outside = (
        change for change, _ in sums.resampled(np.array([[0], [1]]).repeat(N_ITEMS, 1), 2, 10, (0,))
    )
    np.testing.assert_array_equal(inside, [[1.0] * 5 + [np.nan] * 5] * N_RUNS)
    np.testing.assert_array_equal(outside, [[np.nan] * 5 + [1.0] * 5] * N_RUNS)
