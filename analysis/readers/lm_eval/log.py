"""One file of samples as rows: document, filter and every metric, checked as they are read."""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from analysis.errors import BadInput
from analysis.readers.content import NOT_CONTENT, Content, content_of
from analysis.readers.records import records
from analysis.readers.text import storable

FIXED = {
    *("doc_id", "doc", "target", "arguments", "resps", "filtered_resps", "filter", "metrics"),
    *("doc_hash", "prompt_hash", "target_hash"),
}
"""Keys of a sample that are no metric."""
LARGEST_ID = 1 << 53
CONTENT_HASH = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True)
class Document:
    """What one sample says of its item."""

    content: Content
    target: str | None
    n_choices: int | None
    published: tuple[float | None, ...]


@dataclass
class Log:
    """A file of samples. Row r of the columns is sample r; documents are kept once each.

    Attributes
    ----------
    documents
        Each item's content by its hash.
    doc_id, content
        The document's position and the hash of its content.
    filter
        Name of the filter; None in logs of versions before 0.4.7, which do not say it.
    metrics
        Each metric's values, NaN where it is missing or not one number.
    mismatched
        Line of each sample whose ``doc_hash`` is not that of its document; those are not among the rows.
    """

    path: Path
    documents: dict[str, Document] = field(default_factory=dict)
    doc_id: list[int] = field(default_factory=list)
    content: list[str] = field(default_factory=list)
    filter: list[str | None] = field(default_factory=list)
    metrics: dict[str, np.ndarray] = field(default_factory=dict)
    mismatched: list[int] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.doc_id)


def read_log(path: Path) -> Log:
    """Read a file of samples, a record at a time; prompts as sent and answers are not kept.

    Raises
    ------
    BadInput
        Naming the line of the first record that is no sample.
    """
    log = Log(path)
    values: defaultdict[str, dict[int, float]] = defaultdict(dict)
    for line, sample in records(path):
        doc_id, doc = sample.get("doc_id"), sample.get("doc")
        if not isinstance(doc_id, int) or isinstance(doc_id, bool) or not 0 <= doc_id < LARGEST_ID:
            raise BadInput("is no sample of lm-eval: doc_id is not a whole number.", path=path, line=line)
        if not isinstance(doc, dict):
            raise BadInput("is no sample of lm-eval: doc is not an object.", path=path, line=line)
        if "doc_hash" in sample and sample["doc_hash"] != doc_hash(doc):
            log.mismatched.append(line)
            continue
        content = _content(doc)
        if content.content_hash not in log.documents:
            log.documents[content.content_hash] = _document(sample, doc, content)
        for name, value in _metrics(sample, path, line):
            values[name][len(log)] = value
        named = sample.get("filter")
        log.filter.append(named if isinstance(named, str) else None)
        log.doc_id.append(doc_id)
        log.content.append(content.content_hash)
    if not len(log) and not log.mismatched:
        raise BadInput("holds no samples.", path=path)
    for name, known in values.items():
        column = np.full(len(log), np.nan)
        column[list(known)] = list(known.values())
        log.metrics[name] = column
    return log


def doc_hash(doc: dict[str, Any]) -> str:
    """Hash a document as lm-eval does: SHA-256 of its JSON with an indent of 2."""
    text = json.dumps(doc, indent=2, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def filters_by_order(log: Log, names: list[str]) -> tuple[list[str], bool]:
    """Name each row's filter where the log does not: a document's n-th row is of the n-th filter.

    Parameters
    ----------
    log
        Rows in the order of the file.
    names
        The task's filters in their order, as far as they are known.

    Returns
    -------
    filters
        A name a row; ``#0``, ``#1``, … where none is known.
    repeated
        Whether documents have more rows than there are filters, or not all the same number, as in a file that
        a second run was appended to. All rows then count as of the first filter.
    """
    if all(name is not None for name in log.filter):
        return [str(name) for name in log.filter], False
    seen: Counter[int] = Counter()
    ordinals = []
    for doc_id in log.doc_id:
        ordinals.append(seen[doc_id])
        seen[doc_id] += 1
    rows = set(seen.values())
    if len(rows) > 1 or (names and max(rows) > len(names)):
        return [names[0] if names else "none"] * len(log), True
    if not names:
        names = ["none"] if max(rows, default=1) == 1 else [f"#{number}" for number in range(max(rows))]
    return [names[ordinal] for ordinal in ordinals], False


def _metrics(sample: dict[str, Any], path: Path, line: int) -> Iterator[tuple[str, float]]:
    names = sample.get("metrics")
    if not isinstance(names, list):
        names = [key for key in sample if key not in FIXED]
    for name in names:
        if not isinstance(name, str):
            raise BadInput("names a metric that is no text.", path=path, line=line)
        value = sample.get(name)
        number = float(value) if isinstance(value, bool) else _number(value)
        if number is not None:
            yield name, number


def _content(doc: dict[str, Any]) -> Content:
    """What an item is: as its text says, or as an exported subset does, which has its text otherwise."""
    content, exported = content_of(doc), doc.get("content_hash")
    if "item_key" in doc and isinstance(exported, str) and CONTENT_HASH.fullmatch(exported):
        return replace(content, content_hash=exported)
    return content


def _document(sample: dict[str, Any], doc: dict[str, Any], content: Content) -> Document:
    return Document(
        content,
        _target(sample.get("target"), content.choices),
        _n_choices(sample),
        tuple(_number(doc.get(column)) for column in NOT_CONTENT),
    )


def _target(target: Any, choices: tuple[str, ...]) -> str | None:
    """The right answer's text; multiple choice logs its position, as a number or as text."""
    if target is None:
        return None
    text = storable(str(target))
    if re.fullmatch("[0-9]{1,3}", text) and text not in choices and int(text) < len(choices):
        return storable(choices[int(text)])
    return text


def _n_choices(sample: dict[str, Any]) -> int | None:
    """How many continuations were compared, which is how many answers could be guessed; None if free."""
    arguments = sample.get("arguments")
    requests = list(arguments.values()) if isinstance(arguments, dict) else arguments
    if not isinstance(requests, list) or len(requests) < 2:
        return None
    asked_twice = "acc_mutual_info" in sample  # each choice again, without its question
    return len(requests) // 2 if asked_twice else len(requests)


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return float(value) if math.isfinite(value) else None
    except OverflowError:
        return None
