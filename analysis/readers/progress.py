"""How far reading is: whoever waits is told of every block of bytes that a reader takes from a file."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

BLOCK = 1 << 20  # bytes read from a file at a time

Told = Callable[[int], None]
"""Called with how many bytes were read since it was called before."""

_told: ContextVar[Told | None] = ContextVar("told", default=None)


@contextmanager
def telling(told: Told) -> Iterator[None]:
    """Have ``told`` called of what is read inside the block."""
    token = _told.set(told)
    try:
        yield
    finally:
        _told.reset(token)


def tell(count: int) -> None:
    """Say that so many bytes were read by other means than `open_counted`."""
    if (told := _told.get()) is not None:
        told(count)


def open_counted(path: Path) -> io.BufferedReader:
    """Open a file of bytes whose reading is told of."""
    return io.BufferedReader(_Counted(path), BLOCK)


class _Counted(io.FileIO):
    def readinto(self, buffer) -> int | None:  # type: ignore[no-untyped-def]  # typeshed's Buffer is 3.12
        count = super().readinto(buffer)
        tell(count or 0)
        return count
