from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from scipy.stats import norm

from analysis.bins import EQUAL_WIDTH, QUANTILE, TYPED, cut, quantile_bins
from analysis.errors import AtlasError


def draws_of(difficulty: np.ndarray, sd: float, seed: int = 0) -> np.ndarray:
    return difficulty + sd * np.random.default_rng(seed).standard_normal((400, len(difficulty)))


@pytest.mark.parametrize("count", [2, 3, 7, 10, 20])
@pytest.mark.parametrize("items", [20, 97, 1170, 1319])
def test_quantile_bins_hold_equally_many(items: int, count: int) -> None:
    member = quantile_bins(np.random.default_rng(1).normal(size=items), count)
    sizes = np.bincount(member, minlength=count)
    assert sizes.max() - sizes.min() <= 1


@pytest.mark.parametrize("count", [3, 7, 10])
def test_quantile_convention_is_exact(count: int) -> None:
    """k/K ≤ q < (k+1)/K in exact arithmetic, where floats would sometimes fall on the wrong side."""
    items = 7 * count
    member = quantile_bins(np.arange(items, dtype=float), count)
    for rank in range(1, items + 1):
        quantile = Fraction(2 * rank - 1, 2 * items)
        k = int(member[rank - 1])
        assert Fraction(k, count) <= quantile < Fraction(k + 1, count)


def test_ties_share_a_bin() -> None:
    difficulty = np.array([0.0, 0.0, 0.0, 0.0, 1.0, 2.0])
    assert len(set(quantile_bins(difficulty, 3)[:4])) == 1


def test_edges_separate_the_bins() -> None:
    difficulty = np.random.default_rng(2).normal(size=300)
    for strategy in (QUANTILE, EQUAL_WIDTH):
        bins = cut(difficulty, draws_of(difficulty, 0.2), strategy=strategy, count=8)
        np.testing.assert_array_equal(np.searchsorted(bins.edges, difficulty, "right"), bins.member)


def test_typed_edges() -> None:
    difficulty = np.array([-2.0, -1.0, 0.0, 0.9, 1.0, 5.0])
    bins = cut(difficulty, draws_of(difficulty, 0.01), strategy=TYPED, edges=(-1.0, 1.0))
    assert bins.member.tolist() == [0, 1, 1, 1, 2, 2]
    assert bins.count == 3


@pytest.mark.parametrize("edges", [(), (1.0, 1.0), (2.0, 1.0), (float("nan"),), tuple(range(20))])
def test_unusable_edges_are_an_error(edges: tuple[float, ...]) -> None:
    difficulty = np.arange(30.0)
    with pytest.raises(AtlasError, match=r"edges|Edges"):
        cut(difficulty, draws_of(difficulty, 0.1), strategy=TYPED, edges=edges)


@pytest.mark.parametrize("count", [1, 21, 40])
def test_unusable_counts_are_an_error(count: int) -> None:
    difficulty = np.arange(30.0)
    with pytest.raises(AtlasError, match="choose 2 to 20"):
        cut(difficulty, draws_of(difficulty, 0.1), count=count)


def test_probabilities_sum_to_one_and_follow_the_posterior() -> None:
    difficulty, sd = np.linspace(-3, 3, 61), 0.5
    bins = cut(difficulty, draws_of(difficulty, sd), strategy=TYPED, edges=(0.0,))
    np.testing.assert_allclose(bins.probability.sum(axis=1), 1.0)
    np.testing.assert_allclose(bins.probability[:, 1], norm.cdf(difficulty / sd), atol=0.08)


def test_more_certain_items_are_more_surely_in_their_bin() -> None:
    difficulty = np.random.default_rng(3).normal(size=400)
    vague, sharp = (cut(difficulty, draws_of(difficulty, sd)) for sd in (0.5, 0.05))
    assert vague.own_probability.mean() + 0.2 < sharp.own_probability.mean()
