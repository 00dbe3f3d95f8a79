"""Server time of every page and of its controls, in a process of its own, since an app has one store.

``python -m benchmarks.page_times STORE`` prints JSON: a record a run of a page.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from streamlit.testing.v1 import AppTest

from benchmarks.measuring import ROOT

FIRST = "first"  # visit of a page in this process: everything is read
AGAIN = "again"  # visit with what it needs at hand


@dataclass(frozen=True)
class Timed:
    """One run of a page.

    Attributes
    ----------
    page
        Its file, without folder and ending.
    what
        `FIRST`, `AGAIN`, or the control that was changed with its new value.
    seconds, cpu_seconds
        Of the whole process; on a busy machine the second varies less.
    """

    page: str
    what: str
    seconds: float
    cpu_seconds: float


def pages() -> list[str]:
    """Files of the app's pages, as its navigation names them; the front page first."""
    folder = ROOT / "pages"
    found = sorted(str(path.relative_to(folder)) for path in folder.glob("*/*.py"))
    return sorted(found, key=lambda name: name != "explore/overview.py")


def measure(changes_each: int) -> list[Timed]:
    """Visit every page twice, then change its controls one at a time."""
    found = []
    app = AppTest.from_file(str(ROOT / "pages/main.py"), default_timeout=600).run()
    for file in pages():
        page = file.rpartition("/")[2].removesuffix(".py")
        app.switch_page(file)
        found += [_timed(app, page, FIRST, lambda app: app), _timed(app, page, AGAIN, lambda app: app)]
        for key, value in changes(app)[:changes_each]:

            def change(app: AppTest, key: str = key, value: Any = value) -> AppTest:
                app.session_state[key] = value
                return app

            before = app.session_state[key]
            found.append(_timed(app, page, f"{key} = {value}", change))
            app.session_state[key] = before
            app.run()
    return found


def changes(app: AppTest) -> list[tuple[str, Any]]:
    """Return controls of the page that is shown, each with a value that it does not have now."""
    found: list[tuple[str, Any]] = []
    bins = [one for one in app.slider if one.key == "bins"]
    found += [("bins", value) for one in bins for value in (9, 7) if one.value != value]
    for box in app.main.selectbox:
        other = next((option for option in reversed(box.options) if option != str(box.value)), None)
        if box.key and other is not None and isinstance(box.value, str):
            found.append((box.key, other))
    for switch in (*app.main.toggle, *app.main.checkbox):
        if switch.key and not switch.disabled:
            found.append((switch.key, not switch.value))
    for field in app.main.text_input:
        if field.key in ("find", "contains"):
            found.append((field.key, "1"))
    return found


def _timed(app: AppTest, page: str, what: str, act: Callable[[AppTest], AppTest]) -> Timed:
    start, cpu = time.perf_counter(), time.process_time()
    act(app).run()
    seconds, used = time.perf_counter() - start, time.process_time() - cpu
    if app.exception:
        raise SystemExit(f"{page}, {what}: {app.exception[0].value}")
    return Timed(page, what, round(seconds, 4), round(used, 4))


if __name__ == "__main__":
    os.environ["ATLAS_STORE"] = sys.argv[1]
    json.dump([asdict(one) for one in measure(int(sys.argv[2]))], sys.stdout)
