"""Every page in Chromium: deep links, history, accessibility, phone width; one server for all."""

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
OF_STREAMLIT: dict[str, str] = {}
"""Rules that widgets of Streamlit's own break, each with what and why nothing here can mend it."""


def address(app: str, page: str) -> str:
    return f"{app}/{'' if page == 'overview' else page}"


def drawn(page: Page) -> None:
    """Wait until a page has been drawn to its end."""
    page.get_by_role("heading", level=1).first.wait_for()
    page.wait_for_function("() => !document.querySelector('[data-testid=stStatusWidget]')")
    page.wait_for_function("() => !document.querySelector('[data-stale=true]')")


@pytest.fixture(scope="module", params=["light", "dark"])
def visitor(request: pytest.FixtureRequest, chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context(color_scheme=request.param, viewport={"width": 1280, "height": 900})
    context.set_default_timeout(30_000)
    yield context
    context.close()


@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_clean_by_axe(app: str, visitor: BrowserContext, name: str) -> None:
    page = visitor.new_page()
    page.goto(address(app, name))
    drawn(page)
    found = AXE.run(page, options=WCAG).response["violations"]
    page.close()
    broken = [
        f"{rule['id']}: {node['target']} {node['html'][:200]}"
        for rule in found
        if rule["id"] not in OF_STREAMLIT
        for node in rule["nodes"]
    ]
    assert broken == []
