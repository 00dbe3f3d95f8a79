"""Read files and put what they hold into the store: all of it or nothing."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.readers import MANIFEST, READERS, StudyBenchmark, detect, read_study
from analysis.store import Draft, Store
from analysis.tables import Benchmark


@dataclass(frozen=True)
class Imported:
    """What one import did.

    Attributes
    ----------
    source, reader
        The file or folder, and the format it was read as.
    new
        False if the same content was in the store already; then nothing changed.
    summary
        What was added, in one line.
    remarks
        What the reader merged or left out.
    """

    source: str
    reader: str
    new: bool
    summary: str
    remarks: list[str]


def import_file(
    store: Store, path: Path, *, benchmark: str, title: str | None = None, reader: str = "auto"
) -> Imported:
    """Read a file of responses into a benchmark.

    Parameters
    ----------
    store
        Where to put it.
    path
        The file.
    benchmark
        Name of the benchmark, made if it is new.
    title
        Title of a new benchmark; by default its name.
    reader
        A name of `analysis.readers.READERS`, or ``"auto"``.

    Raises
    ------
    AtlasError
        If the file is not as it should be, or contradicts the store. The store is then unchanged.
    """
    name = detect(path) if reader == "auto" else reader
    content = hashlib.sha256(f"{benchmark}\n{name}\n".encode())
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            content.update(block)
    with store.change() as draft:
        if draft.has_import(content.hexdigest()):
            return Imported(str(path), name, new=False, summary="in the store already", remarks=[])
        responses = READERS[name](path)
        added = draft.add_responses(Benchmark(benchmark, title or benchmark), responses)
        draft.record_import(
            content.hexdigest(),
            benchmark=benchmark,
            source=path.name,
            reader=name,
            report=responses.remarks,
        )
    summary = (
        f"{added.responses:,} new responses of {len(responses.models):,} models "
        f"({added.models.new:,} new) to {len(responses.items):,} items ({added.items.new:,} new)"
    )
    return Imported(str(path), name, new=True, summary=summary, remarks=responses.remarks)


def import_study(store: Store, folder: Path) -> Imported:
    """Read a study folder; a newer edition of a study replaces its benchmarks.

    Raises
    ------
    AtlasError
        If the folder is not as its manifest says. The store is then unchanged.
    """
    content = hashlib.sha256((folder / MANIFEST).read_bytes()).hexdigest()
    with store.change() as draft:
        if draft.has_import(content):
            return Imported(str(folder), "study", new=False, summary="in the store already", remarks=[])
        study = read_study(folder)
        for part in study:
            draft.remove_benchmark(part.benchmark.name)
            _add_study_benchmark(draft, part)
            draft.record_import(
                content, benchmark=part.benchmark.name, source=folder.name, reader="study", report=[]
            )
    items = sum(len(part.responses.items) for part in study)
    runs = sum(len(part.runs.runs) for part in study)
    summary = f"{len(study)} benchmarks, {items:,} items, {runs:,} fine-tune runs"
    return Imported(str(folder), "study", new=True, summary=summary, remarks=[])


def _add_study_benchmark(draft: Draft, part: StudyBenchmark) -> None:
    """Add one benchmark of a study, translating the folder's numbers into the store's."""
    added = draft.add_responses(part.benchmark, part.responses)

    def renumber(frame: pd.DataFrame, column: str, numbers: np.ndarray) -> pd.DataFrame:
        return frame.assign(**{column: numbers[frame[column].to_numpy()]})

    items, models = added.items.number, added.models.number
    for fit in part.fits:
        draft.add_fit(
            replace(
                fit,
                item_parameters=renumber(fit.item_parameters, "item", items),
                item_draws=renumber(fit.item_draws, "item", items),
                abilities=renumber(fit.abilities, "model", models),
            )
        )
    draft.add_runs(
        draft.add_benchmark(part.benchmark),
        replace(
            part.runs,
            run_items=renumber(part.runs.run_items, "item", items),
            run_responses=renumber(part.runs.run_responses, "item", items),
        ),
    )
