"""The errors a user can cause; every message is one line that says what to do."""

from __future__ import annotations

from pathlib import Path


class AtlasError(Exception):
    """Something the user can put right. Its message is one line, without a traceback."""


class BadInput(AtlasError):
    """A file that cannot be read as what it claims to be.

    Parameters
    ----------
    problem
        What is wrong and what to do about it.
    path
        The file.
    line
        Line number, counted from 1 (a header is line 1).
    column
        The column's name, or its number counted from 1.
    """

    def __init__(
        self, problem: str, *, path: Path, line: int | None = None, column: str | int | None = None
    ) -> None:
        place = str(path)
        if line is not None:
            place += f", line {line}"
        if column is not None:
            place += f", column {column!r}" if isinstance(column, str) else f", column {column}"
        super().__init__(" ".join(f"{place}: {problem}".splitlines()))  # what files hold may break lines
        self.path, self.line, self.column = path, line, column
