from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.errors import AtlasError
from analysis.store import Store
from analysis.transfer import run_matrix
from tests import studies


@pytest.fixture(scope="module")
def tables(toy_store: Store) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    with toy_store.open() as snapshot:
        return (
            snapshot.runs(studies.BENCHMARK),
            snapshot.run_items(studies.BENCHMARK),
            snapshot.run_responses(studies.BENCHMARK),
        )


def test_rows_are_bins_easy_first_then_ranges(tables) -> None:
    matrix = run_matrix(*tables, base_model=studies.BASE, n_items=studies.N_ITEMS)
    assert matrix.rows["label"].tolist() == [*map(str, range(1, 11)), "1–10 (all)"]
    assert (matrix.rows["seeds"] == len(studies.SEEDS)).all()


def test_change_is_paired_with_the_baseline(tables) -> None:
    runs, _, responses = tables
    matrix = run_matrix(*tables, base_model=studies.BASE, n_items=studies.N_ITEMS)
    before = responses[responses["run"] == runs.loc[runs["kind"] == "baseline", "run"].iloc[0]].set_index(
        "item"
    )
    tuned = runs[runs["kind"] != "baseline"].reset_index(drop=True)
    for number in (0, 17, 32):
        after = responses[responses["run"] == tuned["run"][number]].set_index("item")["correct"]
        expected = after.astype(int) - before["correct"].astype(int)
        np.testing.assert_array_equal(matrix.change[number, expected.index], expected)
        assert np.isnan(matrix.change[number]).sum() == studies.N_ITEMS - len(expected)


def test_trained_items_are_known(tables) -> None:
    _, run_items, _ = tables
    matrix = run_matrix(*tables, base_model=studies.BASE, n_items=studies.N_ITEMS)
    assert matrix.trained.sum() == len(run_items)
    assert not (matrix.trained & ~np.isnan(matrix.change)).any(), "held-out items were trained on"


def test_a_base_model_without_baseline_is_an_error(tables) -> None:
    runs, run_items, responses = tables
    with pytest.raises(AtlasError, match="no zero-shot baseline"):
        run_matrix(
            runs[runs["kind"] != "baseline"],
            run_items,
            responses,
            base_model=studies.BASE,
            n_items=studies.N_ITEMS,
        )


def test_recipes_are_never_pooled(toy_store: Store) -> None:
    with toy_store.open() as snapshot:
        tables = (
            snapshot.runs(studies.OTHER),
            snapshot.run_items(studies.OTHER),
            snapshot.run_responses(studies.OTHER),
        )
    of = {"base_model": studies.BASE, "n_items": studies.N_OTHER_ITEMS}
    for recipe, gain in studies.OTHER_GAIN.items():
        matrix = run_matrix(*tables, **of, recipe=recipe)
        assert len(matrix.change) == len(studies.SEEDS)
        assert np.nanmean(matrix.change) == pytest.approx(gain, abs=0.05)
    with pytest.raises(AtlasError, match="several recipes; choose one: usual, mild"):
        run_matrix(*tables, **of)
    with pytest.raises(AtlasError, match="no fine-tune run of recipe 'harsh'"):
        run_matrix(*tables, **of, recipe="harsh")
