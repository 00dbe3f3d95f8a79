from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from scipy.stats import norm, rankdata

from analysis.bins import (
    EQUAL_WIDTH,
    MAX_BINS,
    NATURAL,
    QUANTILE,
    STRATEGIES,
    TYPED,
    bins_of_quantiles,
    cut,
    quantile_bins,
)
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


def test_quantiles_on_an_edge_belong_above_it_and_one_belongs_to_the_last_bin() -> None:
    for count in range(2, MAX_BINS + 1):
        edges = np.arange(count + 1) / count
        assert bins_of_quantiles(edges, count).tolist() == [*range(count), count - 1]
        just_below = np.nextafter(edges[1:], 0)
        assert bins_of_quantiles(just_below, count).tolist() == list(range(count))


@pytest.mark.parametrize("wrong", [-0.1, 1.01, float("nan")])
def test_quantiles_outside_zero_to_one_are_an_error(wrong: float) -> None:
    with pytest.raises(AtlasError, match="between 0 and 1"):
        bins_of_quantiles(np.array([0.5, wrong]), 10)


@pytest.mark.parametrize("values", [2, 5, 30, 10_000])
@pytest.mark.parametrize("items", [20, 21, 97, 240])
def test_quantile_bins_of_tied_items_are_exact(items: int, values: int) -> None:
    """Against ranks counted one by one and compared as fractions, however many items are tied."""
    difficulty = np.random.default_rng(items * values).integers(0, values, items) / 7
    for count in (2, 3, 10, 20):
        member = quantile_bins(difficulty, count)
        for value, k in zip(difficulty.tolist(), member.tolist(), strict=True):
            twice_rank = 2 * (difficulty < value).sum() + (difficulty == value).sum() + 1
            quantile = Fraction(int(twice_rank) - 1, 2 * items)
            assert Fraction(k, count) <= quantile < Fraction(k + 1, count)


@pytest.mark.parametrize("count", [2, 7, 20])
def test_as_many_items_as_bins(count: int) -> None:
    assert quantile_bins(np.arange(float(count))[::-1], count).tolist() == list(range(count))[::-1]


def test_ties_share_a_bin() -> None:
    difficulty = np.array([0.0, 0.0, 0.0, 0.0, 1.0, 2.0])
    assert len(set(quantile_bins(difficulty, 3)[:4])) == 1


def test_ties_across_an_edge_go_where_their_middle_is() -> None:
    assert quantile_bins(np.array([0.0, 1.0, 1.0, 2.0]), 2).tolist() == [0, 1, 1, 1]
    assert quantile_bins(np.array([0.0, 1.0, 1.0, 1.0, 2.0, 2.0]), 2).tolist() == [0, 0, 0, 0, 1, 1]


def test_items_that_all_tie_share_the_middle_bin() -> None:
    for count in (2, 3, 10):
        assert set(quantile_bins(np.zeros(30), count)) == {count // 2}


@pytest.mark.parametrize("strategy", [QUANTILE, EQUAL_WIDTH, NATURAL])
@pytest.mark.parametrize("count", [2, 3, 8, 20])
def test_edges_separate_the_bins(strategy: str, count: int) -> None:
    rng = np.random.default_rng(2)
    next_float = np.nextafter(0.3, 1)
    for difficulty in (
        rng.normal(size=300),
        rng.normal(size=300).astype(np.float32),
        rng.integers(0, 40, 300) / 10,
        np.repeat([0.3, next_float], 50),
        np.full(60, 0.3),
    ):
        if strategy == NATURAL and count > len(set(difficulty)):
            continue
        bins = cut(difficulty, difficulty[None], strategy=strategy, count=count)
        assert np.isfinite(bins.edges).all()
        assert len(bins.edges) == count - 1
        assert (np.diff(bins.edges) >= 0).all()
        np.testing.assert_array_equal(np.searchsorted(bins.edges, difficulty, "right"), bins.member)


def test_bins_of_equal_width_hold_their_lower_edge_and_the_last_one_the_hardest_item() -> None:
    bins = cut(np.arange(9.0), np.arange(9.0)[None], strategy=EQUAL_WIDTH, count=4)
    assert bins.edges.tolist() == [2.0, 4.0, 6.0]
    assert bins.member.tolist() == [0, 0, 1, 1, 2, 2, 3, 3, 3]


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
    assert bins.probability.max() <= 1
    np.testing.assert_allclose(bins.probability[:, 1], norm.cdf(difficulty / sd), atol=0.08)


def test_more_certain_items_are_more_surely_in_their_bin() -> None:
    difficulty = np.random.default_rng(3).normal(size=400)
    vague, sharp = (cut(difficulty, draws_of(difficulty, sd)) for sd in (0.5, 0.05))
    assert vague.own_probability.mean() + 0.2 < sharp.own_probability.mean()


def test_an_unknown_strategy_is_an_error() -> None:
    with pytest.raises(AtlasError, match=f"there are: {', '.join(STRATEGIES)}"):
        cut(np.arange(30.0), np.zeros((1, 30)), strategy="k-means")


def test_what_is_said_of_each_bin() -> None:
    difficulty = np.array([-2.0, -1.0, 0.5, 3.0])
    draws = np.array([[-2.0, 0.2, 0.5, 3.0], [-2.0, -1.0, 0.5, 3.0]])
    bins = cut(difficulty, draws, strategy=TYPED, edges=(0.0, 1.0, 2.0))
    summary = bins.summary(difficulty, np.array([1.0, 0.5, 0.4, 0.0]))
    assert summary["bin"].tolist() == [1, 2, 3, 4]
    assert summary["items"].tolist() == [2, 1, 0, 1]
    nan = float("nan")
    for column, expected in {
        "easiest": [-2, 0.5, nan, 3],
        "hardest": [-1, 0.5, nan, 3],
        "proportion": [0.75, 0.4, nan, 0],
        "p_in_bin": [0.75, 1, nan, 1],
    }.items():
        np.testing.assert_allclose(summary[column], expected)
    np.testing.assert_allclose(
        bins.overlap, [[0.75, 0.25, 0, 0], [0, 1, 0, 0], [nan, nan, nan, nan], [0, 0, 0, 1]]
    )


def test_ranks_are_mid_ranks() -> None:
    values = np.random.default_rng(0).integers(0, 40, 300).astype("f4")
    quantile = (rankdata(values) - 0.5) / len(values)
    np.testing.assert_array_equal(quantile_bins(values, 7), bins_of_quantiles(quantile, 7))
