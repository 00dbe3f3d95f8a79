"""One entry of a zip archive as bytes, Zstandard too, which Python's `zipfile` reads only from 3.14 on."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from pathlib import Path
from typing import IO

import pyarrow as pa

ZSTANDARD = 93  # the compression's number in zip archives
LOCAL_HEADER = struct.Struct("<26xHH")  # of which only the lengths of name and extra field matter
ENCRYPTED = 1


def open_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> IO[bytes]:
    """Open an entry for reading from its beginning to its end.

    Raises
    ------
    OSError, zipfile.BadZipFile, NotImplementedError, RuntimeError
        If it is damaged, compressed in a way that is not known, or encrypted; also while it is read.
    """
    if entry.compress_type != ZSTANDARD:
        return archive.open(entry)
    if entry.flag_bits & ENCRYPTED:
        raise RuntimeError(f"{entry.filename} is encrypted")
    return io.BufferedReader(_Zstandard(_packed(archive, entry), entry))


def _packed(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    with Path(str(archive.filename)).open("rb") as file:
        file.seek(entry.header_offset)
        header = file.read(LOCAL_HEADER.size)
        if len(header) < LOCAL_HEADER.size:
            raise zipfile.BadZipFile(f"{entry.filename} is cut off")
        file.seek(sum(LOCAL_HEADER.unpack(header)), io.SEEK_CUR)
        return file.read(entry.compress_size)


class _Zstandard(io.RawIOBase):
    """Unpacked bytes, checked against the archive's sum at the end; one frame after the other."""

    def __init__(self, packed: bytes, entry: zipfile.ZipInfo) -> None:
        self._stream = pa.CompressedInputStream(pa.BufferReader(packed), "zstd")
        self._entry, self._sum = entry, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:  # type: ignore[no-untyped-def]  # typeshed's Buffer is 3.12
        block = self._stream.read(len(buffer))
        self._sum = zlib.crc32(block, self._sum)
        if not block and self._sum != self._entry.CRC:
            raise zipfile.BadZipFile(f"Bad CRC-32 for file {self._entry.filename!r}")
        buffer[: len(block)] = block
        return len(block)
