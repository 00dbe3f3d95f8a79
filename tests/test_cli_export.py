"""What leaves by the command line; in process, as a new one costs seconds each."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from analysis.cli import app
from analysis.errors import AtlasError
from analysis.imports import import_study
from analysis.store import Store
from analysis.transfer import cell_table, resample, run_matrix
from tests import studies


def atlas(*arguments: object) -> str:
    """Run a command and return what it says."""
    run = CliRunner().invoke(app, [str(word) for word in arguments])
    assert run.exit_code == 0, run.output
    return run.stdout


def mistake(*arguments: object) -> str:
    """Run a command that must fail with a reason, which is one line; return it."""
    error = CliRunner().invoke(app, [str(word) for word in arguments]).exception
    assert isinstance(error, AtlasError), error
    assert "\n" not in str(error)
    return str(error)


def test_a_basket_leaves_with_its_order_and_mix(toy_store: Store, tmp_path: Path) -> None:
    out = tmp_path / "mix.jsonl"
    said = atlas(
        *("export", "--benchmark", "toy", "--bins", "6-10", "--min-p", "0.2", "--mix", "hard-heavy"),
        *("--total", "60", "--seed", "3", "--order", "spiral-curriculum", "--rounds", "3"),
        *("--format", "trl", "--out", out, "--store", toy_store.directory),
    )
    rows = [json.loads(line) for line in out.read_text().splitlines()]
    assert [row["index"] for row in rows] == list(range(len(rows)))
    assert {row["round"] for row in rows} == {1, 2, 3}
    assert "bin 10: asked 20" in said, "five fifteenths of the mix over the chosen bins"
    assert "bin 5: asked 0" in said
    assert 'load_dataset("json", data_files="mix.jsonl"' in said


def test_items_by_hand(toy_store: Store, tmp_path: Path) -> None:
    listed = tmp_path / "ids.txt"
    listed.write_text("toy-003\n\ntoy-400\n")
    for number, ids in enumerate((listed, "toy-003,toy-400")):
        out = tmp_path / f"{number}.csv"
        atlas("export", "--benchmark", "toy", "--ids", ids, "--out", out, "--store", toy_store.directory)
        assert set(pd.read_csv(out)["item_key"]) == {"toy-003", "toy-400"}


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--out", "x.txt"], "say in which form with --format"),
        (["--out", "x.csv", "--total", "5"], "--total is of a mix"),
        (["--out", "x.csv", "--mix", "uniform"], "with --total"),
        (["--out", "x.csv", "--mix", "odd", "--total", "5"], "No mix 'odd'"),
        (["--out", "x.csv", "--bins", "1-3", "--mix", "1,2", "--total", "5"], "Type 3 shares"),
        (["--out", "x.csv", "--ids", "gone"], "no item 'gone'"),
        (["--out", "x.csv", "--low", "99"], "nothing passes all that is asked for"),
        (["--out", "x.json", "--format", "lm-eval-samples"], "only items read from its logs have one"),
    ],
)
def test_mistakes_are_one_line(toy_store: Store, tmp_path: Path, options: list[str], says: str) -> None:
    options = [str(tmp_path / word) if word.startswith("x.") else word for word in options]
    assert says in mistake("export", "--benchmark", "toy", *options, "--store", toy_store.directory)
    assert not list(tmp_path.iterdir())


def test_cells_leave_as_they_are_drawn(toy_store: Store, tmp_path: Path) -> None:
    out = tmp_path / "cells.parquet"
    atlas(
        *("export-table", "--benchmark", "toy", "--what", "cells", "--of", "5"),
        *("--out", out, "--store", toy_store.directory),
    )
    table = pd.read_parquet(out)
    with toy_store.open() as snapshot:
        matrix = run_matrix(
            snapshot.runs("toy"),
            snapshot.run_items("toy"),
            snapshot.run_responses("toy"),
            base_model=studies.BASE,
            n_items=studies.N_ITEMS,
        )
        items = snapshot.items("toy", studies.FIT)
    bins = (items["mean"].rank().to_numpy() - 1) // 100
    drawn = cell_table(resample(matrix, bins.astype(int), 5))
    np.testing.assert_allclose(table[["gain", "low", "high"]], drawn[["gain", "low", "high"]])
    assert table["test_bin"].tolist() == (drawn["test_bin"] + 1).tolist()
    assert set(table["base_model"]) == {studies.BASE}
    assert set(table["fit"]) == {studies.FIT}


def test_bins_and_difficulties_leave(toy_store: Store, tmp_path: Path) -> None:
    for what in ("bins", "difficulty"):
        atlas(
            *("export-table", "--benchmark", "toy", "--what", what),
            *("--out", tmp_path / f"{what}.csv", "--store", toy_store.directory),
        )
    bins, difficulty = (pd.read_csv(tmp_path / f"{what}.csv") for what in ("bins", "difficulty"))
    assert bins["items"].tolist() == difficulty["bin"].value_counts().sort_index().tolist()
    assert (bins["above"].iloc[1:].to_numpy() == bins["up_to"].iloc[:-1].to_numpy()).all()
    assert bins[["above", "up_to"]].isna().sum().tolist() == [1, 1]
    assert len(difficulty) == studies.N_ITEMS
    assert not {"prompt", "target"} & set(difficulty)
    own = difficulty.groupby("bin")["difficulty"].agg(["min", "max"])
    assert (own["min"].iloc[1:].to_numpy() >= bins["above"].iloc[1:].to_numpy() - 1e-4).all()


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--what", "odd", "--out", "x.csv"], "there are: cells, bins, difficulty"),
        (["--what", "bins", "--out", "x.xlsx"], "let it end in .parquet"),
        (["--what", "cells", "--out", "x.csv", "--measure", "luck"], "No measure 'luck'"),
        (["--what", "cells", "--out", "x.csv", "--base-model", "odd"], "odd"),
    ],
)
def test_table_mistakes_are_one_line(toy_store: Store, options: list[str], says: str) -> None:
    assert says in mistake("export-table", "--benchmark", "toy", *options, "--store", toy_store.directory)


def test_a_whole_study_leaves_and_comes_back(toy_store: Store, tmp_path: Path) -> None:
    said = atlas("export-study", "--out", tmp_path / "out", "--store", toy_store.directory)
    assert "2 benchmarks, 700 items" in said
    back = Store(tmp_path / "back")
    import_study(back, tmp_path / "out")
    with toy_store.open() as before, back.open() as after:
        pd.testing.assert_frame_equal(before.benchmarks(), after.benchmarks())
    again = mistake("export-study", "--out", tmp_path / "out", "--store", toy_store.directory)
    assert "is not empty" in again
