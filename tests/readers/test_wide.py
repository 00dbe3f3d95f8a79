from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.errors import BadInput
from analysis.readers import matrix
from analysis.readers.progress import telling
from analysis.readers.wide import read_wide

HEADERS = {
    "model": ("model,0,1,2", ["0", "1", "2"]),
    "pandas index": ("Unnamed: 0,7504,7505,7506", ["7504", "7505", "7506"]),
    "R, quoted, nameless": ('"","1","6","24"', ["1", "6", "24"]),
    "R, X before numbers": ("Model_Name,X0,X1,X2", ["0", "1", "2"]),
    "named items that begin with X": ("model,X0,Xylophone,X2", ["X0", "Xylophone", "X2"]),
}


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "matrix.csv"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(("header", "items"), HEADERS.values(), ids=HEADERS)
def test_every_header_style(tmp_path: Path, header: str, items: list[str]) -> None:
    read = read_wide(write(tmp_path, f"{header}\norg/a,0.0,1.0,\norg/b,1,0,True\n"))
    assert read.items["item_key"].tolist() == items
    assert read.models["name"].tolist() == ["org/a", "org/b"]
    assert read.models["organisation"].tolist() == ["org", "org"]
    cells = [tuple(row) for row in read.cells.itertuples(index=False)]
    assert sorted(cells) == [(0, 0, False), (0, 1, True), (1, 0, True), (1, 1, False), (2, 1, True)]


@pytest.mark.parametrize("empty", ["", "NA", "nan", "NULL"])
def test_missing_stays_missing(tmp_path: Path, empty: str) -> None:
    read = read_wide(write(tmp_path, f"model,a,b\nm1,1,{empty}\nm2,0,1\n"))
    assert len(read.cells) == 3
    assert any("1 models have no response to some items" in remark.text for remark in read.remarks)


def test_items_and_models_without_any_response_are_left_out_and_named(tmp_path: Path) -> None:
    read = read_wide(write(tmp_path, "model,a,b,c\nm1,1,,0\nm2,,,\nm3,0,,1\n"))
    assert read.items["item_key"].tolist() == ["a", "c"]
    assert read.models["name"].tolist() == ["m1", "m3"]
    assert read.cells[["item", "model"]].max().tolist() == [1, 1]
    assert any("'b'" in remark.text for remark in read.remarks)
    assert any("'m2'" in remark.text for remark in read.remarks)


def test_repeated_names_are_two_evaluations(tmp_path: Path) -> None:
    read = read_wide(write(tmp_path, "model,a\nm,1\nm,0\n"))
    assert read.models["name"].tolist() == ["m", "m#2"]


BAD = {
    "a word": ("model,a,b\nm1,1,0\nm2,1,yes\n", 3, "b", "'yes' is neither 0 nor 1"),
    "a fraction": ("model,a,b\nm1,0.5,0\n", 2, "a", "'0.5' is neither 0 nor 1"),
    "a line cut off": ("model,a,b\nm1,1,0\nm2,1", 3, None, "2 cells where the header has 3"),
    "a line too long": ("model,a\nm1,1,0\n", 2, None, "3 cells where the header has 2"),
    "no model names": ("a,b\n1,0\n", 2, 1, "is a response, not a model"),
    "an empty model name": ("model,a\n,0\n", 2, 1, "no name"),
    "items named twice": ("model,a,a\nm,1,0\n", 1, "a", "two columns have this name"),
    "an item without a name": ("model,a,\nm,1,0\n", 1, 3, "no name"),
    "no items": ("model\nm\n", 1, None, "no item columns"),
    "no models": ("model,a\n", None, None, "no models"),
    "an open quote": ('model,a\n"m,1\n', 2, None, "not valid CSV"),
}


@pytest.mark.parametrize(("text", "line", "column", "says"), BAD.values(), ids=BAD)
def test_errors_name_the_place(
    tmp_path: Path, text: str, line: int | None, column: str | int | None, says: str
) -> None:
    with pytest.raises(BadInput, match=says) as caught:
        read_wide(write(tmp_path, text))
    assert (caught.value.line, caught.value.column) == (line, column)
    assert "matrix.csv" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_wrong_encoding_names_the_line(tmp_path: Path) -> None:
    path = tmp_path / "latin.csv"
    path.write_bytes(b"model,a\nm1,1\ncaf\xe9,0\n")
    with pytest.raises(BadInput, match="not UTF-8") as caught:
        read_wide(path)
    assert caught.value.line == 3


@pytest.mark.parametrize("text", ["1,0,1", "1.0,,0.0", "True,NA,0", '"1",0,1', " 1,0,1", "1,0,1\r"])
def test_a_row_is_the_same_at_once_and_cell_by_cell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    path = write(tmp_path, f"model,a,b,c\nm1,0,1,1\nm2,{text}\n")
    fast = read_wide(path).cells
    monkeypatch.setattr(matrix, "_codes_at_once", lambda *given: None)
    pd.testing.assert_frame_equal(read_wide(path).cells, fast)


def test_no_more_of_a_large_file_is_read_than_it_takes_to_refuse_it(tmp_path: Path) -> None:
    """Two gigabytes without a line's end; sparse, so that no disk is needed."""
    path, read = write(tmp_path, "model,a\nm1,1\nm2,"), []
    with path.open("rb+") as file:
        file.truncate(2 << 30)
    with telling(read.append), pytest.raises(BadInput, match="more than 64 million characters") as caught:
        read_wide(path)
    assert caught.value.line == 3
    assert sum(read) < 70_000_000


@pytest.mark.parametrize(
    ("name", "models", "items", "empty"),
    [
        ("leaderboard_bbh_tracking_shuffled_objects_five_objects_response_matrix.csv", 4030, 250, 450),
        ("filtered_7b_leaderboard_mmlu_pro_response_matrix_math.csv", 540, 1351, 1351),
        ("response_matrix_tinyarc.csv", 3747, 99, 0),
        ("response_matrix_tinygsm8k.csv", 3741, 100, 0),
        ("response_matrix_tinyhellaswag.csv", 3467, 97, 0),
        ("response_matrix_tinytruthfulqa.csv", 4635, 97, 0),
        ("response_matrix_tinywinogrande.csv", 4680, 100, 0),
    ],
)
def test_real_matrices_read_as_pandas_reads_them(
    leaderboard: Path, name: str, models: int, items: int, empty: int
) -> None:
    read = read_wide(leaderboard / name)
    expected = pd.read_csv(leaderboard / name, index_col=0, na_values=["NA"])
    assert expected.shape == (models, items)
    assert int(expected.isna().to_numpy().sum()) == empty
    silent = expected.isna().all(axis=1)
    assert sum("left out: they answered nothing" in remark.text for remark in read.remarks) == silent.any()
    expected = expected[~silent]
    assert read.models["name"].tolist() == expected.index.tolist()
    found = np.full(expected.shape, np.nan)
    found[read.cells["model"], read.cells["item"]] = read.cells["correct"]
    np.testing.assert_array_equal(found, expected.to_numpy(dtype=float))
    assert read.items["item_key"].tolist() == [str(column) for column in expected.columns]
