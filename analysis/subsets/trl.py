"""A subset as TRL trains on it: JSON lines of prompt and completion.

Conversational prompt-completion, of which the loss counts the completion alone by default:
https://huggingface.co/docs/trl/dataset_formats
"""

from __future__ import annotations

import json

import pandas as pd

BESIDE = (
    "index",
    "round",
    "item_key",
    "content_hash",
    "benchmark",
    "difficulty",
    "bin",
    "fit",
    "data_version",
)


def trl(subset: pd.DataFrame, name: str) -> dict[str, bytes]:
    """Return one file: each line a question and its answer as messages, and where the item comes from."""
    beside = subset[[column for column in BESIDE if column in subset]]
    rows = json.loads(beside.to_json(orient="records"))
    lines = [
        json.dumps(
            {
                "prompt": [{"role": "user", "content": prompt}],
                "completion": [{"role": "assistant", "content": target}],
                **row,
            },
            ensure_ascii=False,
        )
        for prompt, target, row in zip(subset["prompt"], subset["target"], rows, strict=True)
    ]
    return {f"{name}.jsonl": ("\n".join(lines) + "\n").encode()}
