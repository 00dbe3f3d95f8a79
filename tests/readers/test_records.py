from __future__ import annotations

import json
from pathlib import Path

import pytest

from analysis.errors import BadInput
from analysis.readers import records as module
from analysis.readers.records import members, records

ROWS = [{"a": 1, "text": 'brackets ] } , [ and "quotes"\n'}, {"b": {"c": [1, {"d": "é"}]}}, {}, {"e": 2.5}]


@pytest.mark.parametrize("block", [1, 3, 7, 1 << 20])
@pytest.mark.parametrize("indent", [None, 2])
def test_an_array_reads_the_same_in_blocks_of_any_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int, indent: int | None
) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text(json.dumps(ROWS, indent=indent, ensure_ascii=False), encoding="utf-8")
    monkeypatch.setattr(module, "BLOCK", block)
    found = list(records(path))
    assert [row for _, row in found] == ROWS
    starts = [
        number for number, line in enumerate(path.read_text().splitlines(), 1) if line.startswith("  {")
    ]
    assert [line for line, _ in found] == (starts if indent else [1] * 4)


@pytest.mark.parametrize("block", [1, 3, 1 << 20])
def test_one_long_list_of_an_object_is_read_one_by_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int
) -> None:
    path = tmp_path / "log.json"
    whole = {"version": 12, "rows": ROWS, "none": [], "after": {"rows": [1]}}
    path.write_text(json.dumps(whole, indent=1), encoding="utf-8")
    monkeypatch.setattr(module, "BLOCK", block)
    with path.open(encoding="utf-8") as file:
        found = [(name, value) for _, name, value in members(file, path, "rows")]
    assert found == [
        ("version", 12),
        *(("rows", row) for row in ROWS),
        ("none", []),
        ("after", {"rows": [1]}),
    ]


@pytest.mark.parametrize("text", ['{"a": 1', '{"a" 1}', "{1: 2}", '{"a": 1 "b": 2}', '{"rows": [1]}', ""])
def test_what_is_no_object(tmp_path: Path, text: str) -> None:
    path = tmp_path / "log.json"
    path.write_text(text)
    with path.open() as file, pytest.raises(BadInput) as caught:
        list(members(file, path, "rows"))
    assert caught.value.line == 1


def test_lines_read_the_same(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in ROWS) + "\n\n", encoding="utf-8-sig")
    assert list(records(path)) == list(enumerate(ROWS, start=1))


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ('[{"a": 1},\n {"b": 2}', 2, "comma or ]"),
        ('[{"a": 1},\n {"b": ', 2, "cut off"),
        ('[{"a": 1}\n {"b": 2}]', 2, "comma or ]"),
        ("[\n1, 2]", 2, "where an object"),
        ('[{"a": 1}]\n[', 2, "goes on"),
        ('{"a": 1}\n"text"', 2, "where an object"),
    ],
)
def test_errors_name_the_line(tmp_path: Path, text: str, line: int, says: str) -> None:
    path = tmp_path / "rows.json"
    path.write_text(text)
    with pytest.raises(BadInput, match=says) as caught:
        list(records(path))
    assert caught.value.line == line


def test_a_record_without_end_is_not_read_into_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LONGEST", 1000)
    monkeypatch.setattr(module, "BLOCK", 100)
    for text in ('{"a": "' + "x" * 5000, '[{"a": "' + "x" * 5000):
        path = tmp_path / "endless.json"
        path.write_text(text)
        with pytest.raises(BadInput, match="more than"):
            list(records(path))
