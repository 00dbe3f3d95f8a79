from __future__ import annotations

import io
import json

import numpy as np
import pandas as pd
import pytest

from analysis.bins import Bins, cut
from analysis.errors import AtlasError
from analysis.store import Store
from analysis.subsets import FORMATS, select, to_bytes
from tests import studies


@pytest.fixture(scope="module")
def parts(toy_store: Store) -> tuple[pd.DataFrame, Bins]:
    with toy_store.open() as snapshot:
        items = snapshot.items(studies.BENCHMARK, "f17f17f1")
        return items, cut(items["mean"].to_numpy(), snapshot.draws("f17f17f1"))


def choose(parts: tuple[pd.DataFrame, Bins], chosen: list[int]) -> pd.DataFrame:
    return select(*parts, chosen, benchmark=studies.BENCHMARK, fit="f17f17f1", data_version="v1")


def test_a_subset_holds_its_bins_and_says_where_they_come_from(parts) -> None:
    subset = choose(parts, [8, 9])
    assert len(subset) == parts[1].sizes[7:9].sum()
    assert set(subset["bin"]) == {8, 9}
    assert subset["difficulty"].is_monotonic_increasing
    assert (subset["difficulty_low"] <= subset["difficulty"]).all()
    assert (subset["difficulty"] <= subset["difficulty_high"]).all()
    assert set(subset["fit"]) == {"f17f17f1"}
    assert set(subset["data_version"]) == {"v1"}
    assert subset["content_hash"].str.fullmatch("[0-9a-f]{64}").all()


def test_all_bins_together_are_the_benchmark(parts) -> None:
    assert sorted(choose(parts, list(range(1, 11)))["item_key"]) == sorted(parts[0]["item_key"])


@pytest.mark.parametrize("chosen", [[], [0], [11], [3, 99]])
def test_bins_that_do_not_exist_are_an_error(parts, chosen: list[int]) -> None:
    with pytest.raises(AtlasError, match="bins are numbered 1"):
        choose(parts, chosen)


@pytest.mark.parametrize("file_format", FORMATS)
def test_every_format_comes_back_as_it_left(parts, file_format: str) -> None:
    subset = choose(parts, [10])
    contents = to_bytes(subset, file_format)
    if file_format == "parquet":
        back = pd.read_parquet(io.BytesIO(contents))
    elif file_format == "csv":
        back = pd.read_csv(io.BytesIO(contents), dtype={"target": str})
    else:
        back = pd.DataFrame([json.loads(line) for line in contents.decode().splitlines()])
    assert back.columns.tolist() == subset.columns.tolist()
    assert back["item_key"].tolist() == subset["item_key"].tolist()
    assert back["prompt"].tolist() == subset["prompt"].tolist()
    np.testing.assert_allclose(back["difficulty"], subset["difficulty"])


def test_an_unknown_format_is_an_error(parts) -> None:
    with pytest.raises(AtlasError, match="there are: parquet, csv, jsonl"):
        to_bytes(choose(parts, [1]), "xlsx")
