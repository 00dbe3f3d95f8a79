"""Ranks of draws against ArviZ, and against what chance gives."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.irt.backends import convergence
from analysis.trust import chains_of, mixing, rank_counts, split_rhat


@pytest.fixture
def draws() -> np.ndarray:
    """Four chains of 101 draws of 30 parameters; one chain is shifted, one spread, one parameter stuck."""
    made = np.random.default_rng(1).standard_normal((4, 101, 30))
    made[0, :, 4] += 1.5
    made[1, :, 9] *= 3
    made[:, :, 12] = made[:, :, 12].round()  # ties
    made[:, :, 20] = 0.0
    return made


def test_split_rhat_is_that_of_arviz(draws: np.ndarray) -> None:
    known = np.arange(30) != 20
    expected = convergence({"x": draws})["rhat"].to_numpy()
    np.testing.assert_allclose(split_rhat(draws)[known], expected[known], rtol=1e-10)
    assert np.isnan(split_rhat(draws)[20])


def test_what_disagrees_is_beyond_chance_and_nothing_else(draws: np.ndarray) -> None:
    found = mixing(draws)
    np.testing.assert_array_equal(found.rhat, split_rhat(draws))
    low, high = found.by_chance
    assert 1.0 < low <= high
    assert set(np.flatnonzero(found.rhat > high)) == {4, 9}


def test_slow_chains_are_beyond_chance() -> None:
    """Each draw is nearly the one before, in chains that began alike: shuffled draws are not."""
    steps = np.random.default_rng(2).standard_normal((4, 50, 200))
    found = mixing(steps.cumsum(axis=1))
    assert np.median(found.rhat) > found.by_chance[1]


def test_a_chance_range_holds_the_worst_of_many() -> None:
    """Of 20 sets of chains that agree, few have a worst R-hat above all that shuffles gave."""
    rng = np.random.default_rng(3)
    beyond = 0
    for _ in range(20):
        found = mixing(rng.standard_normal((4, 30, 100)))
        beyond += found.rhat.max() > found.by_chance[1]
    assert beyond <= 4  # each with a chance of 1/21: more than 4 once in 400


def test_thinned_draws_are_told_apart_by_chain() -> None:
    for chains, each, kept in ((4, 1000, 200), (4, 1200, 120), (3, 500, 200), (1, 400, 200)):
        chain = np.repeat(np.arange(chains), each)
        thinned = chain[np.linspace(0, chains * each - 1, kept).astype(int)]
        found = chains_of(thinned[:, None], chains)
        assert found.shape == (chains, kept // chains, 1)
        np.testing.assert_array_equal(
            found[:, :, 0], np.broadcast_to(np.arange(chains)[:, None], found.shape[:2])
        )


def test_rank_counts_of_chains_that_agree_are_within_their_band() -> None:
    rng = np.random.default_rng(4)
    counts = [rank_counts(rng.standard_normal((4, 60))) for _ in range(100)]
    for one in counts:
        assert (one.groupby("chain")["count"].sum() == 60).all()
        assert (one.groupby("bin")["count"].sum() == 24).all()
        np.testing.assert_allclose(one["expected"], 6)
    inside = np.mean(
        [((one["low"] <= one["count"]) & (one["count"] <= one["high"])).mean() for one in counts]
    )
    assert 0.93 <= inside <= 0.99  # counts are whole, so a band holds a little more than its 94%


def test_a_chain_elsewhere_has_the_highest_ranks() -> None:
    draws = np.random.default_rng(5).standard_normal((4, 60))
    draws[2] += 5
    table = rank_counts(draws).query("chain == 2")
    assert (table["count"].iloc[:7] == 0).all()
    assert (table["count"].iloc[-2:] > table["high"].iloc[-2:]).all()
