"""Writes logs as every version of lm-eval 0.4 does, small and made up."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

STAMP = "2025-01-28T10-22-20.980995"
LATER = "2025-03-01T08-00-00"
MODEL = "org/model"


def questions(n: int, *, first: int = 0) -> list[dict[str, Any]]:
    """Documents of a free-answer task."""
    return [{"question": f"What is {k} + {k}?", "answer": str(2 * k)} for k in range(first, first + n)]


def choices(n: int) -> list[dict[str, Any]]:
    """Documents of a multiple-choice task."""
    return [
        {"question": f"Which is {k}?", "choices": {"text": ["a", "b", f"{k}", "d"], "label": list("ABCD")}}
        for k in range(n)
    ]


def doc_hash(doc: dict) -> str:
    return hashlib.sha256(json.dumps(doc, indent=2, ensure_ascii=False).encode()).hexdigest()


def samples(
    docs: Sequence[dict],
    correct: Sequence[float | bool | list | None],
    *,
    metric: str = "exact_match",
    filters: Sequence[str] = ("none",),
    doc_ids: Sequence[int] | None = None,
    named: bool = True,
    hashed: bool = True,
) -> list[dict[str, Any]]:
    """Samples as newer versions log them; ``named=False`` leaves out what 0.4.7 added."""
    rows = []
    for name in filters:
        for doc_id, doc, value in zip(doc_ids or range(len(docs)), docs, correct, strict=True):
            asked = len(doc["choices"]["text"]) if "choices" in doc else 1
            rows.append(
                {
                    "doc_id": doc_id,
                    "doc": doc,
                    "target": "2" if asked > 1 else doc.get("answer", "?"),
                    "arguments": {f"gen_args_{k}": {"arg_0": "…", "arg_1": "…"} for k in range(asked)},
                    "resps": [[["-1.0", "False"]]] * asked,
                    "filtered_resps": [["-1.0", "False"]] * asked,
                    **({"filter": name, "metrics": [metric]} if named else {}),
                    **({"doc_hash": doc_hash(doc)} if hashed else {}),
                    **({} if value is None else {metric: value}),
                }
            )
    return rows


def results(
    task: str,
    mean: float,
    n: int,
    *,
    model: str = MODEL,
    metric: str = "exact_match",
    filters: Sequence[str] = ("none",),
    effective: int | None = None,
    **config: Any,
) -> dict[str, Any]:
    return {
        "results": {task: {"alias": task, **{f"{metric},{name}": mean for name in filters}}},
        "configs": {
            task: {
                "filter_list": [{"name": name} for name in filters],
                "metric_list": [{"metric": metric, "aggregation": "mean"}],
            }
        },
        "n-samples": {task: {"original": n, "effective": n if effective is None else effective}},
        "config": {"model": "hf", "model_args": f"pretrained={model}", "limit": None, **config},
        "model_name": model,
        "lm_eval_version": "0.4.9",
    }


def write_jsonl(path: Path, rows: Sequence[dict]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def write_json(path: Path, content: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False), encoding="utf-8")
    return path


def write_run(
    folder: Path,
    docs: Sequence[dict],
    correct: Sequence[float],
    *,
    task: str = "sums",
    model: str = MODEL,
    stamp: str = STAMP,
    metric: str = "exact_match",
    n: int | None = None,
    doc_ids: Sequence[int] | None = None,
    **config: Any,
) -> Path:
    """Write samples and results of one run as 0.4.9 does; return the file of samples."""
    folder = folder / model.replace("/", "__")
    about = results(
        task,
        sum(correct) / len(correct),
        n or len(docs),
        model=model,
        metric=metric,
        effective=len(docs),
        **config,
    )
    write_json(folder / f"results_{stamp}.json", about)
    rows = samples(docs, correct, metric=metric, doc_ids=doc_ids)
    return write_jsonl(folder / f"samples_{task}_{stamp}.jsonl", rows)
