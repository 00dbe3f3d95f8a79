"""How long a visitor waits, measured inside a real browser on a running app.

Every time is read off the browser's own clock, frame by frame: from the start of a visit, or from the click
or key that asks for something, to the first frame that shows it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, BrowserContext, CDPSession, Page

from benchmarks.serving import DRAWN

FRONT = "Overview"
CHART = ".js-plotly-plot"
TABLE = '[data-testid="stDataFrame"] canvas'
MAIN = {"Methods": '[data-testid="stExpander"]', "Export": TABLE, "Data": TABLE}
"""What a page without charts is opened for; of the others it is their first chart."""

WATCH = """
({ selector, isVisit }) => {
  const isChart = (shown) => shown.matches(".js-plotly-plot");
  const drawn = (shown) => shown.getClientRects().length > 0
    && (!isChart(shown) || shown.querySelector(".cartesianlayer :is(.trace, .hm)"));
  const title = () => document.querySelector('[data-testid="stMain"] h1')?.textContent ?? "";
  const main = () => [...document.querySelectorAll(selector)].filter(drawn);
  const before = isVisit ? { title: "", main: [], pictures: [] }
    : { title: title(), main: main(), pictures: main().map((shown) => shown.innerHTML) };
  const seen = window.atlasSeen = {};
  let start = isVisit ? 0 : null;
  for (const act of ["click", "keydown"]) {
    window.addEventListener(act, () => { start ??= performance.now(); }, { capture: true });
  }
  const look = () => {
    if (start !== null) {
      const now = performance.now() - start;
      if (title() && title() !== before.title) seen.title ??= now;
      if (seen.title && main().some((shown) => !before.main.includes(shown))) seen.main ??= now;
      if (main().some((shown) => !before.pictures.includes(shown.innerHTML))) seen.changed ??= now;
    }
    if (window.atlasSeen === seen) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}
"""
"""Notes in ``atlasSeen`` when another title, with it another element of a kind, and another picture in one of
that kind are first there.

Milliseconds since the next click or key, or, for a visit, since the browser was told to go there.
"""


@dataclass(frozen=True)
class Network:
    """What lies between server and browser: megabits a second either way, and seconds to and fro."""

    megabits: float
    latency: float


@dataclass(frozen=True)
class Waited:
    """One wait.

    Attributes
    ----------
    what
        What was asked for.
    title, main
        Seconds until its title and its main chart (or table) were there; None where none was waited for.
    bytes
        What the server sent for it, as it travelled; None if it was not counted.
    """

    what: str
    title: float | None
    main: float | None
    bytes: int | None = None


def visit(browser: Browser, address: str, *, page: str = FRONT, network: Network | None = None) -> Waited:
    """Open a page in a browser that has nothing of the app yet."""
    with _fresh(browser) as context:
        tab = context.new_page()
        tab.add_init_script(f"({WATCH})({{ selector: {_main_of(page)!r}, isVisit: true }})")
        devtools = context.new_cdp_session(tab)
        sent = _counted(devtools)
        if network is not None:
            rate = network.megabits * 1e6 / 8
            devtools.send(
                "Network.emulateNetworkConditions",
                {
                    "offline": False,
                    "latency": 1000 * network.latency,
                    "downloadThroughput": rate,
                    "uploadThroughput": rate,
                },
            )
        tab.goto(address, wait_until="commit")
        seen = _seen(tab, "main")
        return Waited(f"visit of {page}", seen["title"], seen["main"], sum(sent))


def page_changes(browser: Browser, address: str, rounds: int) -> Iterator[Waited]:
    """Click through the sidebar from page to page, after a first round that is not measured."""
    with _fresh(browser) as context:
        tab = context.new_page()
        tab.goto(address)
        links = tab.get_by_test_id("stSidebarNav").get_by_role("link")
        links.first.wait_for()
        names = links.all_inner_texts()
        pages = [name.split("\n")[-1] for name in names]
        for number in range(rounds + 1):
            for page in [*pages[1:], pages[0]]:
                _settled(tab)
                tab.evaluate(WATCH, {"selector": _main_of(page), "isVisit": False})
                links.nth(pages.index(page)).click()
                seen = _seen(tab, "main")
                if number:
                    yield Waited(page, seen["title"], seen["main"])


def control_changes(browser: Browser, address: str) -> Iterator[Waited]:
    """Change a control of every page that has a chart which depends on one, to values that are new to it."""
    with _fresh(browser) as context:
        tab = context.new_page()
        for path, (label, values) in CHANGES.items():
            tab.goto(f"{address}/{path}")
            tab.locator(CHART).first.wait_for()
            for value in values:
                _settled(tab)
                _change(tab, label, value)
                yield Waited(f"{path or 'overview'}: {label}", None, _seen(tab, "changed")["changed"])


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
    tab.evaluate(WATCH, {"selector": CHART, "isVisit": False})
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


@contextmanager
def _fresh(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(120_000)
    yield context
    context.close()


def _main_of(page: str) -> str:
    return MAIN.get(page, CHART)


def _counted(devtools: CDPSession) -> list[int]:
    """Return a list that grows by the bytes of every answer, headers too, and of every message."""
    sent: list[int] = []
    devtools.send("Network.enable")
    devtools.on("Network.loadingFinished", lambda event: sent.append(int(event["encodedDataLength"])))
    devtools.on(
        "Network.webSocketFrameReceived", lambda event: sent.append(len(event["response"]["payloadData"]))
    )
    return sent


def _seen(tab: Page, awaited: str) -> dict[str, Any]:
    """Wait until something was seen; return seconds by what was seen until then."""
    tab.wait_for_function("awaited => window.atlasSeen?.[awaited] !== undefined", arg=awaited)
    seen = tab.evaluate("window.atlasSeen")
    return {
        name: round(seen[name] / 1000, 3) if name in seen else None for name in ("title", "main", "changed")
    }


def _settled(tab: Page) -> None:
    """Wait until nothing runs any more and every chart is drawn."""
    tab.wait_for_function(DRAWN)
    tab.wait_for_timeout(500)
