"""Server time of every page and of its controls, in a process of its own, since an app has one store.

``python -m benchmarks.page_times STORE CHANGES [PAGE…]`` prints JSON: a record a run of a page, with at most
so many changes of controls a page; of all pages, if none is named.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

from benchmarks.measuring import ROOT
from benchmarks.visitor import Answer, Visitor

FIRST = "first"  # visit of a page in this process: everything is read
AGAIN = "again"  # visit with what it needs at hand
FRONT = "explore/overview.py"
OTHER_BINS = (9, 7)
READING = 15  # seconds that a visitor looks at a page at most, while the server works ahead
FOUND = "1"  # typed into what searches


@dataclass(frozen=True)
class Timed(Answer):
    """One run of a page.

    Attributes
    ----------
    page
        Its file, without folder and ending.
    what
        `FIRST`, `AGAIN`, or the control that was changed with its new value.
    read
        Seconds that the visitor looked at the page before.
    """

    page: str
    what: str
    read: float


def pages() -> list[str]:
    """Files of the app's pages, as its navigation names them; the front page first."""
    folder = ROOT / "pages"
    found = sorted(str(path.relative_to(folder)) for path in folder.glob("*/*.py"))
    return sorted(found, key=lambda name: name != FRONT)


def measure(changes_each: int, only: Sequence[str] = ()) -> list[Timed]:
    """Visit every page, or only some, twice, then read it and change its controls one at a time."""
    found: list[Timed] = []
    visitor = Visitor()
    for file in pages():
        page = file.rpartition("/")[2].removesuffix(".py")
        if only and page not in only:
            continue

        def timed(what: str, act: Callable[[], Answer], read: float = 0.0, page: str = page) -> None:
            answer = act()
            if errors := visitor.controls("exception"):
                raise SystemExit(f"{page}, {what}: {errors[0].message}")
            found.append(Timed(**asdict(answer), page=page, what=what, read=read))

        def opened(page: str = page, file: str = file) -> Answer:
            return visitor.open("" if file == FRONT else page)

        timed(FIRST, opened)
        timed(AGAIN, opened)
        for control, value, at_rest in changes(visitor)[:changes_each]:
            name = control.id.rpartition("-")[2]
            read = visitor.read(READING)
            timed(f"{name} = {value}", partial(visitor.change, control, value), read)
            visitor.change(control, at_rest)
    visitor.close()
    return found


def changes(visitor: Visitor) -> list[tuple[Any, Any, Any]]:
    """Return controls of the page that is shown, each with a value that it does not have now, and its own."""
    found: list[tuple[Any, Any, Any]] = []
    for slider in visitor.controls("slider"):
        if slider.id.endswith("-bins"):
            found += [
                (slider, value, slider.default[0]) for value in OTHER_BINS if value != slider.default[0]
            ]
    for box in visitor.controls("selectbox"):
        shown = box.options[box.default]
        other = next((option for option in reversed(box.options) if option != shown), None)
        found += [] if other is None else [(box, other, shown)]
    for switch in visitor.controls("checkbox", sidebar=False):
        found += [] if switch.disabled else [(switch, not switch.default, switch.default)]
    for field in visitor.controls("text_input", sidebar=False):
        if field.id.endswith(("-find", "-contains")):
            found.append((field, FOUND, ""))
    return found


if __name__ == "__main__":
    os.environ["ATLAS_STORE"] = sys.argv[1]
    json.dump([asdict(one) for one in measure(int(sys.argv[2]), sys.argv[3:])], sys.stdout)
