"""What each target's file says; `test_consumers` has them read by those they are for."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pandas as pd
import pytest

from analysis.errors import AtlasError
from analysis.subsets import TARGETS, Asked, files_of, ordered, packed, put_down, target_of, usage
from tests.subsets.pool import pool


def files(form: str, asked: Asked | None = None, **changes: object) -> dict[str, bytes]:
    return files_of(ordered(pool(30).assign(**changes), "shuffled"), form, "sub", asked)


@pytest.mark.parametrize("target", TARGETS)
def test_every_target_has_files_and_code_that_reads_them(target: str) -> None:
    made = files(target)
    assert (len(made) > 1) == TARGETS[target].is_folder
    assert all(made.values())
    code = usage(ordered(pool(30), "shuffled"), target, "sub")
    assert "{" not in code
    if TARGETS[target].language == "python":
        compile(code, target, "exec")


def test_samples_rise_each_once_by_task() -> None:
    subtask = ["a", "b"] * 15
    made = json.loads(files("lm-eval-samples", subtask=subtask)["sub.json"])
    assert made == {"sums_a": list(range(0, 30, 2)), "sums_b": list(range(1, 30, 2))}
    named = files("lm-eval-samples", Asked(task="leaderboard_{subtask}_hard"), subtask=subtask)
    assert set(json.loads(named["sub.json"])) == {"leaderboard_a_hard", "leaderboard_b_hard"}
    assert json.loads(files("lm-eval-samples")["sub.json"]) == {"sums": list(range(30))}
    assert "--tasks sums_a,sums_b " in usage(pool(30).assign(subtask=subtask), "lm-eval-samples", "sub")


def test_samples_without_positions_are_refused() -> None:
    for place, says in ((pd.NA, "only items read from its logs have one"), (3, "have position 3")):
        with pytest.raises(AtlasError, match=says):
            files("lm-eval-samples", doc_id=pd.array([place] * 30, "Int64"))


@pytest.mark.parametrize("target", ["trl", "cross-difficulty", "lm-eval-task"])
def test_a_target_that_needs_text_says_so(target: str) -> None:
    with pytest.raises(AtlasError, match=f"target {target} needs the text .* 30 of 30 .* sums hides it"):
        files(target, prompt=None, target=None)


@pytest.mark.parametrize("target", ["parquet", "csv", "jsonl", "hf-dataset", "lm-eval-samples"])
def test_the_others_leave_without_text(target: str) -> None:
    assert files(target, prompt=None, target=None)


def test_a_filtered_task_holds_hashes_and_no_text() -> None:
    made = files("lm-eval-task", Asked(base="/tasks/sums.yaml"))
    assert set(made) == {f"sub/{name}" for name in ("sub.yaml", "keep.json", "subset.py", "content.py")}
    assert b'include: "/tasks/sums.yaml"' in made["sub/sub.yaml"]
    assert not any(b"29 + 29" in contents for contents in made.values())
    assert b"from analysis" not in made["sub/content.py"] + made["sub/subset.py"]


def test_a_task_needs_hashes() -> None:
    with pytest.raises(AtlasError, match="no content hash"):
        files("lm-eval-task", content_hash=None)


def test_training_rows_are_messages() -> None:
    lines = [json.loads(line) for line in files("trl")["sub.jsonl"].decode().splitlines()]
    assert len(lines) == 30
    assert [line["index"] for line in lines] == list(range(30))
    number = int(lines[0]["item_key"][-4:])
    assert lines[0]["prompt"] == [{"role": "user", "content": f"{number} + {number} ="}]
    assert lines[0]["completion"] == [{"role": "assistant", "content": str(2 * number)}]


def test_folders_are_put_down_or_packed(tmp_path: Path) -> None:
    made = files("hf-dataset")
    put_down(made, "hf-dataset", tmp_path / "folder")
    put_down(made, "hf-dataset", tmp_path / "sub.zip")
    with zipfile.ZipFile(tmp_path / "sub.zip") as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == made
    there = {
        path.relative_to(tmp_path / "folder").as_posix(): path.read_bytes()
        for path in (tmp_path / "folder").rglob("*")
        if path.is_file()
    }
    assert there == made
    assert packed(made) == packed(made)
    with pytest.raises(AtlasError, match="cannot be written"):
        put_down(files("csv"), "csv", tmp_path / "gone" / "x.csv")


def test_mistakes_are_named() -> None:
    with pytest.raises(AtlasError, match="No target 'xlsx'; there are: parquet, csv"):
        files("xlsx")
    with pytest.raises(AtlasError, match="No item is chosen"):
        files_of(pool().iloc[:0], "csv", "sub")
    with pytest.raises(AtlasError, match="say in which form with --format"):
        target_of(Path("subset.txt"))
    assert target_of(Path("subset.parquet")) == "parquet"


def test_a_table_keeps_the_order_asked_for() -> None:
    table = pd.read_parquet(io.BytesIO(files("parquet")["sub.parquet"]))
    assert table["item_key"].tolist() == ordered(pool(30), "shuffled")["item_key"].tolist()
