"""Logs of lm-eval (``--log_samples``) as responses of models to benchmarks.

The details that the second Open LLM Leaderboard published are such logs too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path

from analysis.readers.assembled import assembled
from analysis.readers.contents import Contents, Wanted
from analysis.readers.lm_eval.evaluations import Evaluation, Reader
from analysis.readers.lm_eval.respondents import chosen_run, model_name, respondent_names
from analysis.readers.lm_eval.results import Variant
from analysis.remarks import Remark, Tally


def read_lm_eval(place: Path, wanted: Wanted) -> Contents:
    """Read every log in a folder and below, or one file.

    Each task is a benchmark, and tasks that are reported together, such as the 24 of BBH, are one; or all are
    of the benchmark that is wanted.

    Raises
    ------
    AtlasError
        If a file is damaged, naming its line, or no log could be read.
    """
    reader = Reader(place, wanted)
    evaluations = with_known_length(reader.evaluations())
    tally = reader.tally
    names = _names(evaluations, reader.root, wanted, tally)
    runs: defaultdict[tuple[str, str, str], list[Evaluation]] = defaultdict(list)
    for evaluation, name in zip(evaluations, names, strict=True):
        runs[evaluation.benchmark, name, evaluation.task].append(evaluation)
    answered: defaultdict[str, list[tuple[str, Evaluation]]] = defaultdict(list)
    for (benchmark, name, _), candidates in runs.items():
        answered[benchmark].append((name, chosen_run(candidates, tally)))
    for kept in answered.values():
        count_short(kept, tally)
    read = Remark("read", f"{len(evaluations):,} logs of {len(set(names)):,} models.", len(evaluations))
    parts = [
        assembled(
            benchmark,
            reader.catalogues[benchmark].frame(positions=True),
            [(name, run.item, run.correct) for name, run in kept],
            title=wanted.title,
            remarks=list(rule_remarks([run for _, run in kept])),
            about={name: _about(run) for name, run in reversed(kept)},
        )
        for benchmark, kept in answered.items()
    ]
    return Contents(parts, remarks=[read, *tally.remarks()])


def with_known_length(evaluations: Sequence[Evaluation]) -> list[Evaluation]:
    """Say which runs were whole where their files do not: those as long as the longest of their task."""
    longest: defaultdict[str, int] = defaultdict(int)
    for run in evaluations:
        longest[run.task] = max(longest[run.task], run.documents)
    return [
        replace(run, whole=run.documents == longest[run.task]) if run.whole is None else run
        for run in evaluations
    ]


def count_short(kept: Sequence[tuple[str, Evaluation]], tally: Tally) -> None:
    """Count the runs that were asked only part of their task."""
    for name, run in kept:
        if not run.whole:
            sentence = "runs were cut short; the rest of their items stays missing"
            example = f"first: {name}, {run.documents:,} items of {run.task}"
            tally.add("limited runs", sentence, example, warning=True)


def rule_remarks(evaluations: Sequence[Evaluation]) -> Iterator[Remark]:
    """Say by which metric responses are 0 or 1, once for all tasks that have the same."""
    by_rule: defaultdict[tuple[str, str, float | None], set[str]] = defaultdict(set)
    for run in evaluations:
        by_rule[run.rule].add(run.task)
    for (metric, filter_name, threshold), tasks in by_rule.items():
        more = f" and {len(tasks) - 1} more tasks" if len(tasks) > 1 else ""
        of = f"{min(tasks)}{more}: " if len(by_rule) > 1 else ""
        rule = f"{of}correct is {metric} (filter {filter_name})"
        if threshold is not None:
            yield Remark("binarised", f"{rule} of at least {threshold:g}.", len(tasks))
        else:
            yield Remark("metric", f"{rule}.", len(tasks))


def _names(evaluations: Sequence[Evaluation], root: Path, wanted: Wanted, tally: Tally) -> list[str]:
    runs = []
    for run in evaluations:
        variant = run.results.variant if run.results else Variant()
        said = run.results.model if run.results else None
        if wanted.model is None and said is None:
            sentence = (
                "logs have no results file that names their model; its folder does. --model-name overrides"
            )
            tally.add("model from folder", sentence, f"first: {model_name(run.path, root)}", warning=True)
        runs.append((wanted.model or said or model_name(run.path, root), variant))
    return respondent_names(runs)


def _about(run: Evaluation) -> dict[str, object]:
    variant = run.results.variant if run.results else Variant()
    parameters = run.results.parameters if run.results else None
    return {"parameters": parameters, **asdict(variant)}
