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

Parts = tuple[pd.DataFrame, Bins, pd.Series]


@pytest.fixture(scope="module")
def parts(toy_store: Store) -> Parts:
    return parts_of(toy_store, studies.BENCHMARK, studies.FIT)


def parts_of(store: Store, benchmark: str, fit: str) -> Parts:
    with store.open() as snapshot:
        items = snapshot.items(benchmark, fit)
        return items, cut(items["mean"].to_numpy(), snapshot.draws(fit)), snapshot.fit(benchmark, fit)


def choose(parts: Parts, chosen: list[int]) -> pd.DataFrame:
    items, bins, fit = parts
    return select(items, bins, chosen, benchmark=studies.BENCHMARK, fit=fit, data_version="v1")


def test_a_subset_holds_its_bins_and_says_where_they_come_from(parts) -> None:
    subset = choose(parts, [8, 9])
    assert len(subset) == parts[1].sizes[7:9].sum()
    assert set(subset["bin"]) == {8, 9}
    assert subset["difficulty"].is_monotonic_increasing
    assert (subset["difficulty_low"] <= subset["difficulty"]).all()
    assert (subset["difficulty"] <= subset["difficulty_high"]).all()
    assert set(subset["fit"]) == {studies.FIT}
    assert set(subset["data_version"]) == {"v1"}
    assert subset["content_hash"].str.fullmatch("[0-9a-f]{64}").all()


def test_a_subset_says_what_its_difficulties_are(parts, toy_store: Store) -> None:
    def one_of_each(subset: pd.DataFrame) -> list[object]:
        kind = subset[["interval", "irt_model", "asymptote", "rhat", "ess", "converged", "problems"]]
        return kind.drop_duplicates().to_numpy().tolist()

    plain = choose(parts, [1])
    assert one_of_each(plain) == [["independent", "rasch", 0.0, 1.001, 1500.0, True, ""]]
    assert plain["discrimination"].isna().all()
    assert (plain["difficulty_posterior_sd"] == plain["difficulty_sd"]).all()
    full = choose(parts_of(toy_store, studies.OTHER, studies.OTHER_FIT), [1])
    assert one_of_each(full) == [["lineage", "2pl", 0.25, 1.001, 1500.0, True, ""]]
    assert full["discrimination"].between(np.exp(-0.31), np.exp(0.31)).all()
    assert (full["discrimination_sd"] == 0.1).all()
    narrow = studies.POSTERIOR_SHARE * full["difficulty_sd"]
    np.testing.assert_allclose(full["difficulty_posterior_sd"], narrow, atol=1e-4)


def test_a_fit_that_did_not_converge_is_marked_in_every_row(parts) -> None:
    items, bins, fit = parts
    failed = fit.copy()
    failed[["converged", "problems", "rhat", "ess_bulk"]] = [False, "R-hat 1.2", np.nan, np.nan]
    subset = choose((items, bins, failed), [3, 4])
    assert not subset["converged"].any()
    assert set(subset["problems"]) == {"R-hat 1.2"}
    assert subset[["rhat", "ess"]].isna().all(axis=None)


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
