"""JSON objects out of a file, one after the other: JSON lines, one array, or a list in one object."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from analysis.errors import BadInput
from analysis.readers.text import LONGEST, open_text

BLOCK = 1 << 20  # characters read at a time
BLANK = re.compile(r"[ \t\r\n]*")


def records(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield every object of a file with the line it begins at, holding one at a time in memory.

    Raises
    ------
    BadInput
        Naming the line of the first thing that is not an object, is cut off, or is longer than 64 million
        characters.
    """
    with open_text(path) as file:
        yield from records_in(file, path)


def records_in(file: IO[str], path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield every object of an open file; as `records`. ``path`` is what errors name.

    Of what cannot be read from its beginning again, such as an entry of an archive, only an array is read.
    """
    start = file.read(BLOCK)
    if start.lstrip().startswith("["):
        text = _Window(file, path, start)
        yield from _of_array(text, path)
        if not text.at(""):
            raise BadInput("goes on after the end of its list.", path=path, line=text.line)
    elif file.seekable():
        file.seek(0)
        yield from _of_lines(file, path)
    else:
        raise BadInput("is no list […].", path=path, line=1)


def members(file: IO[str], path: Path, listed: str) -> Iterator[tuple[int, str, Any]]:
    """Yield the members of the one object that an open file holds, one at a time; errors as of `records`.

    Parameters
    ----------
    file, path
        The file, and what errors name.
    listed
        A member that is a list of objects, too long to be held in memory: each of them is yielded by itself.

    Yields
    ------
    line, name, value
        Where the value begins, the member's name, and its value.
    """
    text = _Window(file, path)
    text.skip("{")
    text.skip_blank()
    while not text.at("}"):
        name = text.decode()
        if not isinstance(name, str):
            raise BadInput("is not valid JSON: a name is missing.", path=path, line=text.line)
        text.skip(":")
        text.skip_blank()
        if name == listed and text.at("["):
            yield from ((line, name, value) for line, value in _of_array(text, path))
        else:
            line = text.line
            yield line, name, text.decode()
        text.next_or("}")


def one_object(file: IO[str], path: Path) -> dict[str, Any]:
    """Return the one object that an open file holds, on any number of lines; errors as of `records`."""
    text = file.read(LONGEST)
    if len(text) == LONGEST:
        raise _too_long(path, 1)
    try:
        return _as_object(json.loads(text), path, 1)
    except json.JSONDecodeError as error:
        raise BadInput(
            f"is not valid JSON ({error.msg}). Is the file cut off?",
            path=path,
            line=error.lineno,
            column=error.colno,
        ) from None
    except (RecursionError, ValueError) as error:
        raise _unreadable(error, path, 1) from None


def _of_lines(file: IO[str], path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    number = 0
    while text := file.readline(LONGEST):
        number += 1
        if len(text) == LONGEST:
            raise _too_long(path, number)
        if not text.strip():
            continue
        try:
            row = json.loads(text)
        except json.JSONDecodeError as error:
            raise BadInput(
                f"is not valid JSON ({error.msg}). Is the file cut off?",
                path=path,
                line=number,
                column=error.colno,
            ) from None
        except (RecursionError, ValueError) as error:
            raise _unreadable(error, path, number) from None
        yield number, _as_object(row, path, number)


def _of_array(text: _Window, path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    text.skip("[")
    text.skip_blank()
    while not text.at("]"):
        line = text.line
        yield line, _as_object(text.decode(), path, line)
        text.next_or("]")
    text.skip("]")
    text.skip_blank()


class _Window:
    """What of a file is in memory, from the place that was read up to; `line` counts from 1."""

    def __init__(self, file: IO[str], path: Path, start: str = "") -> None:
        self._file, self._text, self._path, self._place = file, start, path, 0
        self._decoder = json.JSONDecoder()
        self.line = 1

    def at(self, mark: str) -> bool:
        """Whether the next character is ``mark``; the empty one is the end of the file."""
        if self._place == len(self._text):
            self._read_on()
        return self._text[self._place : self._place + 1] == mark

    def skip(self, mark: str) -> None:
        self.skip_blank()
        if not self.at(mark):
            raise BadInput(f"is not valid JSON: {mark} is missing.", path=self._path, line=self.line)
        self._place += 1

    def next_or(self, end: str) -> None:
        """Go on to what follows a comma, or to the end of the list or object."""
        self.skip_blank()
        if self.at(","):
            self.skip(",")
            self.skip_blank()
        elif not self.at(end):
            raise BadInput(
                f"is not valid JSON: a comma or {end} is missing.", path=self._path, line=self.line
            )

    def skip_blank(self) -> None:
        while True:
            self._advance(_end_of_blank(self._text, self._place))
            if self._place < len(self._text) or not self._read_on():
                return

    def decode(self) -> Any:
        """Read one value, as many blocks as it takes."""
        while True:
            try:
                value, end = self._decoder.raw_decode(self._text, self._place)
            except json.JSONDecodeError as error:
                # Cut off at the end of a block or of the file, or wrong: only more text tells.
                if len(self._text) - self._place > LONGEST:
                    raise _too_long(self._path, self.line) from None
                if self._read_on(double=True):
                    continue
                line = self.line + self._text.count("\n", self._place, error.pos)
                raise BadInput(
                    f"is not valid JSON ({error.msg}). Is the file cut off?", path=self._path, line=line
                ) from None
            except (RecursionError, ValueError) as error:
                raise _unreadable(error, self._path, self.line) from None
            if end == len(self._text) and not isinstance(value, dict) and self._read_on():
                continue
            self._advance(end)
            return value

    def _advance(self, place: int) -> None:
        self.line += self._text.count("\n", self._place, place)
        self._place = place

    def _read_on(self, *, double: bool = False) -> bool:
        kept = self._text[self._place :]
        block = self._file.read(max(BLOCK, len(kept)) if double else BLOCK)
        self._text, self._place = kept + block, 0
        return bool(block)


def _end_of_blank(text: str, place: int) -> int:
    blank = BLANK.match(text, place)
    return blank.end() if blank else place


def _as_object(value: Any, path: Path, line: int) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise BadInput(f"holds {value!r:.60} where an object {{…}} is expected.", path=path, line=line)
    return value


def _unreadable(error: RecursionError | ValueError, path: Path, line: int) -> BadInput:
    """What JSON allows and Python does not: nesting without end, whole numbers of thousands of digits."""
    if isinstance(error, RecursionError):
        return BadInput("is nested too deeply.", path=path, line=line)
    return BadInput("holds a number of thousands of digits.", path=path, line=line)


def _too_long(path: Path, line: int) -> BadInput:
    return BadInput("is a record of more than 64 million characters.", path=path, line=line)
