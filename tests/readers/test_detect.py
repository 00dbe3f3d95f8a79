"""What cannot be read is told in one line that says what it is, at once, whatever it is."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest

from analysis.errors import AtlasError
from analysis.imports import import_paths
from analysis.readers import Wanted
from analysis.store import Store


def said(path: Path, **wanted: str) -> str:
    """Import into an empty store, and return what that is refused with."""
    store = Store(path.parent / "store")
    with pytest.raises(AtlasError) as caught:
        import_paths(store, [path], wanted=Wanted("any", **wanted))
    assert store.versions() == []
    assert str(caught.value).startswith(str(path))
    return str(caught.value)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("utf16.csv", "model,a\nm,1\n".encode("utf-16"), "UTF-16 text. Save the file as UTF-8"),
        # Without a time in it, which would be in the name of the test, and differ between two workers.
        ("wide.csv.gz", gzip.compress(b"model,a\nm,1\n", mtime=0), "compressed, and no archive"),
        ("empty.csv", b" \n", "is empty"),
        ("scalar.json", b"3", "holds 3 where an object"),
        ("semicolons.csv", b"model;a;b\nm;1;0\n", "with commas between"),
        ("nothing.csv", b"model,a,b\nm,NaN,\n", "no response"),
        ("noise.bin", bytes(range(256)), "binary file"),
    ],
)
def test_files_of_other_kinds(tmp_path: Path, name: str, content: bytes, says: str) -> None:
    (tmp_path / name).write_bytes(content)
    assert says in said(tmp_path / name)


def test_a_large_file_of_zeros_is_no_archive(tmp_path: Path) -> None:
    """`tarfile` would look for the end of the zeros for hours."""
    with (tmp_path / "zeros").open("wb") as file:
        file.truncate(2 << 30)
    assert "binary file" in said(tmp_path / "zeros")


def test_what_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    os.mkfifo(tmp_path / "pipe")  # which nobody writes to: opening it would wait for ever
    assert "cannot be read" in said(tmp_path / "loop")
    assert "neither a file nor a folder" in said(tmp_path / "pipe")
    assert "cannot be read" in said(tmp_path / ("x" * 300))
    assert "no such file" in said(tmp_path / "missing")


def test_a_folder_without_samples(tmp_path: Path) -> None:
    folder = tmp_path / "out" / "org__model"
    folder.mkdir(parents=True)
    assert "holds nothing that can be read" in said(tmp_path / "out")
    (folder / "results_2025-01-28T10-22-20.json").write_text('{"results": {}}')
    assert "no samples. Run it with --log_samples" in said(tmp_path / "out")
