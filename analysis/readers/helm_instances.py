"""What the instances of a HELM run are, out of the files beside its statistics.

``helm-run`` writes ``scenario_state.json``, which has every request and answer too and is read one at a time;
``helm-summarize`` adds ``instances.json``.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from analysis.readers.content import content_of
from analysis.readers.records import members, records
from analysis.readers.text import open_text, storable

INSTANCES, STATE, REQUESTS = "instances.json", "scenario_state.json", "request_states"

Described = tuple[str, dict[str, Any]]
"""An item's content hash, and its columns."""


def instances_beside(stats: Path) -> dict[str, Described] | None:
    """Return what each instance is by its id; None if no file says it.

    Parameters
    ----------
    stats
        The statistics that they lie beside.

    Raises
    ------
    BadInput
        If the file that says it is damaged, naming its line.
    """
    path, state = stats.with_name(INSTANCES), stats.with_name(STATE)
    if path.is_file():
        instances: Iterator[dict[str, Any]] = (instance for _, instance in records(path))
    elif state.is_file():
        instances = _requested(state)
    else:
        return None
    found: dict[str, Described] = {}
    for instance in instances:  # in a state the same again for every trial and perturbation
        name = instance.get("id")
        if not isinstance(name, str) or name in found or "perturbation" in instance:
            continue
        described = _described(instance)
        if described is not None:
            found[name] = described
    return found


def _requested(state: Path) -> Iterator[dict[str, Any]]:
    with open_text(state) as file:
        for _, name, request in members(file, state, REQUESTS):
            instance = request.get("instance") if name == REQUESTS and isinstance(request, dict) else None
            if isinstance(instance, dict):
                yield instance


def _described(instance: dict[str, Any]) -> Described | None:
    text, references = instance.get("input"), instance.get("references")
    question = text.get("text") if isinstance(text, dict) else text
    if not isinstance(question, str):
        return None
    listed = references if isinstance(references, list) else []
    answers = [one for one in listed if isinstance(one, dict) and isinstance(one.get("output"), dict)]
    choices = [one["output"].get("text") for one in answers]
    content = content_of({"question": question, "choices": choices if len(choices) > 1 else []})
    right = [
        choice for one, choice in zip(answers, choices, strict=True) if "correct" in (one.get("tags") or [])
    ]
    return content.content_hash, {
        "prompt": content.prompt,
        "target": storable(str(right[0])) if right else None,
        "choices": len(content.choices) or None,
    }
