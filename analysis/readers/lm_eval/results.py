"""What lm-eval's results file says of a run: its model, how many documents, and means to check against."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from analysis.errors import BadInput
from analysis.readers.lm_eval.files import SamplesFile, results_paths

LARGEST = 1 << 28  # bytes of a results file
MODEL_ARGUMENTS = re.compile(r"(?:^|,)(?:pretrained|peft|delta|model|path|engine)=([^,]+)")


@dataclass(frozen=True)
class Variant:
    """What makes two runs of one name two respondents; None where it is not known."""

    revision: str | None = None
    precision: str | None = None
    chat_template: bool | None = None


@dataclass(frozen=True)
class Results:
    """A results file.

    Attributes
    ----------
    path
        The file.
    model
        Name of the model, if the file says it.
    variant
        How it was loaded and asked.
    parameters
        Number of its parameters.
    limited
        Whether the run was cut short by ``--limit``.
    harness
        Version of lm-eval.
    """

    path: Path
    model: str | None
    variant: Variant
    parameters: int | None
    limited: bool
    harness: str | None
    _content: Mapping[str, Any] = field(repr=False)

    @property
    def tasks(self) -> list[str]:
        """Every task and group that has results."""
        return list(self._of("results"))

    def documents(self, task: str) -> tuple[int, int] | None:
        """How many documents a task has, and how many of them the run was asked."""
        counts = self._of("n-samples", task)
        original, effective = counts.get("original"), counts.get("effective")
        if isinstance(original, int) and isinstance(effective, int):
            return original, effective
        return None

    def filters(self, task: str) -> list[str]:
        """Names of a task's filters, in the order in which each document's samples are written."""
        listed = self._of("configs", task).get("filter_list")
        if isinstance(listed, list):
            names = [_text(entry.get("name")) for entry in listed if isinstance(entry, dict)]
            if names and None not in names:
                return [name for name in names if name is not None]
        keys = [key.partition(",")[2] for key in self._of("results", task) if "_stderr," not in key]
        return list(dict.fromkeys(key for key in keys if key))

    def first_metric(self, task: str) -> str | None:
        """Return the metric that the task's configuration names first."""
        listed = self._metric_list(task)
        return next((entry["metric"] for entry in listed if isinstance(entry.get("metric"), str)), None)

    def mean(self, task: str, metric: str, filter_name: str) -> float | None:
        """Return a metric as reported, or None if it is not there or not a mean over documents."""
        for entry in self._metric_list(task):
            if entry.get("metric") == metric and entry.get("aggregation", "mean") != "mean":
                return None
        value = self._of("results", task).get(f"{metric},{filter_name}")
        return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None

    def _metric_list(self, task: str) -> list[dict]:
        listed = self._of("configs", task).get("metric_list")
        return [entry for entry in listed if isinstance(entry, dict)] if isinstance(listed, list) else []

    def _of(self, *keys: str) -> Mapping[str, Any]:
        found: Any = self._content
        for key in keys:
            found = found.get(key) if isinstance(found, Mapping) else None
        return found if isinstance(found, Mapping) else {}


def results_of(samples: SamplesFile, root: Path) -> Results | None:
    """Find and read the results of the run that wrote some samples; None if there are none.

    Raises
    ------
    BadInput
        If a results file is there but is not one.
    """
    for path in results_paths(samples, root):
        if path.is_file():
            return read_results(path)
    return None


@lru_cache(maxsize=4)  # a run's samples come one after the other
def read_results(path: Path) -> Results:
    """Read a results file.

    Raises
    ------
    BadInput
        If it is not one.
    """
    if path.stat().st_size > LARGEST:
        raise BadInput("is larger than 256 MiB, which no results file is.", path=path)
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except json.JSONDecodeError as error:
        raise BadInput(
            f"is not valid JSON ({error.msg}).", path=path, line=error.lineno, column=error.colno
        ) from None
    except UnicodeDecodeError:
        raise BadInput("is not UTF-8 text. Save the file as UTF-8.", path=path) from None
    except RecursionError:
        raise BadInput("is nested too deeply.", path=path) from None
    if not isinstance(content, dict) or not isinstance(content.get("results"), dict):
        raise BadInput("is not a results file of lm-eval: it has no 'results'.", path=path)
    config = content.get("config")
    config = config if isinstance(config, dict) else {}
    parameters = config.get("model_num_parameters")
    return Results(
        path=path,
        model=_model(content, config),
        variant=Variant(
            revision=_text(config.get("model_sha") or config.get("model_revision")),
            precision=_text(config.get("model_dtype")),
            chat_template=bool(content["chat_template"]) if "chat_template" in content else None,
        ),
        parameters=parameters if isinstance(parameters, int) and parameters > 0 else None,
        limited=config.get("limit") is not None,
        harness=_text(content.get("lm_eval_version")),
        _content=content,
    )


def _model(content: Mapping[str, Any], config: Mapping[str, Any]) -> str | None:
    if name := _text(content.get("model_name")):
        return name
    arguments = config.get("model_args")
    if isinstance(arguments, dict):
        return next((name for key in ("pretrained", "model") if (name := _text(arguments.get(key)))), None)
    found = MODEL_ARGUMENTS.search(arguments) if isinstance(arguments, str) else None
    return found[1] if found else None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
