"""The command line as a user meets it.

Most commands run in this process; those of which a process could say more (warnings, tracebacks, exit codes)
run in one of their own.
"""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from analysis.store import Draft, Store
from tests import studies
from tests.commands import atlas, atlas_process

BBH = "leaderboard_bbh_tracking_shuffled_objects_five_objects_response_matrix.csv"


def test_the_real_bbh_matrix_goes_all_the_way(leaderboard: Path, tmp_path: Path) -> None:
    store, out = tmp_path / "store", tmp_path / "hard.jsonl"
    imported = atlas("import", leaderboard / BBH, "--benchmark", "bbh", "--store", store).stdout
    assert "1,007,050 new responses of 4,030 models" in imported
    assert "3 models have no response to some items" in imported

    atlas("fit", "--benchmark", "bbh", "--seed", "1", "--no-checks", "--store", store)
    (bbh,) = json.loads(atlas("status", "--json", "--store", store).stdout)["benchmarks"]
    assert (bbh["items"], bbh["models"], bbh["responses"]) == (250, 4030, 1_007_050)
    (fit,) = bbh["fits"]
    assert fit["converged"]
    assert not fit["stale"]
    assert fit["rhat"] <= 1.01

    said = atlas("export", "--benchmark", "bbh", "--bins", "8,9", "--out", out, "--store", store).stdout
    assert "50 items of bbh" in said
    rows = pd.read_json(out, lines=True, dtype={"item_key": str})
    matrix = pd.read_csv(leaderboard / BBH, index_col=0)
    hardest_first = matrix.mean().sort_values(kind="stable")
    # Bins 8 and 9 of ten are the items ranked 26 to 75 by proportion correct, hardest first.
    expected = set(hardest_first.index[25:75])
    assert len(set(rows["item_key"]) & expected) >= 48, "items not answered by all may differ by a place"
    assert set(rows["bin"]) == {8, 9}
    assert rows["p_in_bin"].between(0, 1).all()
    assert (rows["difficulty_low"] < rows["difficulty"]).all()


def test_bad_input_is_one_line_and_changes_nothing(tmp_path: Path) -> None:
    store, good, bad = tmp_path / "store", tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_text("model,a,b\nm1,1,0\nm2,0,1\n")
    bad.write_text("model,a,b\nm3,1,0\nm4,1,yes\n")
    atlas("import", good, "--benchmark", "mine", "--store", store)
    before = {path.name: path.read_bytes() for path in store.iterdir() if path.is_file()}
    run = atlas_process("import", bad, "--benchmark", "mine", "--store", store, code=1)
    assert run.stderr.count("\n") == 1
    assert f"{bad}, line 3, column 'b': 'yes' is neither 0 nor 1" in run.stderr
    assert {path.name: path.read_bytes() for path in store.iterdir() if path.is_file()} == before
    said = atlas("status", "--store", store).stdout.splitlines()
    assert said[0].startswith(f"job: import mine: failed, {bad}, line 3, column 'b': 'yes' is neither")
    assert said[1] == "job: import mine: finished"


def test_an_interrupted_import_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store, more = tmp_path / "store", tmp_path / "more.csv"
    more.write_text("model,a,b\nm1,1,0\nm2,0,1\n")
    atlas("import", more, "--benchmark", "mine", "--store", store)
    before = {path.name: path.read_bytes() for path in store.iterdir() if path.is_file()}

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Draft, "record_import", interrupted)  # the last thing that is written
    run = atlas("import", more, "--benchmark", "other", "--store", store, code=1)
    assert run.stderr == "error: Stopped; the store is as it was.\n"
    assert {path.name: path.read_bytes() for path in store.iterdir() if path.is_file()} == before


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["status"], "is empty. Import something first"),
        (["import", "nowhere.csv", "--benchmark", "x"], "there is no such file"),
        (["import", "README.md"], "say which benchmark"),
        (["import", "docs", "--benchmark", "x"], "is a folder, but not a study"),
        (["import", "README.md", "--benchmark", "x", "--format", "excel"], "No format 'excel'"),
        (["fit", "--benchmark", "x"], "is empty"),
    ],
)
def test_mistakes_are_explained_in_one_line(tmp_path: Path, arguments: list[str], says: str) -> None:
    run = atlas(*arguments, "--store", tmp_path / "store", code=1)
    assert run.stderr.startswith("error: ")
    assert run.stderr.count("\n") == 1
    assert says in run.stderr


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--benchmark", "gone", "--bins", "1"], "No benchmark 'gone' in the store; it has: toy"),
        (["--benchmark", "toy", "--bins", "11"], "There is no bin 11"),
        (["--benchmark", "toy", "--bins", "x"], "'x' in --bins is not a number"),
        (["--benchmark", "toy", "--bins", "1", "--fit", "nope"], "has no fit 'nope'"),
        (["--benchmark", "toy", "--bins", "1", "--edges", "2,1"], "Edges must be numbers that rise"),
        (["--benchmark", "toy", "--bins", "1", "--format", "xlsx"], "No target 'xlsx'"),
    ],
)
def test_export_explains_mistakes(toy_store, tmp_path: Path, options: list[str], says: str) -> None:
    out = tmp_path / "out.csv"
    run = atlas("export", *options, "--out", out, "--store", toy_store.directory, code=1)
    assert says in run.stderr
    assert not out.exists()


def test_export_with_typed_edges(toy_store, tmp_path: Path) -> None:
    out = tmp_path / "middle.csv"
    atlas(
        *("export", "--benchmark", "toy", "--bins", "2", "--edges=-1,1"),
        *("--out", out, "--store", toy_store.directory),
    )
    rows = pd.read_csv(out)
    assert rows["difficulty"].between(-1, 1).all()
    assert (rows["bins"] == 3).all()
    assert len(rows) < studies.N_ITEMS


def test_wrong_usage_exits_with_one(tmp_path: Path) -> None:
    assert "Missing option '--benchmark'" in atlas_process("fit", "--store", tmp_path, code=1).stderr


@pytest.mark.parametrize("command", ["import", "download", "fit", "diagnose", "compare", "status", "export"])
def test_help_is_worth_reading(command: str) -> None:
    text = " ".join(atlas(command, "--help").stdout.split())
    assert len(text) > 400
    assert "--store" in text


def test_a_report_is_written_or_its_problem_is_one_line(toy_store: Store, tmp_path: Path) -> None:
    out, store = tmp_path / "report.html", toy_store.directory
    said = atlas("report", "--benchmark", "toy-other", "--out", out, "--of", "4", "--store", store).stdout
    assert f"report of toy-other, fit {studies.OTHER_FIT}" in said
    written = out.read_text(encoding="utf-8")
    assert "recipe mild" in written or "recipe usual" in written
    assert "bins=4" in written
    said = atlas(
        "report", "--benchmark", "toy", "--out", out, "--base", "gone", "--store", store, code=1
    ).stderr
    assert said == "error: There is no base model of toy called 'gone'; there is: toy-base.\n"
