"""A subset as a task of lm-evaluation-harness that keeps documents by the hash of their content.

A folder for ``--include_path``: the task's YAML, the list of hashes, and the code that filters. Whatever the
order and further columns of the documents, exactly these are evaluated; if some are not found, the task
fails and says so, since the harness would evaluate the whole split without a word.
"""

from __future__ import annotations

import importlib
import inspect
import json
import re
from pathlib import Path
from types import ModuleType

import pandas as pd

from analysis.errors import AtlasError
from analysis.readers import content

FILTER = Path(__file__).parent / "lm_eval_filter.py"


def lm_eval_task(subset: pd.DataFrame, name: str, base: str | None = None) -> dict[str, bytes]:
    """Return the task's files by path.

    Parameters
    ----------
    subset
        As `analysis.subsets.ordered` returns it.
    name
        Of the task, once letters, digits, ``-`` and ``_`` are left of it.
    base
        Path, on the machine that evaluates, of the YAML file of a task whose documents are to be filtered (by
        its own ``process_docs`` first); the subset's own texts then stay here. By default the items
        themselves are the documents, in their order.

    Raises
    ------
    AtlasError
        If an item has no content hash, or without a base one has no text.
    """
    if subset["content_hash"].isna().any():
        raise AtlasError(
            "The store knows no content hash of these items, so a task cannot find them. Import their text."
        )
    task = re.sub(r"[^A-Za-z0-9_-]+", "-", name)
    settings = {"base": base, "content_hashes": sorted(set(subset["content_hash"]))}
    files = {
        f"{task}/{task}.yaml": _yaml(task, base, subset["citation"].iloc[0]),
        f"{task}/keep.json": json.dumps(settings, indent=0),
        f"{task}/subset.py": FILTER.read_text(encoding="utf-8"),
        f"{task}/content.py": _standalone(content),
    }
    if base is None:
        documents = subset.drop(columns=["citation", "licence", "problems"]).dropna(axis="columns", how="all")
        lines = documents.to_json(orient="records", lines=True, force_ascii=False)
        files[f"{task}/items.jsonl"] = lines
    return {path: text.encode() for path, text in files.items()}


def _standalone(module: ModuleType) -> str:
    """Return a module's source with what it imports of this package written out: it runs on its own."""

    def written_out(line: re.Match[str]) -> str:
        source = importlib.import_module(line[1])
        return "\n\n".join(inspect.getsource(getattr(source, name.strip())) for name in line[2].split(","))

    own = re.compile(r"^from (analysis\.[\w.]+) import (.+)$", re.MULTILINE)
    return own.sub(written_out, inspect.getsource(module))


def _yaml(task: str, base: str | None, citation: str) -> str:
    about = [f"# {line}" for line in citation.splitlines()]
    if base is not None:
        lines = [f"include: {json.dumps(base)}", f"task: {task}", "process_docs: !function subset.keep"]
        return "\n".join([*about, *lines, ""])
    return "\n".join(
        [
            *about,
            f"task: {task}",
            "custom_dataset: !function subset.load",
            "test_split: test",
            "process_docs: !function subset.keep",
            "output_type: generate_until",
            'doc_to_text: "{{prompt}}"',
            'doc_to_target: "{{target}}"',
            "generation_kwargs:",
            '  until: ["\\n"]',
            "  do_sample: false",
            "metric_list:",
            "  - metric: exact_match",
            "    aggregation: mean",
            "    higher_is_better: true",
            "    ignore_case: true",
            "",
        ]
    )
