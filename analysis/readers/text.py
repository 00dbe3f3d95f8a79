"""Opening text files and turning cells into 0, 1 or missing: what the text readers share."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from analysis.errors import BadInput
from analysis.readers.progress import open_counted

LONGEST = 1 << 26  # characters of one line; a longer one is a file that is not what it seems
MISSING = 2  # stands for a missing response while a row is read

RESPONSE_CODES = {
    **dict.fromkeys(["0", "0.0", "False", "false", "FALSE"], 0),
    **dict.fromkeys(["1", "1.0", "True", "true", "TRUE"], 1),
    **dict.fromkeys(["", "NA", "N/A", "NaN", "nan", "None", "null", "NULL"], MISSING),
}
"""What a cell may say, and its value: 0 wrong, 1 right, `MISSING`."""

RESPONSE_REMEDY = (
    "Use 0 or 1, and leave the cell empty where the model was not asked; or say from where on a number "
    "between is correct, as in --threshold 0.5."
)


def response_code(text: str, threshold: float | None = None) -> int | None:
    """Return 0, 1 or `MISSING` for what a cell says, None if it says none of these.

    Parameters
    ----------
    text
        Without white space around it.
    threshold
        A number from 0 to 1 is correct from this value on; without one, only 0 and 1 are understood.
    """
    code = RESPONSE_CODES.get(text)
    if code is not None or threshold is None:
        return code
    try:
        value = float(text)
    except ValueError:
        return None
    return int(value >= threshold) if 0 <= value <= 1 else None


@contextmanager
def open_text(path: Path) -> Iterator[IO[str]]:
    """Open a UTF-8 text file, with or without byte order mark.

    Raises
    ------
    BadInput
        If the file is empty, cannot be opened, or stops being UTF-8 (naming the line).
    """
    try:
        with io.TextIOWrapper(open_counted(path), encoding="utf-8-sig", newline="") as file:
            yield file
    except OSError as error:
        raise BadInput(f"cannot be read ({error.strerror}).", path=path) from None
    except UnicodeDecodeError:
        line = _first_undecodable_line(path)
        raise BadInput("is not UTF-8 text. Save the file as UTF-8.", path=path, line=line) from None


def lines(file: IO[str], path: Path) -> Iterator[str]:
    """Yield the lines of a text file, never more than 64 million characters at once.

    Raises
    ------
    BadInput
        If a line is longer, or holds what no text does.
    """
    number = 0
    while text := file.readline(LONGEST):
        number += 1
        if len(text) == LONGEST:
            raise BadInput("is a line of more than 64 million characters.", path=path, line=number)
        if "\0" in text:
            raise BadInput("holds a zero byte, so it is no text.", path=path, line=number)
        yield text


def storable(text: str) -> str:
    """Return a text without halves of surrogate pairs, which JSON can spell and no database keeps."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _first_undecodable_line(path: Path) -> int:
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            try:
                line.decode("utf-8")
            except UnicodeDecodeError:
                return number
    return 1
