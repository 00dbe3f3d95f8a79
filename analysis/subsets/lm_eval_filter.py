"""Keep the documents of a difficulty subset, found by the hash of their content; written by Difficulty Atlas.

It lies beside a task's YAML, where lm-evaluation-harness runs it, and imports nothing of Difficulty Atlas but
the file beside it.
"""

import hashlib
import importlib.util
import json
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
SETTINGS: dict[str, Any] = json.loads((HERE / "keep.json").read_text(encoding="utf-8"))


def load(**_: Any) -> Any:
    """Return the items beside this file as the test split."""
    from datasets import load_dataset

    return load_dataset("json", data_files={"test": str(HERE / "items.jsonl")})


def keep(documents: Any) -> Any:
    """Return the documents whose content hash is listed, in the split that is evaluated.

    Raises
    ------
    ValueError
        If a listed item is not among the documents: the harness would evaluate whatever is left.
    """
    base = _base_task()
    split = str(documents.split).partition("[")[0]
    if process := base.get("process_docs"):
        documents = process(documents)
    if split != (base.get("test_split") or base.get("validation_split")):
        return documents  # to draw few-shot examples from
    wanted = set(SETTINGS["content_hashes"])
    found = [hashes(document) & wanted for document in documents]
    if missing := wanted.difference(*found):
        raise ValueError(f"{len(missing)} of {len(wanted)} listed items are not among the documents")
    return documents.select([place for place, own in enumerate(found) if own])


def hashes(document: dict[str, Any]) -> set[str]:
    """Return the hashes that an item of this content may be known by."""
    known = {_content().content_of(document).content_hash}
    if "content_hash" in document:
        known.add(document["content_hash"])
    if "prompt" in document and "target" in document:  # as the bundled study is hashed
        text = f"{document['prompt']}\x1f{document['target']}"
        known.add(hashlib.sha256(text.encode()).hexdigest())
    return known


def _base_task() -> dict[str, Any]:
    """Return the settings of the task whose documents are filtered."""
    if SETTINGS["base"] is None:
        return {"test_split": "test"}
    try:
        from lm_eval.tasks._yaml_loader import load_yaml
    except ImportError:  # before 0.4.10
        from lm_eval.utils import load_yaml_config

        return dict(load_yaml_config(yaml_path=SETTINGS["base"], mode="full"))
    return dict(load_yaml(SETTINGS["base"]))


def _content() -> Any:
    """Import ``content.py`` from beside this file: the harness does not put its folder on the path."""
    name = f"difficulty_subset_{HERE.name}"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, HERE / "content.py")
        if spec is None or spec.loader is None:
            raise ImportError(f"{HERE / 'content.py'} cannot be read")
        sys.modules[name] = module = importlib.util.module_from_spec(spec)  # dataclasses look it up
        spec.loader.exec_module(module)
    return sys.modules[name]
