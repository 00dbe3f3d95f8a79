from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.errors import AtlasError
from analysis.irt.scores import score_groups
from analysis.tables import response_hash
from tests.irt.simulated import tidy


def test_groups_count_what_the_matrix_says() -> None:
    matrix = np.array([[1, 0, 1], [0, 1, 1], [1, np.nan, 1], [0, 0, 0]])
    groups = score_groups(tidy(matrix))
    assert groups.item_totals.tolist() == [2, 1, 3]
    assert groups.item_counts.tolist() == [4, 3, 4]
    assert len(groups.observed) == 2
    for model, row in enumerate(matrix):
        group = groups.group_of_model[model]
        assert groups.score[group] == np.nansum(row)
        np.testing.assert_array_equal(groups.observed[groups.pattern[group]] == 1, ~np.isnan(row))
    assert groups.count.sum() == 4
    assert groups.count[groups.group_of_model[0]] == 2  # models 0 and 1: same items, same score


def test_an_item_without_responses_is_an_error() -> None:
    with pytest.raises(AtlasError, match="at least one response"):
        score_groups(tidy(np.array([[1, np.nan, 0]])))


def test_a_repeated_pair_is_an_error() -> None:
    one = tidy(np.array([[1, 0]]))
    with pytest.raises(AtlasError, match="occurs twice"):
        score_groups(pd.concat([one, one]))


def test_hash_sees_every_response_but_neither_order_nor_numbering() -> None:
    responses = tidy(np.array([[1, 0, 1], [0, np.nan, 1]]))
    same = responses.sample(frac=1, random_state=1).assign(model=lambda frame: frame["model"] + 40)
    flipped = responses.assign(correct=~responses["correct"])
    assert response_hash(responses) == response_hash(same)
    assert response_hash(responses) != response_hash(flipped)
    assert response_hash(responses) != response_hash(responses.iloc[1:])
