"""Logs of Inspect (``.eval`` or ``.json``) as responses of models to benchmarks.

A response is right by the scorer that the run names first, or ``--metric``; of a scorer with several values
``--metric scorer.value``. ``C`` is right, ``I`` and ``N`` wrong, ``P`` half right. Of several epochs the
first that was scored counts, since a response is one attempt; with ``--threshold`` the mean of all counts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from analysis.errors import AtlasError, BadInput
from analysis.readers.assembled import assembled
from analysis.readers.catalogue import Catalogue
from analysis.readers.content import content_of
from analysis.readers.contents import Contents, Wanted
from analysis.readers.inspect_json import JsonLog, is_json_log, open_json_log
from analysis.readers.inspect_log import CUT_OFF, ArchivedLog, is_archived_log, open_archived_log
from analysis.readers.tasks import place_of
from analysis.readers.text import storable
from analysis.remarks import Remark, Tally

LETTERS = {"C": 1.0, "I": 0.0, "N": 0.0, "P": 0.5, "yes": 1.0, "true": 1.0, "no": 0.0, "false": 0.0}


Log: TypeAlias = ArchivedLog | JsonLog


@dataclass
class _Sample:
    """An item as one run met it: its text, and its score by each epoch in which it was scored."""

    content_hash: str
    columns: dict[str, Any]
    by_epoch: dict[int, float] = field(default_factory=dict)

    @property
    def scores(self) -> list[float]:
        """Its scores, the first epoch's first, whatever order they were logged in."""
        return [self.by_epoch[epoch] for epoch in sorted(self.by_epoch)]


@dataclass(frozen=True)
class _Run:
    path: Path
    task: str
    model: str
    created: str
    rule: str
    samples: list[_Sample]


def holds_logs(place: Path) -> bool:
    """Whether a file is a log, or a folder holds any."""
    return next(_logs(place), None) is not None


def read_inspect(place: Path, wanted: Wanted) -> Contents:
    """Read every log in a folder and below, or one log.

    Raises
    ------
    AtlasError
        If a log is damaged, or none could be read.
    """
    tally, chosen = Tally(), dict[tuple[str, str], _Run]()
    for path in _logs(place):
        with open_json_log(path) if is_json_log(path) else open_archived_log(path) as log:
            run = _read_run(log, path, wanted, tally)
        if run is None:
            continue
        known = chosen.get((run.task, run.model))
        if known is not None:
            tally.add("duplicate runs", "runs of a model on a task are not the longest and latest", path.name)
        if known is None or (len(run.samples), run.created) >= (len(known.samples), known.created):
            chosen[run.task, run.model] = run
    if not chosen:
        why = " ".join(remark.text for remark in tally.remarks()) or "there are none."
        raise AtlasError(f"{place}: no log of Inspect could be read: {why}")
    by_benchmark: defaultdict[str, list[tuple[str, _Run]]] = defaultdict(list)
    for run in chosen.values():
        benchmark, subtask = place_of(run.task) if wanted.benchmark is None else (wanted.benchmark, run.task)
        by_benchmark[benchmark].append((subtask, run))
    parts = []
    for benchmark, own in by_benchmark.items():
        catalogue = Catalogue()
        answers = [_answers(run, subtask, catalogue) for subtask, run in own]
        rules = [Remark("metric", f"correct is {rule}.") for rule in sorted({run.rule for _, run in own})]
        parts.append(assembled(benchmark, catalogue.frame(), answers, title=wanted.title, remarks=rules))
    read = Remark("read", f"{len(chosen):,} logs of Inspect.", len(chosen))
    return Contents(parts, remarks=[read, *tally.remarks()])


def _logs(place: Path) -> Iterator[Path]:
    if place.is_file():
        if is_archived_log(place) or is_json_log(place):
            yield place
        return
    files = (path for path in place.rglob("*") if path.suffix in (".eval", ".json") and path.is_file())
    yield from sorted(path for path in files if path.suffix == ".eval" or is_json_log(path))


def _read_run(log: Log, path: Path, wanted: Wanted, tally: Tally) -> _Run | None:
    """Read one log; None, with a remark, if nothing of it can be used."""
    about = log.header.get("eval")
    task, model = (about.get(name) if isinstance(about, dict) else None for name in ("task", "model"))
    if not isinstance(about, dict) or not all(
        isinstance(name, str) and name.strip() for name in (task, model)
    ):
        raise BadInput("does not name the task and the model.", path=path)
    samples, scorer = _samples(log, path, wanted, tally)
    values = [value for sample in samples for value in sample.scores]
    if not values:
        sentence = "logs have no scores that are one number; --metric SCORER.KEY takes one of several"
        tally.add("left out", sentence, path.name, warning=True)
        return None
    rule = f"{scorer} in the first epoch" if max(len(one.scores) for one in samples) > 1 else scorer
    if wanted.threshold is not None:
        rule = f"a mean of {scorer} over epochs of at least {wanted.threshold:g}"
        for sample in samples:
            if sample.by_epoch:
                sample.by_epoch = {1: float(np.mean(sample.scores) >= wanted.threshold)}
    elif not set(values) <= {0.0, 1.0}:
        sentence = f"logs were left out: {scorer} is not 0 or 1; --threshold 0.5 would say what is correct"
        tally.add("left out", sentence, path.name, warning=True)
        return None
    data = about.get("dataset")
    size = data.get("samples") if isinstance(data, dict) else None
    status = log.header.get("status", "started")
    if status != "success" or (isinstance(size, int) and len(samples) < size):
        sentence = "logs are of runs that were cut short; the rest of their items stays missing"
        tally.add("limited runs", sentence, f"first: {path.name}, {status}", warning=True)
    name = storable(wanted.model or str(model).strip())
    return _Run(path, storable(str(task).split("/")[-1]), name, str(about.get("created", "")), rule, samples)


def _samples(log: Log, path: Path, wanted: Wanted, tally: Tally) -> tuple[list[_Sample], str]:
    """Return the samples of a log in the order in which they come, and by what they are scored."""
    found: dict[str, _Sample] = {}
    scorer = wanted.metric
    for where, summary in log.summaries():
        sample, epoch, scores = (summary.get(name) for name in ("id", "epoch", "scores"))
        if not isinstance(sample, int | str) or not isinstance(epoch, int):
            raise BadInput(f"is no summary of a sample: id or epoch are missing ({where}).", path=path)
        if not isinstance(scores, dict | None):
            raise BadInput(f"has {scores!r:.40} where scores belong ({where}).", path=path)
        if scorer is None and scores:
            scorer = str(next(iter(scores)))
        key = f"{type(sample).__name__} {sample}"
        if key not in found:
            found[key] = _described(log, summary, str(sample), epoch)
        value = _value(scores or {}, scorer or "")
        if value is not None:
            found[key].by_epoch[epoch] = value
        else:
            sentence = "samples have no score that is a number; they stay missing"
            tally.add("missing responses", sentence, f"first: {path.name}, {sample}")
    return list(found.values()), storable(scorer or "")


def _described(log: Log, summary: dict[str, Any], sample: str, epoch: int) -> _Sample:
    text = _text(summary.get("input"))
    if CUT_OFF in text and (whole := log.sample(sample, epoch)) is not None:
        summary = whole
        text = _text(summary.get("input"))
    choices, target = summary.get("choices"), summary.get("target")
    content = content_of({"question": text or f"sample {sample}", "choices": choices})
    targets = target if isinstance(target, list) else [target]
    columns = {
        "prompt": content.prompt,
        "target": storable(", ".join(map(str, targets))) if target else None,
        "choices": len(content.choices) or None,
        "sample_id": storable(sample),
    }
    return _Sample(content.content_hash, columns)


def _text(given: Any) -> str:
    """The text of a sample's input: as it is, or what its messages say."""
    if isinstance(given, str):
        return given
    messages = (
        [one.get("content") for one in given if isinstance(one, dict)] if isinstance(given, list) else []
    )
    parts = [part for content in messages for part in (content if isinstance(content, list) else [content])]
    texts = [part.get("text") if isinstance(part, dict) else part for part in parts]
    return "\n".join(text for text in texts if isinstance(text, str))


def _value(scores: dict[str, Any], scorer: str) -> float | None:
    """What a scorer says as a number; None if it says none, as of a sample that was not scored."""
    name, _, key = scorer.partition(".")
    score = scores.get(scorer, scores.get(name))
    value = score.get("value") if isinstance(score, dict) else None
    if isinstance(value, dict):
        value = value.get(key)
    if isinstance(value, str) and (value in LETTERS or value.lower() in LETTERS):
        return LETTERS[value] if value in LETTERS else LETTERS[value.lower()]
    try:
        number = float(value) if isinstance(value, str | int | float) else np.nan
    except (ValueError, OverflowError):
        return None
    return number if np.isfinite(number) else None


def _answers(run: _Run, subtask: str, catalogue: Catalogue) -> tuple[str, np.ndarray, np.ndarray]:
    """Number the samples that were scored in the catalogue; return model, numbers, and what was right."""
    scored = [sample for sample in run.samples if sample.scores]
    own = {"subtask": subtask} if subtask else {}
    described = {one.content_hash: {**one.columns, **own} for one in scored}
    hashes = [one.content_hash for one in scored]
    number = catalogue.numbers(subtask, range(len(hashes)), hashes, described)
    return run.model, number, np.array([one.scores[0] == 1 for one in scored])
