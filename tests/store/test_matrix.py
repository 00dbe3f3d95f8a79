"""Responses of one benchmark as a matrix, and who gave them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.store import Store, matrix
from analysis.tables import Benchmark, Responses
from tests import studies

MODELS = pd.DataFrame(
    {
        "name": ["first", "second", "third", "fourth"],
        "organisation": ["a", None, "b", "b"],
        "family": [None, "f", "f", "g"],
        "base_model": ["first", None, None, "third"],
    }
)


@pytest.fixture
def scattered(tmp_path: Path) -> tuple[Store, np.ndarray]:
    """A benchmark with holes beside another one; the second of four models and an item answered nothing."""
    rng = np.random.default_rng(4)
    values = rng.integers(-1, 2, (4, 50))
    values[1], values[:, 17] = -1, -1
    values[[0, 2, 3], [0, 1, 2]] = 1
    model, item = np.nonzero(values >= 0)
    cells = pd.DataFrame({"item": item, "model": model, "correct": values[model, item] == 1})
    items = pd.DataFrame({"item_key": [f"q{number}" for number in range(50)]})
    other = pd.DataFrame({"item": [3, 4], "model": [1, 1], "correct": [True, False]})
    store = Store(tmp_path)
    with store.change() as draft:
        draft.add_responses(Benchmark("before", "b"), Responses(items, MODELS, other), own_numbers=True)
        draft.add_responses(
            Benchmark("holes", "b"), Responses(items, MODELS, cells.sample(frac=1)), own_numbers=True
        )
        draft.add_responses(Benchmark("none", "b"), Responses(items, MODELS, cells.iloc[:0]))
        draft.record_import("x", benchmark="holes", source="x", reader="test", report=[])
    return store, values


@pytest.mark.parametrize("block", [1, 7, 4_000_000])
def test_the_matrix_has_every_response_in_its_place(
    scattered: tuple[Store, np.ndarray], monkeypatch: pytest.MonkeyPatch, block: int
) -> None:
    monkeypatch.setattr(matrix, "BLOCK_RESPONSES", block)
    store, expected = scattered
    with store.open() as snapshot:
        values, models = snapshot.response_matrix("holes")
        alone, second = snapshot.response_matrix("before")
    assert models.tolist() == [0, 2, 3]
    assert values.dtype == np.int8
    assert values.flags.c_contiguous
    np.testing.assert_array_equal(values, expected[[0, 2, 3]])
    assert second.tolist() == [1]
    assert alone.shape == (1, 50)
    assert (alone[0, 3], alone[0, 4], (alone == -1).sum()) == (1, 0, 48)


def test_a_benchmark_that_nobody_answered_has_no_rows(scattered: tuple[Store, np.ndarray]) -> None:
    with scattered[0].open() as snapshot:
        values, models = snapshot.response_matrix("none")
        assert snapshot.respondents("none").empty
    assert (values.shape, len(models)) == ((0, 50), 0)


def test_the_matrix_is_the_table_of_responses(toy_store: Store) -> None:
    with toy_store.open() as snapshot:
        table = snapshot.responses(studies.OTHER)
        values, models = snapshot.response_matrix(studies.OTHER)
        respondents = snapshot.respondents(studies.OTHER)
    wide = table.pivot(index="model", columns="item", values="correct")
    np.testing.assert_array_equal(values, wide)
    np.testing.assert_array_equal(models, wide.index)
    np.testing.assert_array_equal(models, respondents["model"])


def test_respondents_are_the_models_that_answered(scattered: tuple[Store, np.ndarray]) -> None:
    with scattered[0].open() as snapshot:
        found = snapshot.respondents("holes")
    expected = MODELS.iloc[[0, 2, 3]].reset_index(drop=True)
    assert found["model"].tolist() == [0, 2, 3]
    assert found.columns.tolist() == ["model", *MODELS.columns]
    assert (found[MODELS.columns].isna() == expected.isna()).all(axis=None)
    assert found[MODELS.columns].fillna("-").to_numpy().tolist() == expected.fillna("-").to_numpy().tolist()
