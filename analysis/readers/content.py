"""What an item is, whatever its position: its text, and a hash of it.

The text of an item is its question and its choices, without white space that only lays it out. The same
question in another place, with its choices shuffled, or with further columns beside it, is the same item.

``content_hash`` is the SHA-256, as hex digits, of these lines in UTF-8: each of the question's fields, then
each choice, the choices sorted; runs of white space are one space.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from analysis.readers.text import storable

QUESTION_FIELDS = (
    ("narrative", "question"),  # MuSR
    ("passage", "question"),
    ("premise", "hypothesis"),
    ("Question",),  # GPQA
    ("question",),
    ("problem",),  # MATH
    ("input",),  # BBH
    ("prompt",),  # IFEval
    ("query",),  # HellaSwag, and logs of the first leaderboard
    ("ctx",),
    ("sentence",),  # WinoGrande
    ("goal",),
)
"""Fields that hold the question, by task family; the first that are all there count."""

SEPARATE_CHOICES = (("option1", "option2"), ("sol1", "sol2"), ("choice1", "choice2"), ("mc1", "mc2"))
PUBLISHED_DIFFICULTY, PUBLISHED_QUANTILE = "1pl_diff", "1pl_quantile"
NOT_CONTENT = (PUBLISHED_DIFFICULTY, PUBLISHED_QUANTILE)


@dataclass(frozen=True)
class Content:
    """An item's text.

    Attributes
    ----------
    prompt
        Question and choices, for people.
    choices
        Texts of the choices, in their order; empty where the answer is free.
    content_hash
        64 hex digits; see the module.
    """

    prompt: str
    choices: tuple[str, ...]
    content_hash: str


def content_of(doc: Mapping[str, Any]) -> Content:
    """Find an item's text in a row of its data set.

    A row without any of `QUESTION_FIELDS` is taken whole, so that different rows are different items.
    """
    question = _question(doc)
    choices = _choices(doc)
    if question is None:
        whole = {key: value for key, value in doc.items() if key not in NOT_CONTENT}
        prompt = json.dumps(whole, ensure_ascii=False, sort_keys=True, default=str)
        return Content(storable(prompt), choices, content_hash(prompt))
    letters = (f"{chr(ord('A') + number)}. {choice}" for number, choice in enumerate(choices))
    prompt = "\n".join([*question, *letters])
    return Content(storable(prompt), choices, content_hash(*question, *sorted(choices)))


def content_hash(*texts: str) -> str:
    """Return the SHA-256 of texts, a line each, runs of white space as one space; 64 hex digits."""
    lines = "\n".join(" ".join(text.split()) for text in texts)
    return hashlib.sha256(lines.encode("utf-8", "surrogatepass")).hexdigest()


def _question(doc: Mapping[str, Any]) -> list[str] | None:
    for fields in QUESTION_FIELDS:
        if all(isinstance(doc.get(field), str) and doc[field].strip() for field in fields):
            return [doc[field] for field in fields]
    return None


def _choices(doc: Mapping[str, Any]) -> tuple[str, ...]:
    for field in ("options", "choices", "endings"):
        found = doc.get(field)
        if isinstance(found, Mapping):  # {"label": […], "text": […]}
            found = found.get("text")
        if isinstance(found, list) and found and all(isinstance(choice, str) for choice in found):
            return tuple(found)
    for fields in SEPARATE_CHOICES:
        if all(isinstance(doc.get(field), str) for field in fields):
            return tuple(doc[field] for field in fields)
    return ()
