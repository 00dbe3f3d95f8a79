"""Results as eval-arena keeps them: JSON lines, how often a model was right on an example.

A model that was asked once was right or wrong. Where it was asked several times, ``--threshold 0.5`` says
from which share on it is right.
"""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.errors import BadInput
from analysis.readers.contents import Contents, Part, Wanted
from analysis.readers.long import BLOCK_ROWS
from analysis.readers.records import records
from analysis.readers.rows import Gathered, text
from analysis.readers.tasks import benchmark_of

COLUMNS = {"model": "model", "item": "example_id", "correct": "correct"}


def is_eval_arena(path: Path) -> bool:
    """Whether a file's first record says which benchmark, example and model it is about."""
    try:
        _, first = next(records(path), (0, {}))
    except BadInput:
        return False
    return {"benchmark_id", "example_id", "model"} <= first.keys() and bool(
        {"pass1", "correct"} & first.keys()
    )


def read_eval_arena(path: Path, wanted: Wanted) -> Contents:
    """Read a file; each of its benchmarks is one, or all are part of the wanted one.

    Raises
    ------
    BadInput
        Naming the line of the first thing that is wrong.
    """
    rows, gathered = records(path), dict[str, Gathered]()
    while block := list(islice(rows, BLOCK_ROWS)):
        frame = pd.DataFrame(
            {
                "benchmark": [_benchmark(row, path, line) for line, row in block],
                "model": [row.get("model") for _, row in block],
                "example_id": [row.get("example_id") for _, row in block],
                "correct": [_share(row, path, line) for line, row in block],
                "line": [line for line, _ in block],
            },
            dtype=object,
        )
        for name, own in frame.groupby("benchmark", sort=False):
            place = gathered.setdefault(wanted.benchmark or name, Gathered(path, COLUMNS, wanted))
            if wanted.benchmark is not None:
                own = own.assign(example_id=name + ":" + own["example_id"].map(text), subtask=name)
            place.add(own.reset_index(drop=True), own["line"].astype(int).tolist())
    if not gathered:
        raise BadInput("has no rows.", path=path)
    return Contents(
        [Part(benchmark_of(name, title=wanted.title), one.responses()) for name, one in gathered.items()]
    )


def _benchmark(row: dict[str, Any], path: Path, line: int) -> str:
    name = row.get("benchmark_id")
    if not isinstance(name, str) or not name.strip():
        raise BadInput("names no benchmark.", path=path, line=line, column="benchmark_id")
    return text(name)


def _share(row: dict[str, Any], path: Path, line: int) -> Any:
    """How often the answer was right: ``correct`` of ``count`` times, or ``pass1`` in older files."""
    if "correct" not in row:
        return row.get("pass1")
    times, count = row["correct"], row.get("count", 1)
    if (
        not isinstance(times, int | float)
        or not isinstance(count, int)
        or not 0 <= times <= count
        or not count
    ):
        raise BadInput(
            f"was right {times!r:.40} times of {count!r:.40}, which cannot be.", path=path, line=line
        )
    return times / count
