"""One ``.eval`` log of Inspect: a zip archive, of which only the summaries of samples are read."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from analysis.errors import BadInput
from analysis.readers.archives import ALWAYS_ALLOWED, DAMAGED, DENSEST
from analysis.readers.progress import tell
from analysis.readers.records import one_object, records_in
from analysis.readers.zip_entry import open_entry

HEADERS = ("header.json", "_journal/start.json")  # the second is all that a run that was killed leaves
SUMMARIES = "summaries.json"
JOURNAL = re.compile(r"_journal/summaries/(\d+)\.json")
CUT_OFF = "...\n(content truncated)"  # how Inspect ends texts of more than 5,120 characters in summaries


class ArchivedLog:
    """A log that is open. Every error is a `BadInput` that names the file, and which part of it.

    Attributes
    ----------
    header
        What was run, on which model, and how it ended.
    """

    def __init__(self, archive: zipfile.ZipFile, path: Path) -> None:
        self._archive, self._path = archive, path
        self._names = set(archive.namelist())
        self._left = max(ALWAYS_ALLOWED, DENSEST * path.stat().st_size)
        present = [name for name in HEADERS if name in self._names]
        if not present:
            raise BadInput(f"has no {HEADERS[0]}, so it is no log of Inspect.", path=path)
        self.header = self._whole(present[0])

    def summaries(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield the summary of every sample, with where it is."""
        journal = sorted(
            filter(JOURNAL.fullmatch, self._names), key=lambda name: int(JOURNAL.findall(name)[0])
        )
        for name in [SUMMARIES] if SUMMARIES in self._names else journal:
            with self._text(name) as file:
                for line, summary in records_in(file, self._part(name)):
                    yield f"{name}, line {line}", summary

    def sample(self, sample: str, epoch: int) -> dict[str, Any] | None:
        """Return all that is known of a sample; None if it was not kept."""
        name = f"samples/{sample}_epoch_{epoch}.json"
        return self._whole(name) if name in self._names else None

    def _whole(self, name: str) -> dict[str, Any]:
        with self._text(name) as file:
            return one_object(file, self._part(name))

    @contextmanager
    def _text(self, name: str) -> Iterator[IO[str]]:
        try:
            with open_entry(self._archive, self._archive.getinfo(name)) as source:
                yield io.TextIOWrapper(io.BufferedReader(_Bounded(source, self)), encoding="utf-8-sig")
        except UnicodeDecodeError:
            raise BadInput("is not UTF-8 text.", path=self._part(name)) from None

    def _part(self, name: str) -> Path:
        return Path(f"{self._path} ({name})")

    def spend(self, count: int) -> None:
        """Count what was unpacked, since an archive's own words on its size may be lies."""
        self._left -= count
        if self._left < 0:
            raise BadInput("unpacks to more than is sensible.", path=self._path)


class _Bounded(io.RawIOBase):
    """A part of an archive, whose reading is counted."""

    def __init__(self, source: IO[bytes], log: ArchivedLog) -> None:
        self._source, self._log = source, log

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:  # type: ignore[no-untyped-def]  # typeshed's Buffer is 3.12
        block = self._source.read(len(buffer))
        self._log.spend(len(block))
        buffer[: len(block)] = block
        return len(block)


@contextmanager
def open_archived_log(path: Path) -> Iterator[ArchivedLog]:
    """Open a log.

    Raises
    ------
    BadInput
        If the archive is damaged, or unpacks to more than is sensible.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            yield ArchivedLog(archive, path)
    except DAMAGED as error:
        raise BadInput(f"is a damaged or encrypted archive ({error}).", path=path) from None
    tell(path.stat().st_size)


def is_archived_log(path: Path) -> bool:
    """Whether a file is such a log: by its name, so that a damaged one is an error, else by what is in it."""
    if not path.is_file():
        return False
    if path.suffix == ".eval":
        return True
    try:
        with zipfile.ZipFile(path) as archive:
            return any(name in archive.namelist() for name in HEADERS)
    except DAMAGED:
        return False
