"""How long a visitor waits in a real browser, on the bundled study."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

import pandas as pd

from benchmarks.measuring import ROOT, CommandFailed, run
from benchmarks.report import Outcome, Row
from benchmarks.serving import installed_chromium, running_app
from benchmarks.slow_link import slow_link
from benchmarks.subject import Options
from benchmarks.visits import visit

TITLE = "A visitor's waits in Chromium, on the bundled study"
FIRST_VISIT, FIRST_VISIT_SLOW = 3.5, 6.0  # seconds
TITLE_SHOWN, MAIN_SHOWN = 0.4, 1.5
MEGABITS, LATENCY = 10, 0.04


def measure(options: Options) -> Outcome:
    """Visit, click through the sidebar and change controls; medians of several times each."""
    try:
        from playwright.sync_api import sync_playwright

        from benchmarks.control_changes import control_changes
    except ModuleNotFoundError as error:
        raise CommandFailed(f"{error.name} is not installed: pip install -r requirements-dev.txt") from error
    chromium = installed_chromium()
    if chromium is None:
        raise CommandFailed("no Chromium is installed; on Debian: apt-get install chromium")
    visits, rounds = (1, 1) if options.quick else (7, 5)
    far, sent = [], []
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder) / "store"
        run([sys.executable, "-m", "analysis", "import", ROOT / "data/study", "--store", store])
        with running_app(store, Path(folder) / "server.log") as app:
            visit(chromium, app)  # what the server reads once, it has read
            near = [wait for _ in range(visits) for wait in visit(chromium, app)]
            with slow_link(app, megabits=MEGABITS, latency=LATENCY) as (slow, pipe):
                for _ in range(visits):
                    before = pipe.sent
                    far += visit(chromium, slow)
                    sent.append((pipe.sent - before) / 1e6)
            clicks = visit(chromium, app, rounds + 1)[1:]
            clicks = clicks[len(clicks) // (rounds + 1) :]  # the first round fills caches
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
                changes = list(control_changes(browser, app))
                browser.close()
    rows = [
        *_first_visits("first visit, localhost", near, FIRST_VISIT),
        *_first_visits(f"first visit, {MEGABITS} Mbit/s, {1000 * LATENCY:.0f} ms", far, FIRST_VISIT_SLOW),
        Row("first visit: transferred until then", float(pd.Series(sent).median()), "MB"),
        *_by_page(_frame(clicks)),
        *(
            _median(f"{what}, until the chart is new", times["main"])
            for what, times in _frame(changes).groupby("what", sort=False)
        ),
    ]
    detail = {"visit": near, "slow visit": far, "page change": clicks, "control change": changes}
    return Outcome(rows, [{"kind": kind, **asdict(one)} for kind, waits in detail.items() for one in waits])


def _first_visits(what: str, waits: Iterable, most: float) -> list[Row]:
    times = _frame(waits)
    return [
        _median(f"{what}: title", times["title"]),
        _median(f"{what}: main chart", times["main"], most),
    ]


def _by_page(times: pd.DataFrame) -> list[Row]:
    rows = []
    for page, waits in times.groupby("what", sort=False):
        rows.append(_median(f"click on {page}: title", waits["title"], TITLE_SHOWN))
        rows.append(_median(f"click on {page}: main chart or table", waits["main"], MAIN_SHOWN))
    return rows


def _median(what: str, seconds: pd.Series, most: float | None = None) -> Row:
    note = f"{seconds.min():.2f} to {seconds.max():.2f} in {len(seconds)}"
    return Row(what, float(seconds.median()), "s", at_most=most, note=note)


def _frame(waits: Iterable) -> pd.DataFrame:
    return pd.DataFrame([asdict(one) for one in waits])
