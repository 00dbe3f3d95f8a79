"""``run.json`` beside the logs of a fine-tune run: says what names cannot, and goes before them.

::

    {"schema": "sft-run/1", "run_name": "qwen-gsm8k-0-1", "base_model": "Qwen/Qwen2.5-1.5B-Instruct",
     "baseline": false,
     "train": {"dataset": "gsm8k", "quantile_key": "1pl_quantile", "bins": [[0.0, 0.1]],
               "item_ids_file": "trained_on.json", "method": "full", "epochs": 5, "seed": 42}}

``item_ids_file``, next to it, lists keys or content hashes of the training items: a JSON list, or one a line.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from analysis.errors import BadInput
from analysis.readers.finetune.run import TENTHS, Run

SIDECAR = "run.json"
SCHEMA = "sft-run/1"
NOT_HYPERPARAMETERS = {"dataset", "quantile_key", "bins", "item_ids_file", "seed", "recipe"}


def sidecars(place: Path) -> Iterator[Path]:
    """Yield every sidecar of a fine-tune run in a folder and below."""
    yield from (path for path in sorted(place.rglob(SIDECAR)) if _is_sidecar(path))


def run_of_sidecar(path: Path) -> Run:
    """Read a sidecar.

    Raises
    ------
    BadInput
        Naming what of it is missing or not as it should be.
    """
    content = _content(path)
    schema = content.get("schema")
    if schema != SCHEMA:
        raise BadInput(f"is of the schema {schema!r}, and this version reads {SCHEMA!r}.", path=path)
    base_model = _text(content, "base_model", path)
    train = content.get("train", {})
    if not isinstance(train, dict):
        raise BadInput("is not an object {…}.", path=path, column="train")
    dataset = _text(train, "dataset", path)
    if content.get("baseline"):
        return Run(name=f"{base_model}-zero-shot", base_model=base_model, dataset=dataset)
    seed = train.get("seed")
    if seed is not None and (not isinstance(seed, int) or isinstance(seed, bool)):
        raise BadInput("is not a whole number.", path=path, column="seed")
    bins, item_ids = _bins(train.get("bins"), path), _item_ids(train.get("item_ids_file"), path)
    if bins is None and item_ids is None:
        raise BadInput(
            "says neither 'bins' nor 'item_ids_file', so nothing tells what the run was trained on. A model "
            'before training has "baseline": true.',
            path=path,
            column="train",
        )
    hyperparameters = {key: value for key, value in train.items() if key not in NOT_HYPERPARAMETERS}
    words = [str(train[key]) for key in ("method", "learning_rate") if train.get(key) is not None]
    return Run(
        name=_text(content, "run_name", path) + ("" if seed is None else f"-seed{seed}"),
        base_model=base_model,
        dataset=dataset,
        bins=bins,
        quantile_key=str(train.get("quantile_key") or "1pl_quantile"),
        item_ids=item_ids,
        recipe=str(train.get("recipe") or ", ".join(words) or "fine-tuned"),
        seed=seed,
        hyperparameters=hyperparameters,
    )


def _is_sidecar(path: Path) -> bool:
    try:
        return str(_content(path).get("schema")).startswith(SCHEMA.partition("/")[0])
    except BadInput:  # to be reported when it is read, if nothing says that it is another's
        return True


def _content(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except json.JSONDecodeError as error:
        raise BadInput("is not valid JSON.", path=path, line=error.lineno, column=error.colno) from None
    except (OSError, ValueError, RecursionError):
        raise BadInput("is not a readable JSON file.", path=path) from None
    if not isinstance(content, dict):
        raise BadInput("is not an object {…}.", path=path)
    return content


def _text(content: dict[str, Any], key: str, path: Path) -> str:
    value = content.get(key)
    if not isinstance(value, str) or not value:
        raise BadInput("is missing or no text.", path=path, column=key)
    return value


def _bins(value: Any, path: Path) -> tuple[float, float] | None:
    """The quantiles that adjacent bins span together."""
    if not value:
        return None
    try:
        edges = sorted((float(low), float(high)) for low, high in value)
    except (TypeError, ValueError):
        raise BadInput("is not a list of pairs such as [0.0, 0.1].", path=path, column="bins") from None
    on_tenths = all(abs(edge * TENTHS - round(edge * TENTHS)) < 1e-9 for pair in edges for edge in pair)
    in_order = all(0 <= low < high <= 1 for low, high in edges)
    adjacent = all(before[1] == after[0] for before, after in pairwise(edges))
    if not (on_tenths and in_order and adjacent):
        raise BadInput(
            "must be adjacent bins between tenths of the quantile, such as [0.0, 0.1]. List other training "
            "sets in 'item_ids_file'.",
            path=path,
            column="bins",
        )
    return edges[0][0], edges[-1][1]


def _item_ids(value: Any, path: Path) -> frozenset[str] | None:
    if value is None:
        return None
    if not isinstance(value, str) or Path(value).name != value:
        raise BadInput("must be the name of a file beside it.", path=path, column="item_ids_file")
    file = path.parent / value
    try:
        text = file.read_text(encoding="utf-8-sig")
        listed = json.loads(text) if text.lstrip().startswith("[") else text.split("\n")
    except (OSError, ValueError, RecursionError):
        raise BadInput("cannot be read as a JSON list or one id a line.", path=file) from None
    return frozenset(str(each).strip() for each in listed if str(each).strip())
