from __future__ import annotations

import io
import tarfile
import zipfile
from pathlib import Path

import pytest

from analysis.errors import AtlasError, BadInput
from analysis.imports import import_paths
from analysis.readers import archives
from analysis.readers.archives import unpacked
from analysis.store import Store
from tests.readers import logs


def zipped(path: Path, entries: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return path


def tarred(path: Path, entries: dict[str, bytes], kind: bytes = tarfile.REGTYPE) -> Path:
    with tarfile.open(path, "w:gz") as archive:
        for name, content in entries.items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.type, entry.linkname = len(content), kind, "/etc/passwd"
            archive.addfile(entry, io.BytesIO(content))
    return path


@pytest.mark.parametrize("pack", [zipped, tarred])
def test_an_archive_reads_as_the_folder_it_holds(tmp_path: Path, pack) -> None:
    path = logs.write_run(tmp_path / "logs", logs.questions(3), [1, 0, 1])
    entries = {str(file.relative_to(tmp_path)): file.read_bytes() for file in path.parent.iterdir()}
    archive = pack(tmp_path / "logs.bin", entries)
    whole, packed = Store(tmp_path / "a"), Store(tmp_path / "b")
    import_paths(whole, [tmp_path / "logs"])
    (imported,) = import_paths(packed, [archive])
    assert imported.reader == "lm-eval"
    assert str(archive) in imported.source
    with whole.open() as one, packed.open() as other:
        assert one.responses("sums").equals(other.responses("sums"))
    assert not import_paths(packed, [archive])[0].new


@pytest.mark.parametrize("name", ["../out", "/out", "a/../../out", "..\\out", "C:/out"])
@pytest.mark.parametrize("pack", [zipped, tarred])
def test_nothing_is_written_outside(tmp_path: Path, pack, name: str) -> None:
    archive = pack(tmp_path / "x.bin", {name: b"model,a\nm,1\n"})
    with pytest.raises(BadInput, match="leads out of the archive"), unpacked(archive):
        pass


def test_links_are_refused(tmp_path: Path) -> None:
    archive = tarred(tmp_path / "x.tar.gz", {"link": b""}, tarfile.SYMTYPE)
    with pytest.raises(BadInput, match="a link"), unpacked(archive):
        pass


@pytest.mark.parametrize("pack", [zipped, tarred])
def test_bombs_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pack) -> None:
    monkeypatch.setattr(archives, "ALWAYS_ALLOWED", 1 << 20)
    archive = pack(tmp_path / "x.bin", {"zeros.csv": bytes(8 << 20)})
    with pytest.raises(BadInput, match="more than is sensible"), unpacked(archive):
        pass


def test_damage_is_one_line(tmp_path: Path) -> None:
    archive = zipped(tmp_path / "x.zip", {"a.csv": b"model,a\nm,1\n" * 1000})
    content = bytearray(archive.read_bytes())
    content[60:70] = b"0123456789"
    archive.write_bytes(content)
    with pytest.raises(BadInput, match="damaged"), unpacked(archive):
        pass


def test_errors_name_the_archive_and_not_where_it_was_unpacked(tmp_path: Path) -> None:
    archive = zipped(tmp_path / "x.zip", {"one/a.csv": b"model,a\nm,7\n", "one/b.csv": b"model,a\nm,1\n"})
    with pytest.raises(AtlasError, match=r"x\.zip.*line 2") as caught, unpacked(archive) as place:
        raise BadInput("is wrong.", path=place / "a.csv", line=2)
    assert "atlas-" not in str(caught.value)
