"""A real server and a real Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from analysis.store import Store
from benchmarks.serving import DRAWN, installed_chromium, running_app

expect.set_options(timeout=20_000)  # two cores shared with the browser
WIDE = {"width": 1280, "height": 900}


def address(app: str, page: str, query: str = "") -> str:
    """Return the address of a page by the name it has in `tests.app.conftest.PAGES`."""
    return f"{app}/{'' if page == 'overview' else page}{query and f'?{query}'}"


def drawn(page: Page) -> None:
    """Wait until a page has been drawn to its end."""
    page.get_by_role("heading", level=1).first.wait_for()
    page.wait_for_function(DRAWN)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    installed = installed_chromium()
    with sync_playwright() as playwright:
        bundled = Path(playwright.chromium.executable_path)
        if installed is None and not bundled.exists():
            pytest.skip("no Chromium: install one, or run `python -m playwright install chromium`")
        browser = playwright.chromium.launch(executable_path=installed, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory, toy_store: Store) -> Iterator[str]:
    """A server shared by all tests that change nothing on it."""
    with running_app(toy_store.directory, tmp_path_factory.mktemp("server") / "server.log") as app:
        yield app


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport=WIDE, accept_downloads=True)
    context.set_default_timeout(30_000)
    yield context.new_page()
    context.close()
