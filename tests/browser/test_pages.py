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

from analysis.charts import DARK, LIGHT
from analysis.store import Store
from benchmarks.serving import running_app
from tests.app.conftest import PAGES
from tests.browser.conftest import WIDE, address, drawn

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
    "models": "bins=5&models=toy-model-003&models=toy-model-007&first=toy-model-003",
    "coverage": "bins=6&against=toy-other",
    "bins": "cut=equal-width&bins=6&show=2&changes=35",
    "heatmap": "bins=5&measure=logit&rows=by+mean&mask=true&cell=2&on=3",
    "curves": "scale=log+odds&lines=2&lines=9",
    "pooling": OTHER,
    "mixes": "mix=hard-heavy",
    "training": "trained=2",
    "tasks": "trained=1",
    "findings": "bins=7",
    "diagnostics": OTHER,
    "robustness": OTHER,
    "methods": "part=Bins&about=quantile",
    "export": "bins=6&take=2&sure=20&order=hard-first&form=csv",
    "data": OTHER,
}
"""What is not as by default in the link that each page is opened by."""

READ = """() => {
  const main = document.querySelector('[data-testid=stMain]');
  const texts = (selector) => [...main.querySelectorAll(selector)].map((shown) => shown.textContent);
  return { said: main.innerText.split('\\n').filter((line) => line.trim()),
           charts: texts('.js-plotly-plot text'), cells: texts('[role=gridcell]') };
}"""


class Visit(NamedTuple):
    """A page that was opened by its link."""

    name: str
    page: Page

    def seen(self, scheme: str = "light", size: dict[str, int] = WIDE) -> Page:
        """Show the page in these colours and as wide, and wait until it is drawn so."""
        self.page.emulate_media(color_scheme=scheme)
        self.page.set_viewport_size(size)
        drawn(self.page)
        look = {"light": LIGHT, "dark": DARK}[scheme]
        self.page.wait_for_function(CHARTS_ARE, arg=look.text)
        return self.page


CHARTS_ARE = """(colour) => {
  const probe = document.createElement('span');
  document.body.append(Object.assign(probe, { style: `color: ${colour}` }));
  const wanted = getComputedStyle(probe).color;
  probe.remove();
  return [...document.querySelectorAll('.js-plotly-plot')].every((chart) => {
    const text = chart.querySelector('.xtick text, .ytick text');
    return !text || getComputedStyle(text).fill === wanted;
  });
}"""


@pytest.fixture(scope="module")
def visitor(chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context(viewport=WIDE, accept_downloads=True)
    context.set_default_timeout(30_000)
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    yield context
    context.close()


@pytest.fixture(scope="module", params=PAGES)
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
    """A browser of somebody else; scripts that it has loaded, it keeps from page to page."""
    context = chromium.new_context(viewport=WIDE)
    context.set_default_timeout(30_000)
    yield context
    context.close()


def test_a_copied_link_shows_the_same_on_a_fresh_server(
    visit: Visit, app: str, fresh_app: str, collaborator: BrowserContext, toy_store: Store
) -> None:
    page = visit.seen()
    asked = parse_qs(LINKS[visit.name])
    assert {name: value for name, value in parse_qs(urlsplit(page.url).query).items() if name in asked} == asked
    page.get_by_role("button", name="Copy link").first.click()
    expect(page.get_by_role("button", name="Link copied")).to_be_visible()
    link = page.evaluate("navigator.clipboard.readText()")
    assert parse_qs(urlsplit(link).query) == {**asked, "data": [str(toy_store.version())]}
    collaborator.clear_cookies()
    other = collaborator.new_page()
    other.goto(link.replace(app, fresh_app))
    drawn(other)
    wanted = page.evaluate(READ)
    assert sum(map(len, wanted.values())) > 10
    until = time.monotonic() + 20
    while (found := other.evaluate(READ)) != wanted and time.monotonic() < until:
        other.wait_for_timeout(200)
    assert found == wanted
    other.close()


def test_axe_finds_nothing_in_light(visit: Visit) -> None:
    assert broken(visit.seen("light")) == []


def test_every_control_is_reached_by_keyboard_and_seen_to_be(visit: Visit) -> None:
    page = visit.seen()
    page.evaluate(FOLLOW_FOCUS)
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        if page.evaluate("window.atlasFocus.around()"):
            break
    found = page.evaluate("window.atlasFocus.end()")
    assert found["stops"] > 20
    assert found["missed"] == []
    assert found["unseen"] == []


MOST_STOPS = 160
FOLLOW_FOCUS = """() => {
  const still = document.createElement('style');
  still.textContent = '* { transition: none !important; animation: none !important; }';
  document.head.append(still);
  document.activeElement?.blur();
  getSelection().removeAllRanges();
  const deepest = () => { let at = document.activeElement; while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement; return at; };
  const look = (one) => {
    const chain = []; let at = one;
    for (let k = 0; at && k < 6; k += 1) { chain.push(at); at = at.parentElement ?? at.getRootNode().host; }
    return chain.flatMap((each) => ['', '::before', '::after'].map((part) => {
      const style = getComputedStyle(each, part || null);
      return [style.outline, style.boxShadow, style.borderColor, style.backgroundColor, style.textDecoration, style.opacity, style.visibility].join();
    })).join(';');
  };
  const html = (one) => one.outerHTML.slice(0, 160);
  const order = [], unseen = [];
  const watch = (one) => {
    const focused = look(one);
    one.addEventListener('blur', () => { requestAnimationFrame(() => { if (one.isConnected && look(one) === focused && !unseen.includes(one)) unseen.push(one); }); }, { once: true });
  };
  let round = false;
  window.atlasFocus = {
    around() {
      const at = deepest();
      if (!at || at === document.body || order.includes(at)) { round = order.length > 0; return round; }
      order.push(at); watch(at);
      return false;
    },
    async end() {
      deepest()?.blur();
      await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
      still.remove();
      const all = (root) => [...root.querySelectorAll('*')].flatMap((one) => [one, ...(one.shadowRoot ? all(one.shadowRoot) : [])]);
      const controls = all(document.querySelector('[data-testid=stApp]')).filter((one) =>
        one.matches('a[href], button, input, select, textarea, summary, [role=slider], [role=combobox], [tabindex="0"]')
        && one.tabIndex >= 0 && !one.disabled && one.checkVisibility({ visibilityProperty: true }) && !one.closest('[aria-hidden=true], [inert]'));
      const group = (one) => one.closest('[role=radiogroup], [role=group], [role=toolbar]');
      const missed = controls.filter((one) => !order.includes(one) && !(group(one) && order.some((other) => group(other) === group(one))));
      return { stops: order.length, missed: missed.map(html), unseen: unseen.map(html) };
    },
  };
}"""


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


def test_axe_finds_nothing_in_dark(visit: Visit) -> None:
    assert broken(visit.seen("dark")) == []


def test_a_phone_shows_all_of_it(visit: Visit) -> None:
    page = visit.seen(size=PHONE)
    page.wait_for_function("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate(CUT_OFF) == []


CUT_OFF = """() => [...document.querySelectorAll('[data-testid=stMain] :is(a[href], button, input, textarea, h1, h2, h3, .js-plotly-plot)')]
  .filter((one) => one.checkVisibility({ visibilityProperty: true, opacityProperty: true }))
  .map((one) => [one, one.getBoundingClientRect()])
  .filter(([, box]) => box.width > 1 && (box.left < -1 || box.right > innerWidth + 1))
  .map(([one, box]) => `${Math.round(box.left)} to ${Math.round(box.right)}: ${one.outerHTML.slice(0, 160)}`)"""


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
