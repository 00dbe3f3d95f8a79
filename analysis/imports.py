"""Read files and put what they hold into the store: all of it or nothing."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path

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
        summary = (
            f"{added.responses:,} new responses of {len(responses.models):,} models "
            f"({added.models.new:,} new) to {len(responses.items):,} items ({added.items.new:,} new)"
        )
        draft.record_import(
            content.hexdigest(),
            benchmark=benchmark,
            source=path.name,
            reader=name,
            report=[summary, *responses.remarks],
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
        draft.remove_benchmarks([benchmark.name for benchmark in study.about])
        items = 0
        for part in study.benchmarks():
            _add_study_benchmark(draft, part)
            answered = part.responses.cells["model"].nunique()
            summary = (
                f"{len(part.responses.cells):,} responses of {answered:,} models to "
                f"{len(part.responses.items):,} items, {len(part.fits)} fit{'s' * (len(part.fits) != 1)}"
            )
            draft.record_import(
                content, benchmark=part.benchmark.name, source=folder.name, reader="study", report=[summary]
            )
            items += len(part.responses.items)
        runs = study.runs()
        draft.add_runs(runs)
    summary = f"{len(study.about)} benchmarks, {items:,} items, {len(runs.runs):,} fine-tune runs"
    return Imported(str(folder), "study", new=True, summary=summary, remarks=[])


def _add_study_benchmark(draft: Draft, part: StudyBenchmark) -> None:
    """Add one benchmark of a study that the store does not have: its items keep the folder's numbers."""
    models = draft.add_responses(part.benchmark, part.responses).models.number
    for fit in part.fits:
        abilities = fit.abilities.assign(model=models[fit.abilities["model"].to_numpy()])
        draft.add_fit(replace(fit, abilities=abilities))
