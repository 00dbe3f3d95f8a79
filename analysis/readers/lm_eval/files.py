"""Which files of a folder are lm-eval's samples and results, whatever version wrote them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from analysis.errors import BadInput
from analysis.readers.records import records

STAMP = r"\d{4}-\d{2}-\d{2}T\d{2}-\d{2}-\d{2}(?:\.\d{1,6})?"
SAMPLES_NAME = re.compile(rf"samples_(?P<task>.+)_(?P<stamp>{STAMP})\.jsonl?")
RESULTS_NAME = re.compile(rf"(?P<stem>.+)_(?P<stamp>{STAMP})\.json")
PLAIN_RESULTS = "results.json"  # lm-eval 0.4.0 to 0.4.2
DATA_SUFFIXES = {".json", ".jsonl"}


@dataclass(frozen=True)
class SamplesFile:
    """A file of samples; the name of versions before 0.4.3 says neither task nor time."""

    path: Path
    task: str | None
    stamp: str | None


def samples_files(place: Path) -> list[SamplesFile]:
    """Return the samples in a folder and below, or the file itself, in the order of their paths."""
    return [_samples_file(path) for path in _candidates(place) if _holds_samples(path)]


def holds_samples(place: Path) -> bool:
    """Whether there is any file of samples in a folder or below, or the file is one."""
    return any(_holds_samples(path) for path in _candidates(place))


def other_files(place: Path, read: set[Path]) -> list[Path]:
    """Return files of data in a folder that are neither samples nor results, nor go with a run.json."""
    if place.is_file():
        return []
    return [
        path
        for path in _visible(place)
        if path.suffix in {*DATA_SUFFIXES, ".csv", ".parquet"}
        and path not in read
        and not is_results_name(path)
        and not (path.parent / "run.json").exists()
    ]


def results_paths(samples: SamplesFile, root: Path) -> Iterator[Path]:
    """Yield where the results of the same run may be, the likeliest first, never outside ``root``."""
    folders = [samples.path.parent]
    if samples.path.parent != root and root in samples.path.parents:
        folders.append(samples.path.parent.parent)
    for folder in folders:
        if samples.stamp is None:
            yield folder / PLAIN_RESULTS
            continue
        for path in sorted(folder.glob(f"*_{samples.stamp}.json")):
            if RESULTS_NAME.fullmatch(path.name) and not SAMPLES_NAME.fullmatch(path.name):
                yield path
    if samples.stamp is not None:  # results beside the model's directory, or in a directory of their own
        yield from sorted(folders[0].glob(f"*/results_{samples.stamp}.json"))


def is_results_name(path: Path) -> bool:
    """Whether a file is named as results are."""
    if SAMPLES_NAME.fullmatch(path.name):
        return False
    return path.name == PLAIN_RESULTS or RESULTS_NAME.fullmatch(path.name) is not None


def _candidates(place: Path) -> Iterator[Path]:
    if place.is_file():
        yield place
        return
    yield from (
        path for path in _visible(place) if path.suffix in DATA_SUFFIXES and not is_results_name(path)
    )


def _visible(place: Path) -> Iterator[Path]:
    for path in sorted(place.rglob("*")):
        if not any(part.startswith(".") for part in path.relative_to(place).parts) and path.is_file():
            yield path


def _samples_file(path: Path) -> SamplesFile:
    named = SAMPLES_NAME.fullmatch(path.name)
    return SamplesFile(path, named["task"], named["stamp"]) if named else SamplesFile(path, None, None)


def _holds_samples(path: Path) -> bool:
    """By its name, so that a damaged file is an error and not passed over; else by its first record."""
    if SAMPLES_NAME.fullmatch(path.name):
        return True
    try:
        _, first = next(records(path), (0, {}))
    except BadInput:
        return False
    return "doc_id" in first and "doc" in first and ("resps" in first or "filtered_resps" in first)
