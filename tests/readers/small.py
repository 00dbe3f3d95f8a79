"""One small valid input of every format, made up: the beginning of what the fuzz test mutates."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from tests.readers import logs

ROWS = [
    {"model": f"org/m{m}", "item": f"q{i}", "correct": (m + i) % 2, "prompt": f"{i} + {i} ="}
    for m in range(3)
    for i in range(3)
]
MATRIX = "model,a,b,c\norg/m1,1,0,\norg/m2,0.0,1.0,NA\n"


def wide(folder: Path) -> Path:
    return _text(folder / "wide.csv", MATRIX)


def wide_items(folder: Path) -> Path:
    return _text(folder / "items.csv", "item,org/m1,org/m2\nq1,1,0\nq2,,1\n")


def headerless(folder: Path) -> Path:
    _text(folder / "bare.items.txt", "q1\nq2\nq3\n")
    return _text(folder / "bare.csv", "1.0,0.0,\n0,1,1\n")


def long_csv(folder: Path) -> Path:
    pd.DataFrame(ROWS).to_csv(folder / "long.csv", index=False)
    return folder / "long.csv"


def long_jsonl(folder: Path) -> Path:
    return logs.write_jsonl(folder / "long.jsonl", ROWS)


def long_parquet(folder: Path) -> Path:
    pd.DataFrame(ROWS).to_parquet(folder / "long.parquet")
    return folder / "long.parquet"


def py_irt(folder: Path) -> Path:
    rows = [
        {"subject_id": "ken", "responses": {"q1": 1, "q2": 0}},
        {"subject_id": "burt", "responses": {"q1": 0}},
    ]
    return logs.write_jsonl(folder / "py_irt.jsonlines", rows)


def eval_arena(folder: Path) -> Path:
    rows = [
        {
            "benchmark_id": "humaneval",
            "model": f"m{m}",
            "example_id": f"HumanEval{i}",
            "pass1": (m + i) % 2,
            "count": 1,
        }
        for m in range(2)
        for i in range(3)
    ]
    return logs.write_jsonl(folder / "arena.jsonl", rows)


def lm_eval(folder: Path) -> Path:
    logs.write_run(folder / "lm_eval", logs.questions(3), [1, 0, 1])
    return folder / "lm_eval"


def fine_tune(folder: Path) -> Path:
    docs = [{**doc, "1pl_quantile": k / 4, "1pl_diff": float(k)} for k, doc in enumerate(logs.questions(4))]
    for name, right in {"zero-shot": [0, 0, 1, 0], "0-5-full-1pl_quantile-epoch-5": [1, 1, 1, 0]}.items():
        run = folder / "runs" / f"qwen-1.5b-gsm8k-{name}"
        logs.write_run(run, docs, right, task="cross_difficulty_gsm8k", model="Qwen/Qwen2.5-1.5B-Instruct")
    return folder / "runs"


def leaderboard_v1(folder: Path) -> Path:
    place = folder / "details_org__m" / "2023-09-01T10-00-00.000000"
    place.mkdir(parents=True)
    rows = [{"query": f"Q{k}?", "choices": ["a", "b"], "gold": 0, "acc": float(k % 2)} for k in range(3)]
    name = "details_harness|winogrande|5_2023-09-01T10-00-00.000000.parquet"
    pd.DataFrame(rows).to_parquet(place / name)
    return folder / "details_org__m"


def inspect(folder: Path, *, epochs: int = 1, **header: object) -> Path:
    path = folder / "log.eval"
    about = {
        "task": "inspect_evals/sums",
        "model": "openai/m",
        "created": "2025-01-01",
        "dataset": {"samples": 3},
    }
    summaries = [
        {
            "id": k + 1,
            "epoch": epoch + 1,
            "input": f"What is {k} + {k}?",
            "choices": [f"{k}", f"{2 * k}"],
            "target": "B",
            "scores": {"choice": {"value": "CIN"[(k + epoch) % 3]}},
        }
        for epoch in range(epochs)
        for k in range(3)
    ]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "header.json", json.dumps({"version": 2, "status": "success", "eval": about, **header})
        )
        archive.writestr("summaries.json", json.dumps(summaries))
    return path


def inspect_both(folder: Path) -> Path:
    """Inspect's two ways to write a log, the second in its own hand."""
    path = inspect(folder).rename(folder / "first.eval")
    shutil.copy(Path(__file__).parent / "written" / "sums.json", folder)
    return path.parent


def helm(folder: Path) -> Path:
    run = folder / "runs" / "mmlu:subject=anatomy,model=org_m"
    spec = {
        "name": "mmlu:subject=anatomy,model=org_m",
        "scenario_spec": {"class_name": "MMLU", "args": {"subject": "anatomy"}},
        "adapter_spec": {"model": "org/m"},
    }
    stats = [
        {
            "instance_id": f"id{k}",
            "train_trial_index": 0,
            "stats": [{"name": {"name": "exact_match", "split": "test"}, "count": 1, "mean": float(k % 2)}],
        }
        for k in range(3)
    ]
    instances = [
        {
            "input": {"text": f"What is {k}?"},
            "references": [
                {"output": {"text": "a"}, "tags": ["correct"]},
                {"output": {"text": "b"}, "tags": []},
            ],
            "id": f"id{k}",
        }
        for k in range(3)
    ]
    logs.write_json(run / "run_spec.json", spec)
    logs.write_json(run / "per_instance_stats.json", stats)
    logs.write_json(run / "instances.json", instances)
    return run


INPUTS: dict[str, Callable[[Path], Path]] = {
    "fine-tune": fine_tune,
    "lm-eval": lm_eval,
    "leaderboard-v1": leaderboard_v1,
    "helm": helm,
    "inspect": inspect_both,
    "long-parquet": long_parquet,
    "py-irt": py_irt,
    "eval-arena": eval_arena,
    "long-jsonl": long_jsonl,
    "long-csv": long_csv,
    "headerless-csv": headerless,
    "wide-items-csv": wide_items,
    "wide-csv": wide,
}
"""By the name of the format, what writes an input of it into a folder and returns its place."""


def _text(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path
