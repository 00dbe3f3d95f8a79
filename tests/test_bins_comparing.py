from __future__ import annotations

import numpy as np
import pytest

from analysis.bins import EQUAL_WIDTH, NATURAL, QUANTILE, STRATEGIES, TYPED, compare_cuts, cut
from analysis.errors import AtlasError
from analysis.power import smallest_detectable_gain


def test_each_row_is_that_cut() -> None:
    rng = np.random.default_rng(0)
    difficulty = rng.normal(size=500)
    draws = difficulty + 0.3 * rng.normal(size=(40, 500))
    edges = (-1.0, 0.0, 2.0)
    table = compare_cuts(difficulty, draws, counts=(10, 4), edges=edges, discordant=0.3)
    assert table["count"].tolist() == [4, 4, 4, 4, 10, 10, 10]
    assert table["strategy"].tolist() == [*STRATEGIES, QUANTILE, EQUAL_WIDTH, NATURAL]
    for row in table.itertuples():
        bins = cut(difficulty, draws, strategy=row.strategy, count=row.count, edges=edges)
        of_bin = [bins.own_probability[bins.member == k].mean() for k in np.unique(bins.member)]
        assert (row.smallest, row.largest) == (bins.sizes.min(), bins.sizes.max())
        assert row.p_in_bin == pytest.approx(bins.own_probability.mean())
        assert row.p_lowest == pytest.approx(min(of_bin))
        assert row.detectable == pytest.approx(smallest_detectable_gain(bins.sizes.min(), 0.3), nan_ok=True)


def test_without_edges_nothing_is_typed() -> None:
    difficulty = np.arange(100.0)
    assert TYPED not in set(compare_cuts(difficulty, difficulty[None], counts=(3,))["strategy"])


def test_impossible_cuts_are_left_out() -> None:
    difficulty = np.repeat([0.0, 1.0, 4.0], 4)
    table = compare_cuts(difficulty, difficulty[None], counts=(3, 10, 20))
    assert table.groupby("strategy")["count"].apply(list).to_dict() == {
        QUANTILE: [3, 10],
        EQUAL_WIDTH: [3, 10],
        NATURAL: [3],
    }
    assert compare_cuts(difficulty, difficulty[None], counts=(20,)).empty


def test_an_empty_bin_shows_no_gain_and_has_no_probability() -> None:
    difficulty = np.arange(50.0)
    (row,) = compare_cuts(difficulty, difficulty[None], counts=(), edges=(10.0, 99.0)).itertuples()
    assert (row.smallest, row.largest, row.p_lowest) == (0, 40, 1)
    assert np.isnan(row.detectable)


def test_unusable_edges_are_an_error() -> None:
    with pytest.raises(AtlasError, match="rise"):
        compare_cuts(np.arange(50.0), np.zeros((1, 50)), edges=(2.0, 1.0))
