"""A published difficulty beside ours: a join of the wrong items must show."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.cli.diagnosing import published, said_of_published
from analysis.tables import own_measures


def said(theirs: np.ndarray, ours: np.ndarray) -> list[str]:
    items = pd.DataFrame({"mean": ours, "published_difficulty": theirs, "steps": ours})
    return [said_of_published(one) for one in published(items).itertuples()]


def test_the_right_items_agree_and_the_wrong_ones_do_not() -> None:
    rng = np.random.default_rng(1)
    ours = rng.normal(size=200)
    theirs = 2 * ours + rng.normal(size=200)
    (right,) = said(theirs, ours)
    assert "200 items" in right
    assert "0.8" in right
    assert "joined?" not in right
    (wrong,) = said(rng.permutation(theirs), ours)
    assert wrong.endswith("were the right items joined?")


def test_items_without_any_say_nothing() -> None:
    assert said(np.full(30, np.nan), np.arange(30.0)) == []


def test_measures_are_neither_positions_nor_the_same_again() -> None:
    columns = ["item", "flag", "published_difficulty", "published_quantile", "doc_id", "steps"]
    measures = own_measures(pd.DataFrame(columns=columns))
    assert list(measures) == ["published_difficulty", "steps"]
