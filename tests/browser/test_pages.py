"""Every page in Chromium, opened once by a link with controls set; all tests of a page look at that visit.

A test says itself in which colours and how wide it wants to see the page, so that tests can run in any order.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

import pandas as pd
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from analysis.store import Store
from benchmarks.serving import running_app
from tests.app.conftest import PAGES
from tests.browser.conftest import WIDE, address, drawn
from tests.browser.looking import cut_off, faint, out_of_reach, said

pytestmark = pytest.mark.browser

AXE = Axe()
WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"], "resultTypes": ["violations"]}
OF_STREAMLIT = (
    ("list", "stSidebarNavItems", "the navigation's sections are headings right inside its list"),
    ("listitem", "<li", "likewise: its links are items inside those sections"),
    ("color-contrast", 'class="token', "commands are coloured by Streamlit's own highlighter"),
    (
        "color-contrast",
        "<span title=",
        "white on the primary colour in a multiselect's tags; in dark that colour "
        "has to be light, since it is text elsewhere",
    ),
    ("color-contrast", 'data-testid="stBaseButton-header"', "Streamlit's Stop, there only while a page runs"),
)
"""What widgets of Streamlit's own break: rule, what the element's HTML contains, and why that stays."""

PHONE = {"width": 390, "height": 844}
OTHER = "benchmark=toy-other"
LINKS = {
    "overview": "bins=7",
    "difficulty": "bins=7&find=2&in_bins=3",
    "item": "bins=7&item=toy-123",
    "models": "bins=7&models=toy-model-003&models=toy-model-007&first=toy-model-003",
    "coverage": "bins=7&against=toy-other",
    "bins": "cut=equal-width&bins=7&show=2&changes=35",
    "heatmap": "bins=7&measure=logit&rows=by+mean&mask=true&cell=2&on=3",
    "curves": "scale=log+odds&lines=2&lines=9",
    "pooling": OTHER,
    "mixes": "mix=hard-heavy",
    "training": "trained=2",
    "tasks": "trained=7",
    "findings": "bins=7",
    "diagnostics": OTHER,
    "robustness": OTHER,
    "methods": "part=Bins&about=quantile",
    "export": "bins=7&take=2&sure=20&order=hard-first&form=csv",
    "data": OTHER,
}
"""What is not as by default in the link that each page is opened by; one cut, so that it is made once."""


class Visit(NamedTuple):
    """A page that was opened by its link."""

    name: str
    page: Page

    def seen(self, size: dict[str, int] = WIDE) -> Page:
        """Show the page this wide, and wait until it is drawn so."""
        self.page.set_viewport_size(size)
        drawn(self.page)
        return self.page


@pytest.fixture(scope="module")
def visitor(chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context(viewport=WIDE, accept_downloads=True)
    context.set_default_timeout(30_000)
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    yield context
    context.close()


# What a fresh server is asked for first must be a link to a page that is not the front page.
@pytest.fixture(scope="module", params=sorted(PAGES, key=lambda name: name != "heatmap"))
def visit(request: pytest.FixtureRequest, app: str, visitor: BrowserContext) -> Iterator[Visit]:
    page = visitor.new_page()
    page.goto(address(app, request.param, LINKS[request.param]))
    drawn(page)
    yield Visit(request.param, page)
    page.close()


@pytest.fixture(scope="module")
def fresh_app(tmp_path_factory: pytest.TempPathFactory, toy_store: Store) -> Iterator[str]:
    """A server that shows a page only to those who come by a copied link."""
    with running_app(toy_store.directory, tmp_path_factory.mktemp("fresh") / "server.log") as app:
        yield app


@pytest.fixture(scope="module")
def collaborator(chromium: Browser) -> Iterator[BrowserContext]:
    """Somebody else's browser, which prefers dark; it keeps scripts that it has loaded, and nothing else."""
    context = chromium.new_context(viewport=WIDE, color_scheme="dark")
    context.set_default_timeout(30_000)
    yield context
    context.close()


@pytest.fixture(scope="module")
def copied(visit: Visit, app: str, fresh_app: str, collaborator: BrowserContext) -> Iterator[Page]:
    """The same page in the dark on a fresh server, by the link that its button copies."""
    page = visit.seen()
    page.get_by_role("button", name="Copy link").first.click()
    expect(page.get_by_role("button", name="Link copied")).to_be_visible()
    collaborator.clear_cookies()
    other = collaborator.new_page()
    other.goto(page.evaluate("navigator.clipboard.readText()").replace(app, fresh_app))
    drawn(other)
    yield other
    other.close()


def test_a_copied_link_shows_the_same_on_a_fresh_server(visit: Visit, copied: Page, toy_store: Store) -> None:
    asked = parse_qs(LINKS[visit.name])
    shown = parse_qs(urlsplit(visit.seen().url).query)
    assert {name: shown.get(name) for name in asked} == asked
    assert parse_qs(urlsplit(copied.url).query) == {**shown, "data": [str(toy_store.version())]}
    wanted = said(visit.page)
    assert len(wanted["said"]) > 3
    until = time.monotonic() + 20
    while (found := said(copied)) != wanted and time.monotonic() < until:
        copied.wait_for_timeout(200)
    assert found == wanted


def test_axe_finds_nothing_in_light_nor_in_dark(visit: Visit, copied: Page) -> None:
    assert broken(visit.seen()) == []
    assert broken(copied) == []


def test_what_charts_say_stands_out_in_light_and_in_dark(visit: Visit, copied: Page) -> None:
    assert faint(visit.seen()) == []
    assert faint(copied) == []


def test_every_control_is_reached_by_keyboard_and_seen_to_be(visit: Visit) -> None:
    assert out_of_reach(visit.seen()) == ([], [])


def test_a_figure_leaves_as_csv_and_svg(visit: Visit) -> None:
    page = visit.seen()
    opener = page.get_by_role("button", name="Take away").first
    if page.locator(".js-plotly-plot").count() == 0:
        expect(opener).to_have_count(0)
        return
    opener.press("Enter")
    with page.expect_download() as numbers:
        page.get_by_role("button", name="Data, CSV").press("Enter")
    assert len(pd.read_csv(numbers.value.path())) > 0
    with page.expect_download() as figure:
        page.get_by_role("button", name="SVG, 89 mm").press("Enter")
    svg = Path(figure.value.path()).read_text(encoding="utf-8")
    assert svg.startswith("<svg")
    assert svg.count("<text") > 3
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Data, CSV")).to_have_count(0)


def test_a_phone_shows_all_of_it(visit: Visit) -> None:
    page = visit.seen(size=PHONE)
    page.wait_for_function("document.documentElement.scrollWidth <= innerWidth")
    assert cut_off(page) == []
    if visit.name == "heatmap":  # whose lists leave the screen to it
        first, last = (
            page.get_by_test_id("stSelectbox").filter(has_text=name).bounding_box()
            for name in ("Measure", "Order of rows")
        )
        assert last["y"] + last["height"] - first["y"] < 160


def test_back_and_forward_go_through_pages(app: str, page: Page) -> None:
    page.goto(f"{app}/?bins=7")
    links = page.get_by_test_id("stSidebarNav").get_by_role("link")
    title = page.get_by_role("heading", level=1).first
    drawn(page)
    titles = [title.inner_text()]
    for link in links.all()[1::4]:  # every page is opened by the tests above
        link.click()
        expect(title).not_to_have_text(titles[-1])
        drawn(page)
        titles.append(title.inner_text())
    assert len(set(titles)) == len(titles) > 4
    for seen in titles[-2::-1]:
        page.go_back()
        expect(title).to_have_text(seen)
    for seen in titles[1:3]:
        page.go_forward()
        expect(title).to_have_text(seen)


def broken(page: Page) -> list[str]:
    """What axe finds, but for what is Streamlit's own."""
    violations: list[dict[str, Any]] = AXE.run(page, options=WCAG).response["violations"]
    return [
        f"{rule['id']}: {node['target']} {node['html'][:200]}"
        for rule in violations
        for node in rule["nodes"]
        if not is_streamlits(rule["id"], node["html"])
    ]


def is_streamlits(rule: str, html: str) -> bool:
    return any(rule == known and part in html for known, part, _ in OF_STREAMLIT)
