"""Runs of HELM: folders with ``per_instance_stats.json`` and, beside it, ``run_spec.json``.

The scenario is the benchmark, its arguments (such as MMLU's subject) the subtask. A response is right by the
first of `METRICS` that a run has, without perturbation, in the first of its training trials. Items whose text
does not lie beside are known by their ids alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from analysis.errors import AtlasError, BadInput
from analysis.readers.assembled import assembled
from analysis.readers.catalogue import Catalogue
from analysis.readers.content import content_hash
from analysis.readers.contents import Contents, Wanted
from analysis.readers.helm_instances import instances_beside
from analysis.readers.records import one_object, records
from analysis.readers.text import open_text, storable
from analysis.remarks import Remark, Tally

STATS, SPEC = "per_instance_stats.json", "run_spec.json"
METRICS = (
    "chain_of_thought_correctness",
    "math_equiv_chain_of_thought",
    "math_equiv",
    "final_number_exact_match",
    "exact_match_indicator",
    "exact_match",
    "quasi_exact_match",
    "prefix_exact_match",
    "quasi_prefix_exact_match",
)
"""Metrics that say whether a response is right; those that find the answer in a longer text go first."""


@dataclass(frozen=True)
class _Run:
    path: Path
    benchmark: str
    subtask: str
    model: str
    rule: str
    scores: dict[str, float]


def holds_helm(place: Path) -> bool:
    """Whether a folder, or one below it, holds a run, or a file is a run's statistics."""
    return next(_stats_files(place), None) is not None


def read_helm(place: Path, wanted: Wanted) -> Contents:
    """Read every run in a folder and below.

    Raises
    ------
    AtlasError
        If a file is damaged, naming its line, or no run could be read.
    """
    tally = Tally()
    runs: dict[tuple[str, str, str], _Run] = {}
    for path in _stats_files(place):
        run = _read_run(path, wanted, tally)
        if run is None:
            continue
        known = runs.get((run.benchmark, run.subtask, run.model))
        if known is not None:
            tally.add(
                "duplicate runs", "runs of a model on a scenario are not the longest, and do not count", path
            )
        if known is None or len(run.scores) > len(known.scores):
            runs[run.benchmark, run.subtask, run.model] = run
    if not runs:
        why = "; ".join(remark.text for remark in tally.remarks()) or "there are none"
        raise AtlasError(f"{place}: no run of HELM could be read: {why}")
    by_benchmark: defaultdict[str, list[_Run]] = defaultdict(list)
    for run in runs.values():
        by_benchmark[wanted.benchmark or run.benchmark].append(run)
    read = Remark("read", f"{len(runs):,} runs of HELM.", len(runs))
    parts = []
    for benchmark, own in by_benchmark.items():
        catalogue = Catalogue()
        answers = [_answers(run, catalogue, tally, joint=wanted.benchmark is not None) for run in own]
        rules = [Remark("metric", f"correct is {rule}.") for rule in sorted({run.rule for run in own})]
        parts.append(assembled(benchmark, catalogue.frame(), answers, title=wanted.title, remarks=rules))
    return Contents(parts, remarks=[read, *tally.remarks()])


def _stats_files(place: Path) -> Iterator[Path]:
    if place.is_file():
        if place.name == STATS:
            yield place
        return
    yield from sorted(path for path in place.rglob(STATS) if path.is_file())


def _read_run(path: Path, wanted: Wanted, tally: Tally) -> _Run | None:
    spec_path = path.with_name(SPEC)
    if not spec_path.is_file():
        raise BadInput(f"has no {SPEC} beside it, which says of which model and scenario it is.", path=path)
    with open_text(spec_path) as file:
        spec = one_object(file, spec_path)
    adapter, scenario = spec.get("adapter_spec"), spec.get("scenario_spec")
    name, model = spec.get("name"), adapter.get("model") if isinstance(adapter, dict) else None
    if not isinstance(name, str) or not name.split(":")[0] or not isinstance(model, str) or not model.strip():
        raise BadInput("does not name the scenario and the model.", path=spec_path)
    arguments = scenario.get("args") if isinstance(scenario, dict) else None
    subtask = ",".join(str(value) for value in arguments.values()) if isinstance(arguments, dict) else ""

    values: defaultdict[str, dict[str, float]] = defaultdict(dict)
    trials: dict[str, Any] = {}
    for line, row in records(path):
        instance, stats = row.get("instance_id"), row.get("stats")
        if not isinstance(instance, str) or not isinstance(stats, list):
            raise BadInput(
                "is not about an instance: instance_id or stats are missing.", path=path, line=line
            )
        if "perturbation" in row or trials.setdefault(instance, row.get("train_trial_index")) != row.get(
            "train_trial_index"
        ):
            continue
        for stat in stats:
            metric = stat.get("name") if isinstance(stat, dict) else None
            if not isinstance(metric, dict) or not isinstance(metric.get("name"), str):
                raise BadInput("has a statistic without a name.", path=path, line=line)
            mean = stat.get("mean")
            if "perturbation" not in metric and isinstance(mean, int | float) and not np.isnan(mean):
                values[metric["name"]][instance] = float(mean)
    wanted_metrics = METRICS if wanted.metric is None else (wanted.metric,)
    metric = next((metric for metric in wanted_metrics if metric in values), None)
    where = path.parent.name
    if metric is None:
        there = ", ".join(sorted(values)[:8]) or "none"
        tally.add(
            "left out",
            f"runs have none of the metrics that are wanted; there are {there}",
            where,
            warning=True,
        )
        return None
    scores, rule = values[metric], metric
    if not set(scores.values()) <= {0.0, 1.0}:
        if wanted.threshold is None:
            sentence = (
                f"runs were left out: {metric} is not 0 or 1; --threshold 0.5 would say what is correct"
            )
            tally.add("left out", sentence, where, warning=True)
            return None
        rule = f"{metric} of at least {wanted.threshold:g}"
        scores = {instance: float(value >= wanted.threshold) for instance, value in scores.items()}
    benchmark = storable(name.split(":")[0])
    return _Run(path, benchmark, storable(subtask), wanted.model or storable(model.strip()), rule, scores)


def _answers(
    run: _Run, catalogue: Catalogue, tally: Tally, *, joint: bool
) -> tuple[str, np.ndarray, np.ndarray]:
    """Number a run's instances in the catalogue; return its model, the numbers, and what was right."""
    described = instances_beside(run.path)
    if described is None:
        tally.add(
            "no text", "runs have no texts beside them: their items are known by id", run.path.parent.name
        )
    hashes, about = [], {}
    for instance in run.scores:
        if described is not None and instance in described:
            content, columns = described[instance]
        else:  # the hash only tells instances apart, and is no hash of a text
            content, columns = content_hash("HELM", run.benchmark, instance), {"content_hash": None}
        hashes.append(content)
        about[content] = {**columns, "instance_id": storable(instance)}
        if run.subtask:
            about[content]["subtask"] = f"{run.benchmark}:{run.subtask}" if joint else run.subtask
    subtask = f"{run.benchmark}:{run.subtask}" if joint else run.subtask
    number = catalogue.numbers(subtask, range(len(hashes)), hashes, about)
    return run.model, number, np.array([value == 1 for value in run.scores.values()])
