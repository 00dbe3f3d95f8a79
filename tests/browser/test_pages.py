"""Every page in Chromium: accessibility, phone width and history; one server and one browser for all."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.app.conftest import PAGES

pytestmark = pytest.mark.browser
expect.set_options(timeout=20_000)  # two cores shared with the browser

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


def is_streamlits(rule: str, html: str) -> bool:
    return any(rule == known and part in html for known, part, _ in OF_STREAMLIT)


def address(app: str, page: str) -> str:
    return f"{app}/{'' if page == 'overview' else page}"


def drawn(page: Page) -> None:
    """Wait until a page has been drawn to its end."""
    page.get_by_role("heading", level=1).first.wait_for()
    page.wait_for_function("() => !document.querySelector('[data-testid=stStatusWidget]')")
    page.wait_for_function("() => !document.querySelector('[data-stale=true]')")


VISITS = [("light", name) for name in PAGES] + [("dark", name) for name in ("overview", "curves", "data")]


@pytest.fixture(scope="module")
def visitors(chromium: Browser) -> Iterator[dict[str, BrowserContext]]:
    wide = {"width": 1280, "height": 900}
    contexts = {one: chromium.new_context(color_scheme=one, viewport=wide) for one in ("light", "dark")}
    for context in contexts.values():
        context.set_default_timeout(30_000)
    yield contexts
    for context in contexts.values():
        context.close()


@pytest.mark.parametrize(("scheme", "name"), VISITS)
def test_every_page_is_clean_by_axe_and_fits_a_phone(
    app: str, visitors: dict[str, BrowserContext], scheme: str, name: str
) -> None:
    page = visitors[scheme].new_page()
    page.goto(address(app, name))
    drawn(page)
    broken = [
        f"{rule['id']}: {node['target']} {node['html'][:200]}"
        for rule in AXE.run(page, options=WCAG).response["violations"]
        for node in rule["nodes"]
        if not is_streamlits(rule["id"], node["html"])
    ]
    assert broken == []
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_function("document.documentElement.scrollWidth <= 390")
    page.close()


def test_back_and_forward_go_through_what_was_seen(app: str, page: Page) -> None:
    bins = page.get_by_role("slider", name="Number of bins")
    measure = page.get_by_role("combobox", name="Measure")
    page.goto(f"{app}/heatmap")
    drawn(page)
    bins.focus()
    for count in ("9", "8"):
        bins.press("ArrowLeft")
        page.wait_for_url(f"**bins={count}**")
        drawn(page)
    measure.click()
    page.get_by_role("option", name="logit").click()
    page.wait_for_url("**measure=logit**")
    drawn(page)
    page.get_by_test_id("stSidebarNav").get_by_role("link", name="Export").click()
    expect(page.get_by_role("heading", name="Take a difficulty subset with you")).to_be_visible()
    for end, count, chosen in (
        ("measure=logit", "8", "logit"),
        ("bins=8", "8", "gain"),
        ("bins=9", "9", "gain"),
    ):
        page.go_back()
        page.wait_for_url(f"**/heatmap?**{end}")
        expect(bins).to_have_value(count)
        expect(measure).to_have_value(chosen)
    page.go_forward()
    page.wait_for_url("**/heatmap?bins=8")
    expect(bins).to_have_value("8")
