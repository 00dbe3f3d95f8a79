from __future__ import annotations

import numpy as np
import pytest

from analysis.errors import AtlasError
from analysis.subsets import over_bins, sample_mix, short_bins
from analysis.transfer import SHAPES, TYPED, shares
from tests.subsets.pool import pool


@pytest.mark.parametrize("shape", [shape for shape in SHAPES if shape != TYPED])
@pytest.mark.parametrize("total", [1, 7, 50, 93])
def test_a_mix_has_its_total_and_its_shares(shape: str, total: int) -> None:
    wanted = shares(shape, 10)
    mix, report = sample_mix(pool(2000), wanted, total)
    assert len(mix) == report["given"].sum() == report["asked"].sum() == total
    assert (np.abs(report["asked"] - wanted * total) < 1).all(), "rounded to a neighbour"
    assert mix["bin"].value_counts().to_dict() == {
        row.bin: row.given for row in report.itertuples() if row.given
    }
    assert short_bins(report) == ""


def test_a_bin_that_is_short_gives_what_it_has_and_says_so() -> None:
    few = pool(100).query("bin > 2 or item_key < 'item-0020'")
    there = (few["bin"] == 1).sum()
    mix, report = sample_mix(few, shares(TYPED, 10, (1,) + (0,) * 8 + (1,)), 18)
    assert report["asked"].tolist() == [9] + [0] * 8 + [9]
    assert report["given"].tolist() == [there] + [0] * 8 + [9]
    assert len(mix) == there + 9
    assert short_bins(report) == f"{there + 9} of 18 items asked for: bin 1 has {there} of 9."


def test_a_draw_is_of_its_seed_and_larger_ones_contain_smaller() -> None:
    flat = shares("uniform", 10)
    small, same, large, other = (
        set(sample_mix(pool(500), flat, total, seed=seed)[0]["item_key"])
        for total, seed in ((50, 1), (50, 1), (200, 1), (50, 2))
    )
    assert small == same < large
    assert small != other


def test_every_item_of_a_bin_is_as_likely() -> None:
    drawn = np.zeros(100)
    for seed in range(150):
        mix, _ = sample_mix(pool(), shares("uniform", 10), 30, seed=seed)
        drawn[mix["item_key"].str[-4:].astype(int)] += 1
    # 45 of 150 expected of each; the largest of 100 binomials is within 4 standard deviations.
    assert (np.abs(drawn - 45) < 4 * np.sqrt(150 * 0.3 * 0.7)).all()


def test_nothing_asked_is_an_error() -> None:
    with pytest.raises(AtlasError, match="at least one item"):
        sample_mix(pool(), shares("uniform", 10), 0)


def test_a_mix_over_chosen_bins_asks_nothing_of_the_others() -> None:
    spread = over_bins(shares("hard-heavy", 3), [9, 2, 5], 10)
    np.testing.assert_allclose(spread, np.array([0, 1, 0, 0, 2, 0, 0, 0, 3, 0]) / 6)
    np.testing.assert_array_equal(over_bins(shares("bell-shaped", 1), [4], 4), [0, 0, 0, 1])
