"""Which items are chosen, and what they carry."""

from __future__ import annotations

import io
import json

import numpy as np
import pandas as pd
import pytest

from analysis.bins import Bins, cut
from analysis.errors import AtlasError
from analysis.store import Store
from analysis.subsets import FORMATS, Selection, describe, select, to_bytes
from tests import studies


def parts_of(store: Store, benchmark: str, fit: str) -> tuple[pd.DataFrame, Bins, dict]:
    with store.open() as snapshot:
        items = snapshot.items(benchmark, fit)
        about = {
            "benchmark": snapshot.benchmarks().set_index("name", drop=False).loc[benchmark],
            "fit": snapshot.fit(benchmark, fit),
            "data_version": "v1",
            "statistics": snapshot.item_statistics(fit),
        }
        return items, cut(items["mean"].to_numpy(), snapshot.draws(fit)), about


@pytest.fixture(scope="module")
def toy(toy_store: Store) -> pd.DataFrame:
    items, bins, about = parts_of(toy_store, studies.BENCHMARK, studies.FIT)
    return describe(items, bins, **about)


@pytest.fixture(scope="module")
def other(toy_store: Store) -> pd.DataFrame:
    items, bins, about = parts_of(toy_store, studies.OTHER, studies.OTHER_FIT)
    return describe(items, bins, **about)


def test_a_subset_holds_its_bins_and_says_where_they_come_from(toy: pd.DataFrame) -> None:
    subset = select(toy, Selection(bins=(8, 9)))
    assert len(subset) == toy["bin"].isin([8, 9]).sum() > 0
    assert set(subset["bin"]) == {8, 9}
    assert subset["difficulty"].is_monotonic_increasing
    assert (subset["difficulty_low"] <= subset["difficulty"]).all()
    assert (subset["difficulty"] <= subset["difficulty_high"]).all()
    assert set(subset["fit"]) == {studies.FIT}
    assert set(subset["data_version"]) == {"v1"}
    assert subset["content_hash"].str.fullmatch("[0-9a-f]{64}").all()
    (cite,) = subset["citation"].unique()
    assert cite.startswith("simulated. Difficulty: Difficulty Atlas, Rasch fit f17f17f1 of 120 models")


def test_a_subset_says_what_its_difficulties_are(toy: pd.DataFrame, other: pd.DataFrame) -> None:
    def one_of_each(subset: pd.DataFrame) -> list[object]:
        kind = subset[["interval", "irt_model", "asymptote", "rhat", "ess", "converged", "problems"]]
        return kind.drop_duplicates().to_numpy().tolist()

    assert one_of_each(toy) == [["independent", "rasch", 0.0, 1.001, 1500.0, True, ""]]
    assert toy["discrimination"].isna().all()
    assert (toy["difficulty_posterior_sd"] == toy["difficulty_sd"]).all()
    assert one_of_each(other) == [["lineage", "2pl", 0.25, 1.001, 1500.0, True, ""]]
    assert other["discrimination"].between(np.exp(-0.31), np.exp(0.31)).all()
    assert (other["discrimination_sd"] == 0.1).all()
    narrow = studies.POSTERIOR_SHARE * other["difficulty_sd"]
    np.testing.assert_allclose(other["difficulty_posterior_sd"], narrow, atol=1e-4)


def test_a_fit_that_did_not_converge_is_marked_in_every_row(toy_store: Store) -> None:
    items, bins, about = parts_of(toy_store, studies.BENCHMARK, studies.FIT)
    failed = about["fit"].copy()
    failed[["converged", "problems", "rhat", "ess_bulk"]] = [False, "R-hat 1.2", np.nan, np.nan]
    subset = describe(items, bins, **{**about, "fit": failed})
    assert not subset["converged"].any()
    assert set(subset["problems"]) == {"R-hat 1.2"}
    assert subset[["rhat", "ess"]].isna().all(axis=None)


def test_all_bins_together_are_the_benchmark(toy: pd.DataFrame) -> None:
    assert sorted(select(toy, Selection())["item_key"]) == sorted(toy["item_key"])


def test_every_filter_filters(toy: pd.DataFrame, other: pd.DataFrame) -> None:
    assert select(toy, Selection(low=-1, high=0.5))["difficulty"].between(-1, 0.5).all()
    sure = select(toy, Selection(min_p=0.6))
    assert 0 < len(sure) == (toy["p_in_bin"] >= 0.6).sum() < len(toy)
    found = select(toy, Selection(text="TOY-12"))["item_key"]
    assert set(found) == {f"toy-12{n}" for n in range(10)}
    assert len(select(toy, Selection(text="[nothing("))) == 0
    suspect = select(other, Selection(flags=("suspect",)))
    assert set(suspect["item_key"]) == {f"{studies.OTHER}-{n:03d}" for n in studies.SUSPECTS}
    assert set(suspect["suspect"]) == {reason for _, reason in studies.SUSPECTS.values()}
    rest = select(other, Selection(flags=("unflagged", "floor", "ceiling")))
    assert len(rest) + len(suspect) == len(other)
    both = other.assign(subtask=np.where(other.index < 50, "a", "b"))
    assert len(select(both, Selection(subtasks=("a",)))) == 50


def test_flags_of_floor_and_ceiling(toy: pd.DataFrame) -> None:
    flagged = toy.assign(flag=np.where(toy.index < 3, "floor", np.where(toy.index < 5, "ceiling", None)))
    found = [len(select(flagged, Selection(flags=(flag,)))) for flag in ("floor", "ceiling", "unflagged")]
    assert found == [3, 2, len(toy) - 5]


def test_items_by_hand_are_in_whatever_the_filters_say(toy: pd.DataFrame) -> None:
    easy = toy.sort_values("difficulty")["item_key"].iloc[0]
    assert select(toy, Selection(bins=(), keys=(easy,)))["item_key"].tolist() == [easy]
    subset = select(toy, Selection(bins=(10,), min_p=0.9, keys=(easy,)))
    assert subset["item_key"].iloc[0] == easy
    assert set(subset["bin"].iloc[1:]) == {10}


@pytest.mark.parametrize(
    ("wanted", "says"),
    [
        (Selection(bins=(0,)), "bins are numbered 1"),
        (Selection(bins=(3, 99)), "no bin 99"),
        (Selection(subtasks=("x",)), "no subtask 'x'; there are 1, such as sum"),
        (Selection(flags=("odd",)), "no flag 'odd'"),
        (Selection(keys=("gone",)), "no item 'gone'; there are 500"),
    ],
)
def test_what_does_not_exist_is_an_error(toy: pd.DataFrame, wanted: Selection, says: str) -> None:
    with pytest.raises(AtlasError, match=says):
        select(toy, wanted)


@pytest.mark.parametrize("file_format", FORMATS)
def test_every_format_comes_back_as_it_left(toy: pd.DataFrame, file_format: str) -> None:
    subset = select(toy, Selection(bins=(10,)))
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


def test_an_unknown_format_is_an_error(toy: pd.DataFrame) -> None:
    with pytest.raises(AtlasError, match="there are: parquet, csv, jsonl"):
        to_bytes(toy, "xlsx")
