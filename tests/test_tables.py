"""The hash that ties a fit to its responses: it may never change, for the fits of old studies refer to it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.tables import in_order, response_hash

NUMBER = np.arange(60)
RESPONSES = pd.DataFrame({"item": NUMBER // 6, "model": 3 * (NUMBER % 6) + 2, "correct": NUMBER % 7 < 3})


@pytest.mark.parametrize("dtype", ["int64", "int32", "uint32"])
def test_the_hash_is_what_it_always_was(dtype: str) -> None:
    numbers = RESPONSES.astype({"item": dtype, "model": dtype})
    assert response_hash(numbers) == "778bf8d5380a93c1"
    assert response_hash(numbers.sample(frac=1, random_state=1)) == "778bf8d5380a93c1"


def test_in_order_means_sorted_and_each_once() -> None:
    assert in_order(RESPONSES)
    assert in_order(RESPONSES.iloc[:0])
    assert not in_order(pd.concat([RESPONSES, RESPONSES.tail(1)]))
    assert not in_order(RESPONSES.iloc[::-1])
    assert not in_order(RESPONSES.sort_values(["model", "item"]))
