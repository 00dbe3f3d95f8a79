"""How long the main chart of a page takes to follow a control, in a browser that Playwright drives.

Every time is read off the browser's own clock, frame by frame: from the key that asks for something to the
first frame that shows it.
"""

from __future__ import annotations

from collections.abc import Iterator

from playwright.sync_api import Browser, Page

from benchmarks.serving import DRAWN, WATCH
from benchmarks.visits import Waited

CHART = ".js-plotly-plot"
START_WATCH = f"({(WATCH / 'watch.js').read_text(encoding='utf-8')})"


def control_changes(browser: Browser, address: str) -> Iterator[Waited]:
    """Change a control of every page that has a chart which depends on one, to values that are new to it."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(120_000)
    tab = context.new_page()
    for path, (label, values) in CHANGES.items():
        tab.goto(f"{address}/{path}")
        tab.locator(CHART).first.wait_for()
        for value in values:
            tab.wait_for_function(DRAWN)
            tab.wait_for_timeout(500)
            _change(tab, label, value)
            tab.wait_for_function("window.atlasSeen?.changed !== undefined")
            yield Waited(
                f"{path or 'overview'}: {label}", None, tab.evaluate("window.atlasSeen.changed") / 1000
            )
    context.close()


def _change(tab: Page, label: str, value: str) -> None:
    """Set a control; the last key is what is timed."""
    if value == FEWER:
        control, key = tab.get_by_role("slider", name=label), "ArrowLeft"
    else:
        control, key = tab.get_by_role("combobox", name=label), "Enter"
        control.press("ArrowDown")
        control.press_sequentially(value)
        tab.get_by_role("option", name=value).first.wait_for()
    control.focus()
    tab.evaluate(START_WATCH, {"selector": CHART, "isVisit": False})
    control.press(key)


FEWER = "one less"
FOLLOW_THE_CUT = ("", "difficulty", "models", "coverage", "bins", "heatmap", "curves")
CHANGES: dict[str, tuple[str, tuple[str, ...]]] = {
    **dict.fromkeys(FOLLOW_THE_CUT, ("Number of bins", (FEWER, FEWER, FEWER))),
    "mixes": ("Training mix over bins", ("easy-heavy", "hard-heavy", "bell-shaped")),
    "training": ("Trained on bins", ("2", "5", "8")),
    "tasks": ("Trained on bins", ("2", "5", "8")),
}
"""Path of a page → a control by its label, and the values that it is given."""
