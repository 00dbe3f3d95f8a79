"""What a benchmark found, as a table to read and as JSON to keep."""

from __future__ import annotations

import math
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from rich.table import Table

LIBRARIES = ("pymc", "nutpie", "pytensor", "numba", "numpy", "scipy", "arviz", "joblib", "mirt")


@dataclass(frozen=True)
class Row:
    """One number that was measured.

    Attributes
    ----------
    what
        What it is of.
    value
        None where it could not be measured; ``note`` says why.
    unit
        Of the value.
    at_most, at_least
        Bounds that it should keep, if there are any.
    note
        What a reader must know besides.
    """

    what: str
    value: float | None
    unit: str = ""
    at_most: float | None = None
    at_least: float | None = None
    note: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the value keeps its bounds; None if it has none or was not measured."""
        if self.value is None or (self.at_most is None and self.at_least is None):
            return None
        low = -float("inf") if self.at_least is None else self.at_least
        high = float("inf") if self.at_most is None else self.at_most
        return bool(low <= self.value <= high)

    @property
    def wanted(self) -> str:
        """The bounds in words."""
        low = None if self.at_least is None else _number(self.at_least)
        high = None if self.at_most is None else _number(self.at_most)
        if low and high:
            return f"{low} to {high}"
        return f"≥ {low}" if low else f"≤ {high}" if high else ""


@dataclass(frozen=True)
class Outcome:
    """What one benchmark found.

    Attributes
    ----------
    rows
        The numbers, in the order to read them.
    detail
        What they were computed from, a record each.
    """

    rows: list[Row]
    detail: list[dict[str, Any]] = field(default_factory=list)

    def as_json(self, title: str) -> dict[str, Any]:
        """Return it as JSON values."""
        rows = [{**asdict(row), "met": row.met} for row in self.rows]
        return {"title": title, "rows": _finite(rows), "detail": _finite(self.detail)}


def _finite(value: Any) -> Any:
    """Put None for numbers that JSON does not have."""
    if isinstance(value, dict):
        return {key: _finite(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(one) for one in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def table(title: str, rows: Sequence[Row]) -> Table:
    """Lay rows out for the terminal."""
    drawn = Table(title=title, title_justify="left")
    for heading, justify in (("measured", "left"), ("value", "right"), ("wanted", "right"), ("", "left")):
        drawn.add_column(heading, justify=justify)  # type: ignore[arg-type] # rich's own literal type
    for row in rows:
        verdict = {None: "", True: "yes", False: "[bold]no[/bold]"}[row.met]
        value = "not measured" if row.value is None else f"{_number(row.value)} {row.unit}".strip()
        drawn.add_row(row.what, value, row.wanted, "; ".join(filter(None, [verdict, row.note])))
    return drawn


def machine() -> dict[str, Any]:
    """What the numbers were measured on: cores, load, memory, Python and the libraries' versions."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return {
        "cores": usable,
        "load_before": round(os.getloadavg()[0], 2),
        "processor": _processor(),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "system": platform.platform(),
        "python": platform.python_version(),
        "libraries": {name: found for name in LIBRARIES if (found := _version(name))},
    }


def _processor() -> str:
    listing = Path("/proc/cpuinfo")
    if listing.exists():
        for line in listing.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _number(value: float) -> str:
    if value == 0 or 0.001 <= abs(value) < 10:
        return f"{value:.3g}"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
