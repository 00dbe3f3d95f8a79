"""Logs of fine-tuned models as runs: what each was trained on, and what it answered before and after."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.errors import AtlasError
from analysis.readers.contents import Contents, Part, Wanted
from analysis.readers.finetune.names import is_run_folder, run_of_names, short_name
from analysis.readers.finetune.run import Run
from analysis.readers.finetune.sidecar import SIDECAR, run_of_sidecar, sidecars
from analysis.readers.finetune.training import training_items
from analysis.readers.lm_eval import holds_samples
from analysis.readers.lm_eval.evaluations import Evaluation, Reader
from analysis.readers.lm_eval.reader import count_short, rule_remarks, with_known_length
from analysis.readers.lm_eval.respondents import chosen_run
from analysis.readers.tasks import benchmark_of
from analysis.remarks import Remark, Tally
from analysis.tables import Responses, Runs

Answered = dict[tuple[str, str], Evaluation]
"""By benchmark and task, the evaluation that counts."""

# Fine-tuned models are no respondents: they tell of training, not of how hard an item is.
NO_MODELS = pd.DataFrame({"name": pd.Series(dtype=object)})
NO_CELLS = pd.DataFrame({"item": [], "model": [], "correct": []}).astype({"correct": bool})


def holds_runs(place: Path) -> bool:
    """Whether a folder has logs that names or a sidecar say are of fine-tune runs."""
    if not place.is_dir():
        return False
    named = is_run_folder(place.name) or any(is_run_folder(path.name) for path in place.rglob("*-*"))
    return (named or next(sidecars(place), None) is not None) and holds_samples(place)


def read_runs(place: Path, wanted: Wanted) -> Contents:
    """Read every log in a folder and below as one of a fine-tune run or of a zero-shot baseline.

    Raises
    ------
    AtlasError
        If a file is damaged, naming its line, or none is of a run.
    """
    reader = Reader(place, wanted)
    evaluations = with_known_length(reader.evaluations())
    tally = reader.tally
    answered = _by_run(evaluations, reader.root, tally)
    if not answered:
        raise AtlasError(f"{place}: no log says which run it is of. Put a run.json beside each.")
    if wanted.benchmark is not None and len(datasets := {run.dataset for run in answered}) > 1:
        raise AtlasError(
            f"{place}: holds runs on {', '.join(sorted(datasets))}, whose bins are of different benchmarks. "
            "Import each folder by itself, or leave out --benchmark."
        )
    items = {name: catalogue.frame(positions=True) for name, catalogue in reader.catalogues.items()}
    runs = _tables(answered, items, wanted, tally)
    logs = f"{len(evaluations):,} logs of {len(runs.runs):,} runs."
    read = Remark("read", logs, len(evaluations))
    parts = [
        Part(benchmark_of(name, title=wanted.title), Responses(frame, NO_MODELS, NO_CELLS))
        for name, frame in items.items()
    ]
    used = [evaluation for kept in answered.values() for evaluation in kept.values()]
    return Contents(parts, runs, [read, *rule_remarks(used), *tally.remarks()])


def _by_run(evaluations: Sequence[Evaluation], root: Path, tally: Tally) -> dict[Run, Answered]:
    """Which run each log is of, and of several of one run on one task the one that counts."""
    found: defaultdict[Run, list[Evaluation]] = defaultdict(list)
    for evaluation in evaluations:
        run = _run_of(evaluation, root)
        if run is None:
            sentence = "logs were left out: neither names nor a run.json say of which run they are"
            tally.add("left out", sentence, f"first: {evaluation.path.relative_to(root)}", warning=True)
        else:
            found[run].append(evaluation)
    answered: dict[Run, Answered] = {}
    for run, logs in _with_known_bases(found).items():
        candidates: defaultdict[tuple[str, str], list[Evaluation]] = defaultdict(list)
        for log in logs:
            candidates[log.benchmark, log.task].append(log)
        answered[run] = {place: chosen_run(several, tally) for place, several in candidates.items()}
        count_short([(run.name, log) for log in answered[run].values()], tally)
    return answered


def _run_of(evaluation: Evaluation, root: Path) -> Run | None:
    folders = []
    for folder in evaluation.path.parents:
        if (folder / SIDECAR).is_file():
            return run_of_sidecar(folder / SIDECAR)
        folders.append(folder.name)
        if folder == root:
            break
    return run_of_names(folders, evaluation.results.model if evaluation.results else None)


def _with_known_bases(found: dict[Run, list[Evaluation]]) -> dict[Run, list[Evaluation]]:
    """Replace short names of base models by full ones, where the runs tell which one is meant."""
    full = {run.base_model for run in found if "/" in run.base_model}
    meant: defaultdict[str, set[str]] = defaultdict(set)
    for name in full:
        meant[short_name(name)].add(name)
    known: defaultdict[Run, list[Evaluation]] = defaultdict(list)
    for run, logs in found.items():
        names = meant.get(run.base_model, set())
        known[replace(run, base_model=min(names)) if len(names) == 1 else run] += logs
    return known


def _tables(
    answered: dict[Run, Answered], items: dict[str, pd.DataFrame], wanted: Wanted, tally: Tally
) -> Runs:
    rows: list[dict] = []
    trained: list[pd.DataFrame] = []
    responses: list[pd.DataFrame] = []
    for run, logs in answered.items():
        for benchmark, own in _homes(run, logs, items, wanted).items():
            number = len(rows)
            rows.append({"run": number, **run.row(benchmark), "provenance": _provenance(own)})
            learned = training_items(run, items[benchmark], tally)
            trained.append(pd.DataFrame({"run": number, "item": learned}))
            for (asked, _), log in own.items():
                answers = {"run": number, "benchmark": asked, "item": log.item, "correct": log.correct}
                responses.append(pd.DataFrame(answers))
            _say_doubts(
                run, [log.item for (asked, _), log in own.items() if asked == benchmark], learned, tally
            )
    _say_unmatched(rows, tally)
    whole = dict.fromkeys(("first_bin", "last_bin", "bins_of", "seed"), "Int64")
    return Runs(
        pd.DataFrame(rows).astype(whole),
        pd.concat(trained, ignore_index=True),
        pd.concat(responses, ignore_index=True),
        pd.DataFrame(columns=["run", "step", "loss", "accuracy"]),
    )


def _provenance(logs: Answered) -> str:
    first = next(iter(logs.values()))
    version = {"lm_eval": first.results.harness} if first.results and first.results.harness else {}
    return json.dumps({"samples": sorted(log.path.name for log in logs.values()), **version})


def _say_doubts(run: Run, asked: Sequence[np.ndarray], learned: np.ndarray, tally: Tally) -> None:
    if any(np.isin(item, learned).any() for item in asked):
        sentence = "runs were asked items that they were trained on; gains leave those out"
        tally.add("trained on test items", sentence, f"first: {run.name}")
    if run.hyperparameters.get("epochs") is None and "epochs_in_name" in run.hyperparameters:
        sentence = (
            f"runs on {run.dataset} are named after a number of epochs that their script did not pass on to "
            "training; they most likely ran the default of 3"
        )
        tally.add("epochs unverified", sentence, f"first: {run.name}", warning=True)


def _homes(run: Run, logs: Answered, items: dict[str, pd.DataFrame], wanted: Wanted) -> dict[str, Answered]:
    """The benchmarks that a run is one on: what it was trained on; a baseline, all that it was asked."""
    asked = list(dict.fromkeys(benchmark for benchmark, _ in logs))
    if run.is_baseline:
        return {name: {place: log for place, log in logs.items() if place[0] == name} for name in asked}
    home = wanted.benchmark or (run.dataset if run.dataset in items else asked[0])
    return {home: logs}


def _say_unmatched(rows: Sequence[dict], tally: Tally) -> None:
    """Warn of runs that have no baseline to be compared with, and refuse names that come twice."""
    baselines = {(row["benchmark"], row["base_model"]) for row in rows if row["kind"] == "baseline"}
    for row in rows:
        if row["kind"] != "baseline" and (row["benchmark"], row["base_model"]) not in baselines:
            sentence = "runs have no zero-shot baseline of their base model among these logs"
            tally.add(
                "no baseline", sentence, f"first: {row['base_model']} on {row['benchmark']}", warning=True
            )
    names = Counter((row["benchmark"], row["name"]) for row in rows)
    if twice := [name for name, count in names.items() if count > 1]:
        raise AtlasError(f"Two runs on {twice[0][0]} are called {twice[0][1]!r}. Give each its own run_name.")
