"""From files of samples to what one model answered on one task, each with what is to be said about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from analysis.errors import AtlasError, BadInput
from analysis.readers.catalogue import Catalogue
from analysis.readers.contents import Wanted
from analysis.readers.lm_eval.files import SamplesFile, other_files, samples_files
from analysis.readers.lm_eval.log import Log, filters_by_order, read_log
from analysis.readers.lm_eval.results import Results, results_of
from analysis.readers.lm_eval.rules import Rule, Rules, check_means
from analysis.readers.tasks import place_of, size_of
from analysis.remarks import Tally
from analysis.tables import PUBLISHED


@dataclass(frozen=True)
class Evaluation:
    """What one run answered on one task.

    Attributes
    ----------
    path, results
        The file of samples, and the run's results if they were found.
    task, benchmark
        Its task, and the benchmark that it is part of.
    stamp
        When it was run, as text that sorts; empty if not known.
    item, correct
        Each response: number of the item in the benchmark's catalogue, and whether it was correct.
    documents
        How many documents were asked, whether or not their responses could be used.
    whole
        Whether that is all of the task; None if nothing says it.
    rule
        Metric, filter and threshold that made responses 0 or 1.
    """

    path: Path
    results: Results | None
    task: str
    benchmark: str
    stamp: str
    item: np.ndarray
    correct: np.ndarray
    documents: int
    whole: bool | None
    rule: Rule


class Reader:
    """Reads files of samples one after the other; holds their items once, and a few bytes a response.

    Parameters
    ----------
    place
        The folder, or the one file.
    wanted
        What the user asked for.

    Attributes
    ----------
    catalogues
        The items of each benchmark.
    tally
        What is to be said so far.
    """

    def __init__(self, place: Path, wanted: Wanted) -> None:
        self.root = place if place.is_dir() else place.parent
        self.catalogues: dict[str, Catalogue] = {}
        self.tally = Tally()
        self._wanted = wanted
        self._rules = Rules(wanted, self.tally)
        self._order: dict[str, dict[int, int]] = {}
        self._files = [(file, self._task(file)) for file in samples_files(place)]
        self._places = _places([task for _, task in self._files], wanted)
        for path in other_files(place, {file.path for file, _ in self._files}):
            sentence = "files of data were not read: they are no logs of lm-eval. Import them by themselves"
            self.tally.add("left out", sentence, f"first: {path.relative_to(self.root)}", warning=True)

    def evaluations(self) -> list[Evaluation]:
        """Read every file.

        Raises
        ------
        AtlasError
            If a file is damaged, or none has responses that are right or wrong.
        """
        read = (self._evaluation(file, task) for file, task in self._files)
        found = [evaluation for evaluation in read if evaluation is not None]
        if not found:
            reasons = " ".join(remark.text for remark in self.tally.remarks())
            raise AtlasError(f"{self.root}: no log could be read. {reasons}")
        return found

    def _task(self, file: SamplesFile) -> str:
        if file.task is not None:
            return file.task
        results = results_of(file, self.root)
        ends = [task for task in results.tasks if file.path.stem.endswith(task)] if results else []
        if not ends:
            raise BadInput(
                "does not say which task it is of. Put the results.json of the same run beside it, or name "
                "it samples_TASK_2024-01-31T12-00-00.jsonl.",
                path=file.path,
            )
        return max(ends, key=len)

    def _evaluation(self, file: SamplesFile, task: str) -> Evaluation | None:
        results = results_of(file, self.root)
        log = read_log(file.path)
        where = f"{file.path.relative_to(self.root)}"
        if log.mismatched:
            self.tally.add(
                "hash mismatch",
                "samples were left out: their doc_hash is not that of their document",
                f"first: {where}, line {log.mismatched[0]}",
                count=len(log.mismatched),
                warning=True,
            )
        filters, appended = filters_by_order(log, results.filters(task) if results else [])
        if appended:
            self._repeated(where)
        if results is not None:
            check_means(log, filters, task, results, where, self.tally)
        rule = self._rules.choose(log, filters, task, results, where)
        return None if rule is None else self._judged(log, filters, file, task, results, rule, where)

    def _judged(
        self,
        log: Log,
        filters: list[str],
        file: SamplesFile,
        task: str,
        results: Results | None,
        rule: Rule,
        where: str,
    ) -> Evaluation | None:
        metric, chosen, threshold = rule
        last = {doc_id: row for row, doc_id in enumerate(log.doc_id) if filters[row] == chosen}
        rows = np.fromiter(last.values(), dtype="i8")
        if len(rows) < filters.count(chosen) and all(name is not None for name in log.filter):
            self._repeated(where)
        benchmark, subtask = self._places[task]
        catalogue = self.catalogues.setdefault(benchmark, Catalogue())
        described = _described(log, subtask or None)
        item = catalogue.numbers(subtask, list(last), [log.content[row] for row in rows], described)
        self._check_order(task, dict(zip(last, item.tolist(), strict=True)), where)

        values = log.metrics[metric][rows]
        known = ~np.isnan(values)
        if not known.all():
            unknown = int((~known).sum())
            self.tally.add(
                "missing responses",
                f"samples have no {metric}; they stay missing",
                f"first: {where}",
                count=unknown,
            )
        return Evaluation(
            path=file.path,
            results=results,
            task=task,
            benchmark=benchmark,
            stamp=file.stamp or "",
            item=item[known],
            correct=values[known] >= (0.5 if threshold is None else threshold),
            documents=len(rows),
            whole=_whole(task, len(rows), results),
            rule=rule,
        )

    def _repeated(self, where: str) -> None:
        sentence = "logs hold documents twice, as if a second run had been appended; the last counts"
        self.tally.add("repeated rows", sentence, f"first: {where}", warning=True)

    def _check_order(self, task: str, places: dict[int, int], where: str) -> None:
        first = self._order.setdefault(task, places)
        if any(first.get(doc_id, item) != item for doc_id, item in places.items()):
            sentence = "logs have items in another order than the first; they are joined by content"
            self.tally.add("item order", sentence, f"first: {where}")


def _places(tasks: Sequence[str], wanted: Wanted) -> dict[str, tuple[str, str]]:
    """Benchmark and subtask of each task: as groups are reported, or all in the benchmark that is wanted."""
    places = {task: place_of(task) for task in tasks}
    if wanted.benchmark is None:
        return places
    one_group = len({benchmark for benchmark, _ in places.values()}) == 1
    return {task: (wanted.benchmark, subtask if one_group else task) for task, (_, subtask) in places.items()}


def _described(log: Log, subtask: str | None) -> dict[str, dict[str, Any]]:
    return {
        content_hash: {
            "prompt": document.content.prompt,
            "target": document.target,
            "subtask": subtask,
            "choices": document.n_choices,
            **dict(zip(PUBLISHED, document.published, strict=True)),
        }
        for content_hash, document in log.documents.items()
    }


def _whole(task: str, documents: int, results: Results | None) -> bool | None:
    expected = size_of(task)
    if results is not None:
        if counts := results.documents(task):
            return counts[1] >= counts[0] and documents >= counts[1]
        if results.limited:
            return False
    return None if expected is None else documents >= expected
