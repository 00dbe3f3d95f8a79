"""One ``.json`` log of Inspect: an object whose samples are read one at a time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from analysis.readers.records import members
from analysis.readers.text import open_text

SAMPLES = "samples"
START = 4096  # bytes that tell what a file is
BEGINNING = re.compile(rb'(?:\xef\xbb\xbf)?\s*\{\s*"version":\s*\d+,\s*"status":\s*"\w+",\s*"eval":\s*\{')


class JsonLog:
    """A log that is open; as `analysis.readers.inspect_log.ArchivedLog`, which is the same in an archive."""

    def __init__(self, file: IO[str], path: Path) -> None:
        self._members = members(file, path, SAMPLES)
        self._first: tuple[int, dict[str, Any]] | None = None
        self.header: dict[str, Any] = {}
        for line, name, value in self._members:
            if name == SAMPLES:
                self._first = line, value
                break
            self.header[name] = value

    def summaries(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield every sample, with where it is."""
        if self._first is not None:
            yield f"line {self._first[0]}", self._first[1]
        yield from ((f"line {line}", value) for line, name, value in self._members if name == SAMPLES)

    def sample(self, sample: str, epoch: int) -> None:
        """Say that there is no more about a sample than what `summaries` yields."""


@contextmanager
def open_json_log(path: Path) -> Iterator[JsonLog]:
    """Open a log; errors as of `analysis.readers.records.members`."""
    with open_text(path) as file:
        yield JsonLog(file, path)


def is_json_log(path: Path) -> bool:
    """Whether a file begins as Inspect begins its logs."""
    try:
        with path.open("rb") as file:
            return BEGINNING.match(file.read(START)) is not None
    except OSError:  # a folder, or nothing that can be read
        return False
