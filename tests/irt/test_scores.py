from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.errors import AtlasError
from analysis.irt.matrix import ResponseMatrix
from analysis.irt.scores import group
from analysis.tables import response_hash
from tests.irt.simulated import rasch, tidy

SMALL = np.array([[1, 0, 1], [0, 1, 1], [1, np.nan, 1], [0, 0, 0]])


def test_groups_count_what_the_matrix_says() -> None:
    groups = group(ResponseMatrix.of(tidy(SMALL)), by_score=True)
    assert groups.item_totals.tolist() == [2, 1, 3]
    assert groups.item_counts.tolist() == [4, 3, 4]
    assert len(groups.in_pattern) == 2
    for model, row in enumerate(SMALL):
        own = groups.group_of_model[model]
        assert groups.score[own] == np.nansum(row)
        included = groups.in_pattern[groups.pattern[own]][groups.kind_of_item]
        np.testing.assert_array_equal(included == 1, ~np.isnan(row))
    assert groups.count.sum() == 4
    assert groups.count[groups.group_of_model[0]] == 2  # models 0 and 1: same items, same score


def test_weights_count_models_as_often() -> None:
    weights = np.array([2.0, 0.0, 1.0, 3.0])
    repeated = SMALL[np.repeat(np.arange(4), weights.astype(int))]
    weighted = group(ResponseMatrix.of(tidy(SMALL)), by_score=True, weights=weights)
    listed = group(ResponseMatrix.of(tidy(repeated)), by_score=True)
    np.testing.assert_array_equal(weighted.item_totals, listed.item_totals)
    np.testing.assert_array_equal(weighted.item_counts, listed.item_counts)
    assert weighted.count.sum() == 6


def test_groups_do_not_grow_with_models() -> None:
    _, responses = rasch(3000, 20, seed=1)
    assert len(group(ResponseMatrix.of(responses), by_score=True).score) <= 21
    assert len(group(ResponseMatrix.of(responses), by_score=False).score) == 3000


def test_an_item_without_responses_is_an_error() -> None:
    with pytest.raises(AtlasError, match="at least one response"):
        ResponseMatrix.of(tidy(np.array([[1, np.nan, 0]])))


def test_a_repeated_pair_is_an_error() -> None:
    one = tidy(np.array([[1, 0]]))
    with pytest.raises(AtlasError, match="occurs twice"):
        ResponseMatrix.of(pd.concat([one, one]))


def test_hash_sees_every_response_but_neither_order_nor_numbering() -> None:
    responses = tidy(np.array([[1, 0, 1], [0, np.nan, 1]]))
    same = responses.sample(frac=1, random_state=1).assign(model=lambda frame: frame["model"] + 40)
    flipped = responses.assign(correct=~responses["correct"])
    assert response_hash(responses) == response_hash(same)
    assert response_hash(responses) != response_hash(flipped)
    assert response_hash(responses) != response_hash(responses.iloc[1:])


def test_the_matrix_has_the_hash_of_its_responses() -> None:
    _, responses = rasch(30, 7, seed=2, missing=0.3)
    assert ResponseMatrix.of(responses).data_hash == response_hash(responses)
