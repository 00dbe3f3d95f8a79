"""Details of the first Open LLM Leaderboard as responses of models to benchmarks."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analysis.errors import AtlasError, BadInput
from analysis.readers.assembled import Answers, assembled
from analysis.readers.catalogue import Catalogue
from analysis.readers.content import content_hash
from analysis.readers.contents import Contents, Wanted
from analysis.readers.leaderboard_v1.files import (
    DetailsFile,
    chosen_files,
    details_file,
    details_paths,
    read_details,
)
from analysis.readers.tasks import size_of
from analysis.readers.text import storable
from analysis.remarks import Remark, Tally

METRICS = {"arc:challenge": "acc_norm", "hellaswag": "acc_norm", "truthfulqa:mc": "mc1", "drop": "em"}
"""By which a task counts if not by ``acc``."""


def read_leaderboard_v1(place: Path, wanted: Wanted) -> Contents:
    """Read all details in a folder and below, or one file.

    Of several runs of a model on a task the one with most documents counts, of these the latest.

    Raises
    ------
    AtlasError
        If a file is damaged or lacks what it should have, or nothing could be read.
    """
    tally = Tally()
    root = place if place.is_dir() else place.parent
    files = chosen_files([details_file(path, root, wanted.model) for path in details_paths(place)], tally)
    reading = _Reading(files, wanted, tally)
    for file in files:
        reading.add(file)
    if not reading.answers:
        reasons = " ".join(remark.text for remark in tally.remarks())
        raise AtlasError(f"{place}: none of the details could be read. {reasons}")
    models = len({file.model for file in files})
    read = Remark("read", f"{len(files):,} files of details of {models:,} models.", len(files))
    parts = [
        assembled(
            benchmark,
            reading.catalogues[benchmark].frame(),
            answers,
            title=wanted.title,
            remarks=[Remark("metric", f"Correct is {', '.join(sorted(reading.metrics[benchmark]))}.")],
        )
        for benchmark, answers in reading.answers.items()
    ]
    return Contents(parts, remarks=[read, *tally.remarks()])


class _Reading:
    """What was read so far: the items of each benchmark once, and a few bytes a response."""

    def __init__(self, files: list[DetailsFile], wanted: Wanted, tally: Tally) -> None:
        self.catalogues: defaultdict[str, Catalogue] = defaultdict(Catalogue)
        self.answers: defaultdict[str, list[Answers]] = defaultdict(list)
        self.metrics: defaultdict[str, set[str]] = defaultdict(set)
        self._order: dict[str, np.ndarray] = {}
        self._wanted, self._tally = wanted, tally
        self._several = len({file.place[0] for file in files}) > 1

    def add(self, file: DetailsFile) -> None:
        """Read one file, or leave it out with a remark."""
        table = read_details(file.path)
        values = _values(table, file, self._wanted, self._tally)
        if values is None:
            return
        benchmark, subtask = file.place
        if self._wanted.benchmark is not None:
            benchmark, subtask = self._wanted.benchmark, file.task if self._several else subtask
        hashes = _hashes(table, file.path)
        first_row = {content: row for row, content in reversed(list(enumerate(hashes)))}
        described = {content: _described(table, row, subtask) for content, row in first_row.items()}
        item = self.catalogues[benchmark].numbers(subtask, range(len(hashes)), hashes, described)
        self._say_order_and_length(file, item)
        known = ~np.isnan(values)
        if not known.all():
            missing = int((~known).sum())
            sentence = "responses are no number; they stay missing"
            self._tally.add("missing responses", sentence, f"first: {file.path.name}", count=missing)
        threshold = 0.5 if self._wanted.threshold is None else self._wanted.threshold
        self.answers[benchmark].append((file.model, item[known], values[known] >= threshold))
        self.metrics[benchmark].add(_metric(file, self._wanted))

    def _say_order_and_length(self, file: DetailsFile, item: np.ndarray) -> None:
        first = self._order.setdefault(file.task, item)
        if not np.array_equal(first[: len(item)], item[: len(first)]):
            sentence = "files have items in another order than the first; they are joined by content"
            self._tally.add("item order", sentence, f"first: {file.path.name}")
        if len(item) < (size_of(file.task) or len(first)):
            sentence = "runs were cut short; the rest of their items stays missing"
            example = f"first: {file.model}, {len(item):,} items of {file.task}"
            self._tally.add("limited runs", sentence, example, warning=True)


def _metric(file: DetailsFile, wanted: Wanted) -> str:
    return wanted.metric or METRICS.get(file.task, "acc")


def _values(table: pd.DataFrame, file: DetailsFile, wanted: Wanted, tally: Tally) -> np.ndarray | None:
    """Return the metric that says whether a response is correct, NaN where missing.

    None, with a remark, if there is none to be used.
    """
    metric = _metric(file, wanted)

    def left_out(why: str) -> None:
        tally.add(
            "left out", f"files of {file.task} were left out: {why}", f"first: {file.path.name}", warning=True
        )

    if metric in table:
        column = table[metric]
    elif f"metrics.{metric}" in table:
        column = table[f"metrics.{metric}"]
    elif "metrics" in table:
        column = table["metrics"].map(lambda row: row.get(metric) if isinstance(row, dict) else None)
    else:
        left_out(f"they have no metric {metric!r}")
        return None
    values = pd.to_numeric(column, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    known = values[~np.isnan(values)]
    if not len(known):
        left_out(f"they have no metric {metric!r}")
        return None
    if not np.isin(known, (0, 1)).all() and wanted.threshold is None:
        left_out(f"{metric} is not 0 or 1; say from where on it is correct, as in --threshold 0.5")
        return None
    return values


def _hashes(table: pd.DataFrame, path: Path) -> list[str]:
    """Content hash of each row's question and choices, which older and newer files spell differently."""
    name = next((name for name in ("query", "example") if name in table), None)
    if name is None:
        raise BadInput(
            "has neither a column 'query' nor 'example', so its items cannot be told apart.", path=path
        )
    choices = table["choices"] if "choices" in table else [None] * len(table)
    return [
        content_hash(str(text).lower(), *sorted(choice.lower() for choice in _texts(each)))
        for text, each in zip(table[name], choices, strict=True)
    ]


def _described(table: pd.DataFrame, row: int, subtask: str) -> dict[str, Any]:
    cells = table.iloc[row]
    choices = _texts(cells.get("choices"))
    gold = cells.get("gold_index", cells.get("gold"))
    if isinstance(gold, np.ndarray | list):
        gold = gold[0] if len(gold) else None
    is_place = isinstance(gold, int | np.integer) and 0 <= gold < len(choices)
    target = choices[int(gold)] if is_place else gold
    return {
        "prompt": storable(str(cells.get("query", cells.get("example")))),
        "target": None if target is None else storable(str(target)),
        "subtask": subtask or None,
        "choices": len(choices) if len(choices) > 1 else None,
    }


def _texts(value: object) -> list[str]:
    return [str(each).strip() for each in value] if isinstance(value, np.ndarray | list) else []
