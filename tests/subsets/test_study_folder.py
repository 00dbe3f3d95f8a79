"""A study that leaves comes back, identical."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import mlcroissant
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from analysis.errors import AtlasError, BadInput
from analysis.imports import import_file, import_study
from analysis.readers import read_study
from analysis.store import Store
from analysis.subsets.study_folder import write_study
from analysis.tables import ComparisonTable
from tests import studies

TABLES = (
    *("benchmarks", "items", "models", "responses", "fits", "item_parameters", "item_draws"),
    *("item_statistics", "abilities", "runs", "run_items", "run_responses", "run_curves"),
    *("traces", "score_checks", "item_curves", "dependent_pairs", "left_out", "comparisons"),
    *("pools", "pool_cells", "pool_effects"),
)


def rows(store: Store, table: str) -> list[tuple]:
    """Every value of a table, as text, so that missing equals missing."""
    with duckdb.connect(store.directory / f"{store.version()}.duckdb", read_only=True) as connection:
        found = connection.execute(f"SELECT COLUMNS(*)::VARCHAR FROM {table} ORDER BY ALL").fetchall()
    assert found or table == "item_statistics", table
    return found


def leave(store: Store, out: Path, names: list[str]) -> Path:
    with store.open() as snapshot:
        write_study(snapshot.study_tables(names), out, name="back", licences=["CC0-1.0"], cite_as="Us.")
    return out


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory, toy_folder: Path) -> Store:
    """The toy study, with what only an installation's own work has: another origin, time and exact draws."""
    store = Store(tmp_path_factory.mktemp("grown"))
    import_study(store, toy_folder)
    with store.change() as draft:
        draft._rows("UPDATE benchmarks SET origin = 'imported', choices = 4 WHERE name = ?", [studies.OTHER])
        draft._rows("UPDATE fits SET created = '2026-03-04 05:06:07' WHERE fit = ?", [studies.FIT])
        draft._rows("UPDATE item_draws SET draws = list_transform(draws, lambda x: x + 0.0001234::FLOAT)")
        draft._rows("UPDATE item_draws SET discriminations = draws WHERE fit = ?", [studies.OTHER_FIT])
        draft._rows(
            """UPDATE items SET extras = '{"steps": [1, 2], "odd": null, "n": 1.50}' WHERE item = 3"""
        )
        draft._rows("UPDATE models SET date = '2024-05-06', parameters = 7000000001 WHERE model = 2")
        for name, table in studies.CHECKS.items():
            draft._append(name, table.assign(fit=studies.OTHER_FIT))
        scores = pd.DataFrame({"model": ["Rasch", "2PL"], "elpd": [-10.5, -9.5]})
        draft.add_comparison(
            ComparisonTable(studies.OTHER, "0123", 7, "metadata", scores, scores, "The 2PL.")
        )
        draft.add_pool(studies.pool_tables())
        draft.record_import("x", benchmark=studies.OTHER, source="x", reader="test", report=[])
    return store


@pytest.fixture(scope="module")
def back(tmp_path_factory: pytest.TempPathFactory, grown: Store) -> Store:
    folder = leave(grown, tmp_path_factory.mktemp("out"), [studies.BENCHMARK, studies.OTHER])
    store = Store(tmp_path_factory.mktemp("back"))
    import_study(store, folder)
    return store


@pytest.mark.parametrize("table", TABLES)
def test_a_store_comes_back_identical(grown: Store, back: Store, table: str) -> None:
    assert rows(back, table) == rows(grown, table)


def test_no_table_was_forgotten(back: Store) -> None:
    with duckdb.connect(back.directory / f"{back.version()}.duckdb", read_only=True) as connection:
        there = {row[0] for row in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    assert there - set(TABLES) == {"imports", "written_with"}, "of an installation, not of its data"


def test_what_was_read_leaves_in_hundredths_again(toy_store: Store, toy_folder: Path, tmp_path: Path) -> None:
    folder = leave(toy_store, tmp_path / "out", [studies.BENCHMARK, studies.OTHER])
    pd.testing.assert_frame_equal(
        pd.read_parquet(folder / "item_draws.parquet"),
        pd.read_parquet(toy_folder / "item_draws.parquet").sort_values(["fit", "item"], ignore_index=True),
        check_dtype=False,
    )


def test_one_benchmark_leaves_alone(toy_store: Store, tmp_path: Path) -> None:
    folder = leave(toy_store, tmp_path / "out", [studies.OTHER])
    study = read_study(folder)
    assert [benchmark.name for benchmark in study.about] == [studies.OTHER]
    assert len(pq.read_table(folder / "models.parquet")) == studies.N_OTHER_MODELS
    back = Store(tmp_path / "back")
    import_study(back, folder)
    with toy_store.open() as before, back.open() as after:
        old, new = (source.items(studies.OTHER, studies.OTHER_FIT) for source in (before, after))
        pd.testing.assert_frame_equal(old, new)
        assert not after.fit(studies.OTHER, studies.OTHER_FIT)["stale"]
        assert set(after.runs(studies.OTHER)["name"]) == set(before.runs(studies.OTHER)["name"])
        values = [source.response_matrix(studies.OTHER)[0] for source in (before, after)]
    np.testing.assert_array_equal(*values)


def test_a_benchmark_without_runs_and_fits_comes_back(toy_folder: Path, tmp_path: Path) -> None:
    csv, store, back = tmp_path / "x.csv", Store(tmp_path / "store"), Store(tmp_path / "back")
    csv.write_text("model,a,b\nm1,1,0\nm2,,1\n")
    import_file(store, csv, benchmark="mine")
    import_study(back, leave(store, tmp_path / "out", ["mine"]))
    for table in ("benchmarks", "items", "models", "responses"):
        assert rows(back, table) == rows(store, table)


def test_hidden_text_stays(toy_folder: Path, tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    import_study(store, toy_folder)
    with store.change() as draft:
        draft._rows("UPDATE benchmarks SET hide_text = true WHERE name = ?", [studies.BENCHMARK])
        draft.record_import("x", benchmark="toy", source="x", reader="test", report=[])
    items = pd.read_parquet(leave(store, tmp_path / "out", [studies.BENCHMARK]) / "items.parquet")
    assert items[["prompt", "target"]].isna().all(axis=None)
    assert items["content_hash"].notna().all()


def test_its_metadata_are_valid(toy_store: Store, tmp_path: Path) -> None:
    folder = leave(toy_store, tmp_path / "out", [studies.BENCHMARK])
    read = mlcroissant.Dataset(folder / "croissant.json")
    first = next(iter(read.records("items")))
    assert first["items/item_key"].decode() == "toy-000"
    named = json.loads((folder / "manifest.json").read_text())["files"]
    assert {file.name for file in folder.glob("*.parquet")} == set(named)


def test_a_folder_in_use_is_left_alone(toy_store: Store, tmp_path: Path) -> None:
    (tmp_path / "kept.txt").write_text("mine")
    with pytest.raises(AtlasError, match="is not empty"):
        leave(toy_store, tmp_path, [studies.BENCHMARK])
    assert [path.name for path in tmp_path.iterdir()] == ["kept.txt"]


@pytest.mark.parametrize("text", ["[1]", "no JSON"])
def test_folded_columns_that_are_no_objects_are_refused(toy_store: Store, tmp_path: Path, text: str) -> None:
    folder = leave(toy_store, tmp_path / "out", [studies.OTHER])
    items = pd.read_parquet(folder / "items.parquet").assign(extras=text)
    items.to_parquet(folder / "items.parquet", index=False)
    studies.write_manifest(folder)
    with pytest.raises(BadInput, match="is no JSON object"):
        import_study(Store(tmp_path / "back"), folder)
