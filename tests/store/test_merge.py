from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.store import rows
from analysis.store.merge import merged


def drawn(rng: np.random.Generator, rows: int) -> pd.DataFrame:
    """Responses in any order, of which many are there twice."""
    return pd.DataFrame(
        {
            "item": rng.integers(0, 30, rows),
            "model": rng.integers(2**31 - 20, 2**31, rows),
            "correct": rng.random(rows) < 0.5,
        }
    )


@pytest.mark.parametrize(("known", "added"), [(0, 200), (200, 0), (150, 150)])
def test_merging_is_what_pandas_would_do(known: int, added: int) -> None:
    rng = np.random.default_rng(known)
    old, new = drawn(rng, known), drawn(rng, added)
    got, contradictions = merged(old, new)
    expected = pd.concat([old, new]).drop_duplicates().sort_values(["item", "model", "correct"])
    pd.testing.assert_frame_equal(got, expected.reset_index(drop=True), check_dtype=False)
    assert contradictions == (expected.groupby(["item", "model"]).size() == 2).sum() > 0


def test_what_is_sorted_stays_as_it_is() -> None:
    rows = pd.DataFrame({"item": [0, 0, 1], "model": [0, 5, 0], "correct": [True, False, True]})
    got, contradictions = merged(rows.iloc[:0], rows)
    pd.testing.assert_frame_equal(got, rows)
    assert contradictions == 0


@pytest.mark.parametrize("block", [1, 7, 1000])
def test_rows_are_ploughed_in_blocks_of_whole_items(monkeypatch: pytest.MonkeyPatch, block: int) -> None:
    monkeypatch.setattr(rows, "BLOCK", block)
    rng = np.random.default_rng(5)
    sorted_rows, _ = merged(drawn(rng, 0), drawn(rng, 100).drop_duplicates(["item", "model"]))
    blocks = [table.to_pandas() for table in rows.ploughed(sorted_rows)]
    together = pd.concat(blocks, ignore_index=True)
    assert sum(one["item"].nunique() for one in blocks) == sorted_rows["item"].nunique()
    for item, own in together.groupby("item"):
        assert own["model"].is_monotonic_decreasing if item % 2 else own["model"].is_monotonic_increasing
    again = together.sort_values(["item", "model"], ignore_index=True)
    pd.testing.assert_frame_equal(again, sorted_rows, check_dtype=False)
