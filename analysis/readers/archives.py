"""Archives as folders: unpacked into a temporary place, never outside it, never without bound."""

from __future__ import annotations

import lzma
import shutil
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from analysis.errors import AtlasError, BadInput
from analysis.readers.zip_entry import open_entry

LARGEST = 64 << 30  # bytes that an archive may unpack to
DENSEST = 200  # times as large as the archive; logs shrink some tenfold, a bomb a thousandfold
ALWAYS_ALLOWED = 256 << 20  # bytes; an archive that unpacks to no more does no harm
MOST_FILES = 1_000_000
COMPRESSED = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00", b"\x28\xb5\x2f\xfd")  # gzip, bzip2, xz, Zstandard
TAR, TAR_MARK = b"ustar", 257  # what uncompressed archives have, and where

DAMAGED = (
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    OSError,
)
"""What reading a damaged or encrypted archive may raise."""


@contextmanager
def unpacked(path: Path) -> Iterator[Path]:
    """Yield a path, or the folder that it unpacks to if it is a zip or tar archive.

    An archive of one folder or file is that. The temporary folder is gone afterwards.

    Raises
    ------
    BadInput
        If the archive is damaged, has an entry that leads out of it, or unpacks to more than is sensible.
    """
    kind = _kind(path)
    if kind is None:
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="atlas-") as folder:
        root = Path(folder) / path.name.split(".")[0]
        root.mkdir()
        try:
            _unpack_zip(path, root) if kind == "zip" else _unpack_tar(path, root)
        except DAMAGED as error:
            raise BadInput(f"is a damaged or encrypted archive ({error}).", path=path) from None
        entries = list(root.iterdir())
        try:
            yield entries[0] if len(entries) == 1 else root
        except AtlasError as error:  # the temporary place means nothing to anybody
            raise AtlasError(str(error).replace(str(root), str(path))) from None


def _kind(path: Path) -> str | None:
    if not path.is_file():
        return None
    if zipfile.is_zipfile(path):
        with path.open("rb") as file:  # others end like a zip archive by chance
            return "zip" if file.read(4) == b"PK\x03\x04" else None
    return "tar" if _begins_as_tar(path) and tarfile.is_tarfile(path) else None


def _begins_as_tar(path: Path) -> bool:
    """Whether to try: `tarfile` takes hours to find that a large file of zeros is not compressed."""
    with path.open("rb") as file:
        start = file.read(TAR_MARK + len(TAR))
    return start.startswith(COMPRESSED) or start[TAR_MARK:] == TAR


@dataclass
class _Budget:
    """How much may still be unpacked."""

    path: Path
    bytes_left: int
    files_left: int = MOST_FILES

    @classmethod
    def of(cls, path: Path) -> _Budget:
        sensible = max(ALWAYS_ALLOWED, DENSEST * path.stat().st_size)
        free = shutil.disk_usage(tempfile.gettempdir()).free
        return cls(path, min(LARGEST, sensible, free // 2))

    def copy(self, source: IO[bytes], target: Path) -> None:
        """Copy an entry and count what really comes, since headers may lie."""
        self.files_left -= 1
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("wb") as file:
            while block := source.read(1 << 20):
                self.bytes_left -= len(block)
                if self.bytes_left < 0 or self.files_left < 0:
                    raise BadInput(
                        "unpacks to more than is sensible or there is room for. Unpack it yourself if you "
                        "trust it, and import the folder.",
                        path=self.path,
                    )
                file.write(block)


def _unpack_zip(path: Path, root: Path) -> None:
    budget = _Budget.of(path)
    with zipfile.ZipFile(path) as archive:
        for entry in archive.infolist():
            if not entry.is_dir():
                target = _inside(root, entry.filename, path)
                with open_entry(archive, entry) as source:
                    budget.copy(source, target)


def _unpack_tar(path: Path, root: Path) -> None:
    budget = _Budget.of(path)
    with tarfile.open(path) as archive:
        for entry in archive:
            if entry.isdir():
                continue
            if not entry.isfile():
                raise BadInput(f"has the entry {entry.name!r}, which is a link or a device.", path=path)
            source = archive.extractfile(entry)
            if source is not None:
                with source:
                    budget.copy(source, _inside(root, entry.name, path))


def _inside(root: Path, name: str, path: Path) -> Path:
    parts = PurePosixPath(name.replace("\\", "/")).parts
    if not parts or ".." in parts or parts[0].endswith((":", "/")):
        raise BadInput(f"has the entry {name!r}, which leads out of the archive.", path=path)
    target = root.joinpath(*parts)
    if target.exists():
        target.unlink() if target.is_file() else None  # the last entry of a name counts
    return target
