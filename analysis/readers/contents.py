"""What readers are asked for, and what they give."""

from __future__ import annotations

from dataclasses import dataclass, field

from analysis.remarks import Remark
from analysis.tables import Benchmark, Responses, Runs


@dataclass(frozen=True)
class Wanted:
    """How to read what a file or folder leaves open; None leaves it to the reader.

    Attributes
    ----------
    benchmark, title
        Benchmark that everything read belongs to, by name and in words. By default each task that a source
        names is a benchmark of its own.
    metric, filter
        Which of several metrics says whether a response was correct, and which of several ways to extract
        an answer counts.
    threshold
        A metric between 0 and 1 counts as correct from this value on. Without one, it is not read.
    model
        Name of the model, for logs that do not say it.
    """

    benchmark: str | None = None
    title: str | None = None
    metric: str | None = None
    filter: str | None = None
    threshold: float | None = None
    model: str | None = None


@dataclass(frozen=True)
class Part:
    """One benchmark of what was read. Its responses may be none where only fine-tune runs answered."""

    benchmark: Benchmark
    responses: Responses


@dataclass(frozen=True)
class Contents:
    """All that was read from a file or folder.

    Attributes
    ----------
    parts
        One for each benchmark.
    runs
        Fine-tune runs on those benchmarks, if there are any; their item numbers are rows of the ``items`` of
        the part of the same benchmark.
    remarks
        What is to be said about all parts together.
    """

    parts: list[Part]
    runs: Runs | None = None
    remarks: list[Remark] = field(default_factory=list)
