from __future__ import annotations

import re

import numpy as np
import pytest

from analysis.bins import members_in_draws, quantile_bins
from analysis.explore import Placed, coverage, gap_sentences, information_of, weak_sentence
from analysis.irt.point import Point

COUNT = 10


def placed(difficulty: np.ndarray, sd: float = 0.1, draws: int = 50) -> Placed:
    rng = np.random.default_rng(0)
    drawn = difficulty + sd * rng.standard_normal((draws, len(difficulty)))
    return Placed(difficulty, quantile_bins(difficulty, COUNT), drawn, members_in_draws(drawn, count=COUNT))


BENCHMARK = placed(np.random.default_rng(1).normal(0, 1.2, 2000))


def test_random_sets_are_seldom_said_to_have_gaps() -> None:
    rng = np.random.default_rng(2)
    for size in (15, 60, 300):
        alarms = [
            not coverage(BENCHMARK[rng.choice(2000, size, replace=False)], BENCHMARK, COUNT).complete
            for _ in range(150)
        ]
        # At most 5% for bins and 5% for holes; 12% is three standard errors above 5 + some.
        assert np.mean(alarms) < 0.12


def test_what_is_left_out_is_named() -> None:
    kept = np.flatnonzero((BENCHMARK.bins < 8) & (np.abs(BENCHMARK.difficulty) > 0.2))
    chosen = np.random.default_rng(3).choice(kept, 200, replace=False)
    found = coverage(BENCHMARK[chosen], BENCHMARK, COUNT)
    top, middle = found.holes.loc[0], found.holes.loc[1]
    assert top["high"] == np.inf
    assert top["share"] == pytest.approx(0.2, abs=0.01)
    assert top["usual"] == pytest.approx(40, abs=2)
    assert top["expected"] < 5
    assert middle["low"] == pytest.approx(-0.2, abs=0.05)
    assert middle["high"] == pytest.approx(0.2, abs=0.05)
    assert {9, 10} <= set(found.bins.loc[found.bins["thin"], "bin"])
    assert found.missed == pytest.approx(0.33, abs=0.02), "two bins, and what is around zero"
    assert (found.bins.loc[found.bins["thin"], "surely"] > 0.9).all()
    said = gap_sentences(found, "logits")
    assert said[0].startswith(f"no item above {top['low']:.1f} logits, where 20% of the reference are")
    assert "no item between −0.2 and 0.2 logits" in said[1]
    assert any(line.startswith("bins 9 and 10 have 0 of 200 items (0%), where 20%") for line in said)


def test_where_difficulties_are_unsure_a_thin_bin_is_not_named() -> None:
    """The same set, its difficulties known to half a bin and to three."""
    kept = np.flatnonzero(BENCHMARK.bins != 4)
    chosen = np.random.default_rng(5).choice(kept, 150, replace=False)
    sure, unsure = (placed(BENCHMARK.difficulty, sd=sd) for sd in (0.05, 1.0))
    assert coverage(sure[chosen], sure, COUNT).bins["thin"].tolist()[4]
    blurred = coverage(unsure[chosen], unsure, COUNT).bins
    assert blurred["items"][4] == 0
    assert blurred["surely"][4] < 0.5
    assert not blurred["thin"][4]


def test_shares_by_the_posterior_hold_the_share_and_sum_to_one() -> None:
    found = coverage(BENCHMARK[np.arange(0, 2000, 10)], BENCHMARK, COUNT).bins
    assert found["share"].sum() == pytest.approx(1)
    assert found["items"].sum() == 200
    assert ((found["low"] <= found["share"]) & (found["share"] <= found["high"])).mean() >= 0.8
    np.testing.assert_allclose(found["reference"], 0.1)


def test_one_item_covers_nothing_that_can_be_said() -> None:
    found = coverage(BENCHMARK[np.array([5])], BENCHMARK, COUNT)
    assert found.bins["items"].sum() == 1
    assert found.holes.empty, "one item drawn at random leaves holes as large"
    easiest = coverage(BENCHMARK[np.argsort(BENCHMARK.difficulty)[:40]], BENCHMARK, COUNT)
    assert easiest.holes["share"].tolist() == [pytest.approx(0.98)]


def test_information_of_a_random_half_is_half_of_all() -> None:
    point = Point(BENCHMARK.difficulty, 0.0, 1.0)
    half = np.arange(0, 2000, 2)
    abilities = np.random.default_rng(4).normal(size=300)
    table = information_of(
        Point(point.difficulty[half], 0.0, 1.0), BENCHMARK.draws[:, half], point, abilities
    )
    np.testing.assert_allclose(table["information"], table["usual"], rtol=0.1)
    assert not table["weak"].any()
    assert "nowhere less than half" in weak_sentence(table, abilities, "logits")
    np.testing.assert_allclose(table["error"], table["information"] ** -0.5)
    assert (table["low"] < table["high"]).all()


def test_easy_items_tell_little_of_able_models() -> None:
    point = Point(BENCHMARK.difficulty, 0.0, 1.0)
    easy = np.argsort(BENCHMARK.difficulty)[:100]
    abilities = np.linspace(-3, 3, 601)
    table = information_of(
        Point(point.difficulty[easy], 0.0, 1.0), BENCHMARK.draws[:, easy], point, abilities
    )
    from_here = table.loc[table["weak"], "ability"].min()
    assert from_here > -1
    said = re.search(r"for (\d+)% of the models", weak_sentence(table, abilities, "logits"))
    assert said is not None
    assert int(said[1]) == pytest.approx(100 * (abilities >= from_here).mean(), abs=2)
    assert "worst at 3.0" in weak_sentence(table, abilities, "logits")
