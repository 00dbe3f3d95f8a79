"""Walking through a large response matrix a block of models, or of items, at a time.

A matrix of 4,500 × 12,032 responses takes 54 MB at one byte each, and 433 MB as floats: only blocks are ever
made floats.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from analysis.irt.point import Point

BLOCK_CELLS = 1_000_000  # responses dealt with at once; a block's arrays take 4 to 8 MB each


def steps(count: int, size: int) -> Iterator[slice]:
    """Cut ``count`` rows, or columns, into stretches of ``size``; the last may be shorter."""
    for start in range(0, count, size):
        yield slice(start, min(start + size, count))


def blocks(count: int, width: int) -> Iterator[slice]:
    """Cut ``count`` rows, or columns, of ``width`` responses each into blocks of about `BLOCK_CELLS`."""
    return steps(count, max(1, BLOCK_CELLS // width))


def of_items(point: Point, items: slice, *, dtype: Any = float) -> Point:
    """Parameters of some items only; ``"f4"`` is ample for probabilities and twice as fast."""
    return replace(
        point,
        difficulty=point.difficulty[items].astype(dtype),
        discrimination=point.discrimination[items].astype(dtype),
    )
