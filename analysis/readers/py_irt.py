"""Responses as py-irt takes them: a line a subject, ``{"subject_id": …, "responses": {item: 0}}``."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from analysis.errors import BadInput
from analysis.readers.contents import Wanted
from analysis.readers.records import records
from analysis.readers.rows import Gathered
from analysis.tables import Responses


def is_py_irt(path: Path) -> bool:
    """Whether a file's first record is a subject with its responses."""
    try:
        _, first = next(records(path), (0, {}))
    except BadInput:
        return False
    return "subject_id" in first and isinstance(first.get("responses"), dict)


def read_py_irt(path: Path, wanted: Wanted) -> Responses:
    """Read a file of subjects; an item that a subject's responses do not name was not asked.

    Raises
    ------
    BadInput
        Naming the line of the first thing that is wrong.
    """
    gathered = Gathered(path, {"model": "model", "item": "item", "correct": "correct"}, wanted)
    for line, subject in records(path):
        responses = subject.get("responses")
        if not isinstance(responses, dict):
            raise BadInput(
                f"has {responses!r:.60} where an object of responses by item belongs.", path=path, line=line
            )
        if isinstance(subject.get("subject_id"), dict | list | None):
            raise BadInput("has no subject_id.", path=path, line=line)
        frame = pd.DataFrame({"item": list(responses), "correct": list(responses.values())}, dtype=object)
        if len(frame):
            gathered.add(frame.assign(model=subject["subject_id"]), [line] * len(frame))
    return gathered.responses()
