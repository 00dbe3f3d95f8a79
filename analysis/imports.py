"""Read files and put what they hold into the store: all of it or nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass, field, replace
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.checks import check_responses
from analysis.errors import AtlasError, BadInput
from analysis.readers import (
    MANIFEST,
    READERS,
    Contents,
    StudyBenchmark,
    Wanted,
    opened,
    read_models,
    read_study,
    readable,
)
from analysis.readers.headerless import sidecars
from analysis.readers.progress import telling
from analysis.remarks import ADDED, Remark
from analysis.store import Draft, Store
from analysis.tables import Runs

Progress = Callable[[str, int, int], None]
"""Called with what is done, how many bytes of it are, and of how many; 0 and 0 where that cannot be told."""


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
        What the reader merged, left out or doubts.
    """

    source: str
    reader: str
    new: bool
    summary: str
    remarks: list[Remark] = field(default_factory=list)


def import_paths(
    store: Store,
    paths: Sequence[Path],
    *,
    wanted: Wanted | None = None,
    reader: str = "auto",
    models: Path | None = None,
    strict: bool = False,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> list[Imported]:
    """Read files, folders and archives into the store, all of them or none.

    Parameters
    ----------
    store
        Where to put them.
    paths
        Responses, logs, fine-tune runs or studies.
    wanted
        What they leave open, such as the benchmark's name.
    reader
        A name of `analysis.readers.READERS`, or ``"auto"``.
    models
        A table that says what models are, those of earlier imports too.
    strict
        Refuse everything if there is any warning.
    dry_run
        Read and report, and leave the store as it is.
    progress
        Told how far it is.

    Raises
    ------
    AtlasError
        If a file is not as it should be, or contradicts the store. The store is then unchanged.
    """
    done: list[Imported] = []
    with store.change(keep=not dry_run) as draft:
        for number, path in enumerate(paths, start=1):
            told = _numbered(progress or _nobody, number, len(paths))
            told(f"looking at {path.name}", 0, 0)
            with opened(path) as place:
                name = str(path) if place == path else f"{path} ({place.name})"
                done += _import(draft, place, name, wanted or Wanted(), reader, told)
        if models is not None:
            done.append(_describe_models(draft, models))
        warnings = [remark for one in done for remark in one.remarks if remark.warning]
        if strict and warnings:
            raise AtlasError(
                f"{len(warnings)} warnings, and --strict refuses them. First: {warnings[0].text}"
            )
        if progress is not None:
            progress("finishing the store", 0, 0)
    return done


def import_file(store: Store, path: Path, *, benchmark: str) -> Imported:
    """Read a file of responses into a benchmark; errors as of `import_paths`."""
    return import_paths(store, [path], wanted=Wanted(benchmark=benchmark))[0]


def import_study(store: Store, folder: Path) -> Imported:
    """Read a study; a newer edition replaces its benchmarks. Errors as of `import_paths`."""
    return import_paths(store, [folder])[0]


def _import(
    draft: Draft, place: Path, name: str, wanted: Wanted, reader: str, progress: Progress
) -> Iterator[Imported]:
    if (place / MANIFEST).exists():
        yield _import_study(draft, place, name)
        return
    found = readable(place) if reader == "auto" else [(place, reader)]
    for path, format_name in found:
        content = _content_hash(path, format_name, wanted)
        inside = "" if path == place else f"/{path.relative_to(place)}"
        if draft.has_import(content):
            yield Imported(name + inside, format_name, new=False, summary="in the store already")
            continue
        with _reading(path, progress):
            contents = READERS[format_name].read(path, wanted)
        progress(f"storing {path.name}", 0, 0)
        yield _add(draft, contents, content, Imported(name + inside, format_name, new=True, summary=""))


@contextmanager
def _reading(path: Path, progress: Progress) -> Iterator[None]:
    """Tell how much of a file or folder is read."""
    files = path.rglob("*") if path.is_dir() else [path]
    size, done = sum(file.stat().st_size for file in files if file.is_file()), 0

    def told(count: int) -> None:
        nonlocal done
        done = min(size, done + count)  # some files are looked at twice
        progress(f"reading {path.name}", done, size)

    with telling(told):
        yield


def _numbered(progress: Progress, number: int, of_all: int) -> Progress:
    """Say with everything that is told which of several paths it is about."""
    if of_all == 1:
        return progress
    return lambda what, done, of: progress(f"{what} ({number} of {of_all})", done, of)


def _nobody(what: str, done: int, of: int) -> None:
    """Take notice of nothing."""


def _add(draft: Draft, contents: Contents, content: str, imported: Imported) -> Imported:
    """Add everything that was read, and note the report with each benchmark."""
    if contents.runs is None and all(part.responses.cells.empty for part in contents.parts):
        raise AtlasError(f"{imported.source}: holds no response: nothing but empty cells.")
    remarks, lines = list(contents.remarks), []
    numbers: dict[str, np.ndarray] = {}
    for part in contents.parts:
        about, responses = part.benchmark, part.responses
        own = [*responses.remarks, *check_responses(about, responses)]
        if responses.cells.empty:
            numbers[about.name] = draft.add_items(draft.add_benchmark(about), responses.items).number
        else:
            added = draft.add_responses(about, responses)
            numbers[about.name] = added.items.number
            lines.append(
                (f"{about.name}: " if len(contents.parts) > 1 else "")
                + f"{added.responses:,} new responses of {len(responses.models):,} models "
                f"({added.models.new:,} new) to {len(responses.items):,} items ({added.items.new:,} new)"
            )
        if len(contents.parts) > 1:
            own = [replace(remark, text=f"{about.name}: {remark.text}") for remark in own]
        remarks += own
    if contents.runs is not None:
        runs, known = _new_runs(draft, contents.runs, numbers)
        draft.add_runs(runs)
        lines.append(f"{len(runs.runs):,} new fine-tune runs on {', '.join(numbers)}")
        if known:
            remarks.append(Remark("known runs", f"{known:,} runs are in the store already.", known))
    summary = "; ".join(lines)
    for part in contents.parts:
        draft.record_import(
            content,
            benchmark=part.benchmark.name,
            source=Path(imported.source).name,
            reader=imported.reader,
            report=[Remark(ADDED, summary), *remarks],
        )
    return replace(imported, summary=summary, remarks=remarks)


def _new_runs(draft: Draft, runs: Runs, numbers: dict[str, np.ndarray]) -> tuple[Runs, int]:
    """Leave out runs that the store has, and give items the store's numbers."""
    known = draft.run_names()
    is_new = [pair not in known for pair in zip(runs.runs["benchmark"], runs.runs["name"], strict=True)]
    kept = runs.runs[is_new]
    place = dict(zip(kept["run"], range(len(kept)), strict=True))
    own = dict(zip(kept["run"], kept["benchmark"], strict=True))
    items = runs.run_items[runs.run_items["run"].isin(place.keys())]
    answers = runs.run_responses[runs.run_responses["run"].isin(place.keys())]
    curves = runs.run_curves[runs.run_curves["run"].isin(place.keys())]
    item_benchmarks = items["run"].map(own)
    return (
        Runs(
            kept.assign(run=kept["run"].map(place)),
            items.assign(
                run=items["run"].map(place), item=_renumbered(items["item"], item_benchmarks, numbers)
            ),
            answers.assign(
                run=answers["run"].map(place),
                item=_renumbered(answers["item"], answers["benchmark"], numbers),
            ),
            curves.assign(run=curves["run"].map(place)),
        ),
        len(runs.runs) - len(kept),
    )


def _renumbered(item: pd.Series, benchmark: pd.Series, numbers: dict[str, np.ndarray]) -> np.ndarray:
    renumbered = np.empty(len(item), dtype="i8")
    for name, number in numbers.items():
        own = (benchmark == name).to_numpy()
        renumbered[own] = number[item.to_numpy()[own]]
    return renumbered


def _describe_models(draft: Draft, path: Path) -> Imported:
    models, remarks = read_models(path)
    known = draft.describe_models(models)
    text = f"{len(models) - len(known):,} of {len(models):,} models of the table are not in the store."
    remarks.append(Remark("unknown models", text, len(models) - len(known)))
    for column in ("flagged", "merged"):
        known_to_be = models.get(column, pd.Series(dtype=object)).eq(True) & models["name"].isin(known)
        if count := int(known_to_be.sum()):
            remarks.append(Remark(column, f"{count:,} models of the store are {column}.", count))
    # The same table says more once more models are in the store, so they are part of what was read.
    content = hashlib.sha256("\n".join(["models", *sorted(known)]).encode())
    content.update(path.read_bytes())
    new = not draft.has_import(content.hexdigest())
    if new:
        draft.record_import(
            content.hexdigest(), benchmark="", source=path.name, reader="models", report=remarks
        )
    return Imported(str(path), "models", new, f"{len(known):,} models described", remarks)


def _content_hash(path: Path, reader: str, wanted: Wanted) -> str:
    """Hash what is read and how, so that the same is imported once."""
    if not path.exists():
        raise AtlasError(f"{path}: there is no such file.")
    how = [part for part in astuple(replace(wanted, benchmark=None, title=None)) if part is not None]
    content = hashlib.sha256("\n".join([str(wanted.benchmark), reader, *map(repr, how), ""]).encode())
    files = [path, *sidecars(path)]
    if path.is_dir():  # what is hidden is not read, such as what the hub's library keeps beside its files
        files = sorted(
            file
            for file in path.rglob("*")
            if file.is_file() and not any(part.startswith(".") for part in file.relative_to(path).parts)
        )
    for file in files:
        if path.is_dir():
            content.update(f"\n{file.relative_to(path)}\n".encode("utf-8", "surrogateescape"))
        try:
            with file.open("rb") as opened:
                while block := opened.read(1 << 20):
                    content.update(block)
        except OSError as error:
            raise BadInput(f"cannot be read ({error.strerror}).", path=file) from None
    return content.hexdigest()


def _import_study(draft: Draft, folder: Path, name: str) -> Imported:
    content = hashlib.sha256((folder / MANIFEST).read_bytes()).hexdigest()
    if draft.has_import(content):
        return Imported(name, "study", new=False, summary="in the store already")
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
            content,
            benchmark=part.benchmark.name,
            source=folder.name,
            reader="study",
            report=[Remark(ADDED, summary)],
        )
        items += len(part.responses.items)
    runs = study.runs()
    draft.add_runs(runs)
    for pool in study.pools():
        draft.add_pool(pool)
    if (comparisons := study.comparisons()) is not None:
        draft.keep_comparisons(comparisons)
    summary = f"{len(study.about)} benchmarks, {items:,} items, {len(runs.runs):,} fine-tune runs"
    return Imported(name, "study", new=True, summary=summary)


def _add_study_benchmark(draft: Draft, part: StudyBenchmark) -> None:
    """Add one benchmark of a study that the store does not have: its items keep the folder's numbers."""
    models = draft.add_responses(part.benchmark, part.responses, own_numbers=True).models.number
    for fit in part.fits:
        abilities = fit.abilities.assign(model=models[fit.abilities["model"].to_numpy()])
        draft.add_fit(replace(fit, abilities=abilities))
