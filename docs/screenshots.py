"""Takes the README's screenshots, light and dark, of the app on the bundled study: ``make screenshots``."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path
from typing import Literal, NamedTuple

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from analysis.imports import import_study
from analysis.store import Store
from benchmarks.serving import DRAWN, installed_chromium, running_app

DOCS = Path(__file__).parent
IMAGES = DOCS / "images"
Look = Literal["light", "dark"]
LOOKS: tuple[Look, Look] = ("light", "dark")


class View(NamedTuple):
    """A view of the README.

    Attributes
    ----------
    name
        Of its files, ``name-light.webp`` and ``name-dark.webp``.
    path
        Page and query.
    height
        Of the window, pixels: where the view ends.
    """

    name: str
    path: str
    height: int


WIDTH = 1280
VIEWS = (
    View("overview", "", 860),
    View("heatmap", "heatmap", 1200),
    View("difficulty", "difficulty", 1180),
    View("findings", "findings", 1230),
)


def file_name(view: View, look: Look) -> str:
    """Return the name of a view's file in `IMAGES`."""
    return f"{view.name}-{look}.webp"


def take(page: Page, address: str, view: View) -> Image.Image:
    """Open a view, wait until it is drawn to its end, and return what the window shows."""
    page.goto(f"{address}/{view.path}")
    page.get_by_role("heading", level=1).first.wait_for()
    page.wait_for_function(DRAWN)
    page.wait_for_timeout(2000)  # fonts and icons come last
    return Image.open(io.BytesIO(page.screenshot()))


def take_all(browser: Browser, address: str) -> None:
    """Save every view of a running app in both looks."""
    for look in LOOKS:
        page = browser.new_page(color_scheme=look, viewport={"width": WIDTH, "height": 900})
        page.set_default_timeout(300_000)  # Findings judges every benchmark
        for view in VIEWS:
            page.set_viewport_size({"width": WIDTH, "height": view.height})
            take(page, address, view).convert("RGB").save(
                IMAGES / file_name(view, look), lossless=True, method=6
            )
        page.close()


def main() -> None:
    """Load the bundled study into a store of its own and take every view in both looks."""
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        store = Path(folder) / "store"
        import_study(Store(store), DOCS.parent / "data/study")
        browser = playwright.chromium.launch(executable_path=installed_chromium(), args=["--no-sandbox"])
        with running_app(store, Path(folder) / "server.log") as address:
            take_all(browser, address)
        browser.close()


if __name__ == "__main__":
    main()
