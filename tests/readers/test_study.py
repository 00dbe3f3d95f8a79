from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.errors import BadInput
from analysis.readers import read_study
from analysis.readers.study_parquet import open_responses
from tests import studies


@pytest.fixture
def folder(toy_folder: Path, tmp_path: Path) -> Path:
    """A copy to spoil."""
    return Path(shutil.copytree(toy_folder, tmp_path / "study"))


def replace(folder: Path, table: str, rows: pd.DataFrame) -> None:
    rows.to_parquet(folder / f"{table}.parquet", index=False)
    studies.write_manifest(folder)


def read_everything(folder: Path) -> None:
    study = read_study(folder)
    list(study.benchmarks())
    study.runs()


def test_reads_every_table(toy_folder: Path) -> None:
    study = read_study(toy_folder)
    toy, other = study.benchmarks()
    assert [part.benchmark for part in (toy, other)] == study.about
    assert (toy.benchmark.name, toy.benchmark.origin) == (studies.BENCHMARK, "bundled")
    assert len(toy.responses.cells) == studies.N_ITEMS * studies.N_MODELS
    assert len(other.responses.cells) == studies.N_OTHER_ITEMS * studies.N_OTHER_MODELS
    assert [fit.fits["fit"].tolist() for fit in toy.fits + other.fits] == [[studies.FIT], [studies.OTHER_FIT]]
    runs = study.runs()
    on_toy = 1 + (studies.N_BINS + 1) * len(studies.SEEDS)
    on_other = 1 + len(studies.OTHER_GAIN) * len(studies.SEEDS)
    assert len(runs.runs) == on_toy + on_other
    assert len(runs.run_curves) == (on_toy + on_other - 2) * len(studies.STEPS)
    assert set(runs.run_responses["benchmark"]) == {studies.BENCHMARK, studies.OTHER}


def test_draws_come_in_logits_and_the_time_from_the_manifest(toy_folder: Path) -> None:
    _, other = read_study(toy_folder).benchmarks()
    written = pd.read_parquet(toy_folder / "item_draws.parquet").set_index("fit").loc[studies.OTHER_FIT]
    (fit,) = other.fits
    np.testing.assert_allclose(
        np.stack(list(fit.item_draws["draws"])), np.stack(list(written["draws"])) / 100, rtol=1e-6
    )
    assert fit.fits["created"].tolist() == [datetime(2026, 1, 1)]


def test_a_fit_has_the_columns_that_it_fills(toy_folder: Path) -> None:
    toy, other = read_study(toy_folder).benchmarks()
    (plain,), (full,) = toy.fits, other.fits
    assert not {"interval", "families", "checks", "asymptote"} & set(plain.fits)
    assert not {"posterior_sd", "discrimination"} & set(plain.item_parameters)
    assert "family" not in plain.abilities
    assert plain.item_statistics.empty
    assert full.fits[["interval", "family_source"]].to_numpy().tolist() == [["lineage", "metadata"]]
    assert {"posterior_sd", "discrimination"} <= set(full.item_parameters)
    assert len(full.item_statistics) == studies.N_OTHER_ITEMS


def test_a_folder_from_before_item_statistics_is_read(folder: Path) -> None:
    (folder / "item_statistics.parquet").unlink()
    for table, old in {
        "fits": ["irt_model", "data_hash", "converged"],
        "item_parameters": ["item", "mean", "sd", "hdi_low", "hdi_high", "flag"],
        "abilities": ["model", "mean", "sd"],
    }.items():
        rows = pd.read_parquet(folder / f"{table}.parquet")
        replace(folder, table, rows[["fit", *(["benchmark"] if table == "fits" else []), *old]])
    for part in read_study(folder).benchmarks():
        (fit,) = part.fits
        assert fit.item_statistics.empty
        assert not fit.item_parameters.empty


def test_statistics_without_their_item_are_an_error(folder: Path) -> None:
    rows = pd.read_parquet(folder / "item_statistics.parquet")
    replace(folder, "item_statistics", rows.drop(columns="item"))
    with pytest.raises(BadInput, match=r"item_statistics\.parquet, column 'item': is missing"):
        read_everything(folder)


def test_a_time_of_another_zone_is_turned_into_utc(folder: Path) -> None:
    studies.write_manifest(folder, created="2026-01-01T02:30:00+02:00")
    assert read_study(folder).created == datetime(2026, 1, 1, 0, 30)


def test_items_have_the_columns_of_their_own_benchmark_only(toy_folder: Path) -> None:
    toy, other = read_study(toy_folder).benchmarks()
    assert ("digits" in toy.responses.items, "letters" in toy.responses.items) == (True, False)
    assert ("digits" in other.responses.items, "letters" in other.responses.items) == (False, True)


@pytest.mark.parametrize("row_group_size", [999, 60_000, 1_000_000])
def test_responses_are_cut_between_benchmarks_wherever_row_groups_end(
    toy_folder: Path, tmp_path: Path, row_group_size: int
) -> None:
    rows = pd.read_parquet(toy_folder / "responses.parquet")
    path = tmp_path / "responses.parquet"
    rows.to_parquet(path, index=False, row_group_size=row_group_size)
    with open_responses(path) as file:
        for name in (studies.OTHER, studies.BENCHMARK):
            own = rows[rows["benchmark"] == name].drop(columns="benchmark").reset_index(drop=True)
            pd.testing.assert_frame_equal(file.of_benchmark(name), own)
        with pytest.raises(BadInput, match="no responses to benchmark 'gone'"):
            file.of_benchmark("gone")


@pytest.mark.parametrize("what", ["changed", "missing"])
def test_a_file_unlike_its_manifest_is_an_error(folder: Path, what: str) -> None:
    victim = folder / "responses.parquet"
    if what == "changed":
        victim.write_bytes(victim.read_bytes()[:-1] + b"?")
    else:
        victim.unlink()
    with pytest.raises(BadInput, match=rf"responses\.parquet.*{what}"):
        read_study(folder)


@pytest.mark.parametrize(
    ("entries", "says"),
    [
        ({"format": "something else"}, "not the manifest of a study"),
        ({"format": None}, "not the manifest of a study"),
        (
            {"format": "difficulty-atlas-study/1"},
            r"study/1', and this version reads .* make it again: python",
        ),
        ({"created": None}, "does not say under 'created' when"),
        ({"created": "yesterday"}, "does not say under 'created' when"),
        ({"files": None}, "does not list the study's files"),
    ],
)
def test_a_manifest_that_will_not_do_says_why(folder: Path, entries: dict[str, object], says: str) -> None:
    studies.write_manifest(folder, **entries)
    with pytest.raises(BadInput, match=rf"manifest\.json: .*{says}"):
        read_study(folder)


def test_a_table_that_is_missing_or_lacks_a_column_is_named(folder: Path) -> None:
    runs = pd.read_parquet(folder / "run_responses.parquet")
    replace(folder, "run_responses", runs.drop(columns="benchmark"))
    with pytest.raises(BadInput, match=r"run_responses\.parquet, column 'benchmark': is missing"):
        read_everything(folder)
    (folder / "run_responses.parquet").unlink()
    studies.write_manifest(folder)
    with pytest.raises(BadInput, match=r"run_responses\.parquet: is missing from the study"):
        read_everything(folder)
    (folder / "run_responses.parquet").write_bytes(b"PAR1 or not")
    studies.write_manifest(folder)
    with pytest.raises(BadInput, match=r"run_responses\.parquet: is not a readable Parquet file"):
        read_everything(folder)


@pytest.mark.parametrize(
    ("table", "order", "says"),
    [
        ("responses", "item", r"responses\.parquet, column 'benchmark': is not sorted"),
        ("items", "item_key", r"items\.parquet, column 'item': does not count"),
        ("models", "family", r"models\.parquet, column 'model': does not count"),
        ("runs", "kind", r"runs\.parquet, column 'run': does not count"),
    ],
)
def test_tables_out_of_order_are_refused(folder: Path, table: str, order: str, says: str) -> None:
    rows = pd.read_parquet(folder / f"{table}.parquet")
    replace(folder, table, rows.sort_values(order, ascending=False, kind="stable"))
    with pytest.raises(BadInput, match=says):
        read_everything(folder)


@pytest.mark.parametrize("table", ["runs", "run_responses"])
def test_runs_on_a_benchmark_that_is_not_there_are_refused(folder: Path, table: str) -> None:
    rows = pd.read_parquet(folder / f"{table}.parquet")
    replace(folder, table, rows.assign(benchmark=rows["benchmark"].replace(studies.OTHER, "gone")))
    with pytest.raises(BadInput, match=rf"{table}\.parquet, column 'benchmark': names 'gone'"):
        read_everything(folder)
