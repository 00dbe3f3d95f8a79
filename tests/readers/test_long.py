from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from analysis.errors import BadInput
from analysis.readers import READERS, Wanted, detect

ROWS = [
    {"model": "org/a", "item": "q1", "correct": 1, "prompt": "1 + 1 ="},
    {"model": "org/a", "item": "q2", "correct": 0, "prompt": "2 + 2 ="},
    {"model": "org/b", "item": "q1", "correct": 1, "prompt": "1 + 1 ="},
]


def read(path: Path, **wanted: str):
    return READERS[detect(path)].read(path, Wanted("any", **wanted)).parts[0].responses


def write(tmp_path: Path, kind: str, rows: list[dict]) -> Path:
    path = tmp_path / f"long.{kind}"
    frame = pd.DataFrame(rows)
    if kind == "csv":
        frame.to_csv(path, index=False)
    elif kind == "jsonl":
        frame.to_json(path, orient="records", lines=True)
    else:
        frame.to_parquet(path)
    return path


@pytest.mark.parametrize("kind", ["csv", "jsonl", "parquet"])
def test_the_three_kinds_read_alike(tmp_path: Path, kind: str) -> None:
    got = read(write(tmp_path, kind, ROWS))
    assert got.models["name"].tolist() == ["org/a", "org/b"]
    assert got.items["item_key"].tolist() == ["q1", "q2"]
    assert got.items["prompt"].tolist() == ["1 + 1 =", "2 + 2 ="]
    cells = {tuple(row) for row in got.cells.itertuples(index=False)}
    assert cells == {(0, 0, True), (1, 0, False), (0, 1, True)}


@pytest.mark.parametrize("names", [("subject_id", "question_id", "score"), ("model_name", "doc_id", "acc")])
def test_other_names_for_the_columns(tmp_path: Path, names: tuple[str, str, str]) -> None:
    rows = [dict(zip(names, (row["model"], row["item"], row["correct"]), strict=True)) for row in ROWS]
    assert len(read(write(tmp_path, "csv", rows)).cells) == 3


@pytest.mark.parametrize("kind", ["csv", "jsonl", "parquet"])
def test_a_file_about_one_model_needs_its_name(tmp_path: Path, kind: str) -> None:
    path = write(tmp_path, kind, [{"item": "q1", "correct": 1}, {"item": "q2", "correct": 0}])
    got = read(path, model="org/a")
    assert got.models["name"].tolist() == ["org/a"]
    assert got.cells["correct"].tolist() == [True, False]
    with pytest.raises(BadInput, match=r"no column for the model.*--model-name"):
        read(path)
    # Where the file says it, it counts.
    assert read(write(tmp_path, kind, ROWS), model="other").models["name"].tolist() == ["org/a", "org/b"]


def test_an_array_such_as_lm_eval_wrote_before_its_version_0_4(tmp_path: Path) -> None:
    path = tmp_path / "arc_write_out_info.json"
    rows = [
        {"doc_id": k, "prompt_0": "Q", "truth": "1", "acc": f"{k % 2}.0", "acc_norm": "True"}
        for k in range(2)
    ]
    path.write_text(json.dumps(rows, indent=4))
    assert detect(path) == "long-jsonl"
    assert read(path, model="org/a").cells["correct"].tolist() == [False, True]
    assert read(path, model="org/a", metric="acc_norm").cells["correct"].tolist() == [True, True]
    with pytest.raises(BadInput, match=r"'f1'.*acc_norm"):
        read(path, model="org/a", metric="f1")


@pytest.mark.parametrize("kind", ["csv", "jsonl", "parquet"])
def test_missing_stays_missing(tmp_path: Path, kind: str) -> None:
    rows = [*ROWS, {"model": "org/b", "item": "q2", "correct": None, "prompt": "2 + 2 ="}]
    got = read(write(tmp_path, kind, rows))
    assert len(got.cells) == 3
    assert any("1 rows have an empty response" in remark.text for remark in got.remarks)


def test_numeric_ids_keep_their_look(tmp_path: Path) -> None:
    rows = [{"model": "m", "item": float(n), "correct": float(n % 2)} for n in range(3)]
    assert read(write(tmp_path, "parquet", rows)).items["item_key"].tolist() == ["0", "1", "2"]


def test_repeated_rows_are_merged_and_said(tmp_path: Path) -> None:
    got = read(write(tmp_path, "csv", [*ROWS, ROWS[0]]))
    assert len(got.cells) == 3
    assert any("1 rows repeat" in remark.text for remark in got.remarks)


@pytest.mark.parametrize("kind", ["csv", "jsonl", "parquet"])
def test_contradicting_rows_are_an_error(tmp_path: Path, kind: str) -> None:
    with pytest.raises(BadInput, match="answered item 'q1' before, differently") as caught:
        read(write(tmp_path, kind, [*ROWS, {**ROWS[0], "correct": 0}]))
    assert caught.value.line == {"csv": 5, "jsonl": 4, "parquet": 4}[kind]


def test_bad_response_names_line_and_column(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("model,item,correct\na,q1,1\na,q2,maybe\n")
    with pytest.raises(BadInput, match="'maybe' is neither 0 nor 1") as caught:
        read(path)
    assert (caught.value.line, caught.value.column) == (3, "correct")


def test_truncated_json_names_the_line(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text(json.dumps(ROWS[0]) + "\n" + json.dumps(ROWS[1])[:20])
    with pytest.raises(BadInput, match="not valid JSON") as caught:
        read(path)
    assert caught.value.line == 2


def test_a_scalar_where_an_object_belongs(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text(json.dumps(ROWS[0]) + "\n17\n")
    with pytest.raises(BadInput, match="where an object") as caught:
        read(path)
    assert caught.value.line == 2


def test_missing_column_lists_what_there_is(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text('{"model": "a", "item": "q", "grade": 1}\n')
    with pytest.raises(BadInput, match=r"no column for the correct.*grade"):
        read(path)


def test_broken_parquet(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    path.write_bytes(b"PAR1 and then nothing")
    with pytest.raises(BadInput, match="not a readable Parquet file"):
        read(path)


def test_empty_and_binary_files(tmp_path: Path) -> None:
    empty, binary = tmp_path / "empty.csv", tmp_path / "x.bin"
    empty.write_bytes(b"")
    binary.write_bytes(b"\x89PNG\0\0\0")
    with pytest.raises(BadInput, match="is empty"):
        detect(empty)
    with pytest.raises(BadInput, match="binary file"):
        detect(binary)
