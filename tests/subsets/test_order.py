from __future__ import annotations

import numpy as np
import pytest

from analysis.errors import AtlasError
from analysis.subsets import CURRICULA, ORDERS, ordered
from tests.subsets.pool import pool


@pytest.mark.parametrize("order", ORDERS)
def test_every_item_is_there_once_and_counted(order: str) -> None:
    placed = ordered(pool(), order)
    assert placed.columns[0] == "index"
    assert placed["index"].tolist() == list(range(100))
    assert sorted(placed["item_key"]) == pool()["item_key"].tolist()
    assert ("round" in placed) == (order in CURRICULA)


def test_by_difficulty() -> None:
    assert ordered(pool(), "easy-first")["difficulty"].is_monotonic_increasing
    assert ordered(pool(), "hard-first")["difficulty"].is_monotonic_decreasing


def test_a_shuffle_is_one_of_its_seed_alone() -> None:
    one, same, other = (ordered(pool(1000), "shuffled", seed=seed)["item_key"] for seed in (1, 1, 2))
    assert one.tolist() == same.tolist() != other.tolist()
    place = ordered(pool(1000), "shuffled", seed=1)["difficulty"]
    assert abs(np.corrcoef(place, np.arange(1000))[0, 1]) < 4 / np.sqrt(1000), "no trend"
    part = ordered(pool(1000).iloc[::2], "shuffled", seed=1)["item_key"]
    assert part.tolist() == [key for key in one if key in set(part)], "an item keeps its lot"


def test_the_linear_curriculum_rises_by_rounds_and_is_shuffled_within() -> None:
    placed = ordered(pool(), "linear-curriculum", rounds=4)
    assert placed["round"].is_monotonic_increasing
    spans = placed.groupby("round")["difficulty"].agg(["min", "max", "size"])
    assert (spans["max"].to_numpy()[:-1] < spans["min"].to_numpy()[1:]).all()
    assert spans["size"].tolist() == [25] * 4
    assert not placed.groupby("round")["difficulty"].is_monotonic_increasing.any()


def test_the_spiral_returns_to_easier_items_in_every_round() -> None:
    placed = ordered(pool(), "spiral-curriculum", rounds=5)
    level = np.searchsorted(np.quantile(pool()["difficulty"], [0.2, 0.4, 0.6, 0.8]), placed["difficulty"])
    assert placed["round"].is_monotonic_increasing
    for number in range(1, 6):
        own = level[placed["round"] == number]
        assert set(own) == set(range(number)), "round k reaches level k and holds all below"
        assert (np.diff(own) >= 0).all(), "easy to hard within the round"
    # Twenty easiest items in five rounds, four each.
    assert [int((level[placed["round"] == n] == 0).sum()) for n in range(1, 6)] == [4] * 5


def test_few_items_have_fewer_rounds() -> None:
    assert ordered(pool(3, bins=3), "spiral-curriculum")["round"].tolist() == [1, 2, 3]
    assert ordered(pool().iloc[:0], "spiral-curriculum").empty
    assert ordered(pool().iloc[:1], "linear-curriculum")["round"].tolist() == [1]


def test_mistakes_are_named() -> None:
    with pytest.raises(AtlasError, match="No order 'random'; there are: easy-first"):
        ordered(pool(), "random")
    with pytest.raises(AtlasError, match="at least two rounds"):
        ordered(pool(), "spiral-curriculum", rounds=1)
