"""A figure, its numbers, its link and its sentence, taken from the heatmap in a real browser."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from playwright.sync_api import Page, expect

from analysis.bins import cut
from analysis.charts import LIGHT
from analysis.store import Store
from analysis.transfer import resample, run_matrix
from tests import studies
from tests.browser.conftest import drawn

pytestmark = pytest.mark.browser


def expected_gains(store: Store, count: int) -> np.ndarray:
    """The heatmap's numbers in points, straight from the library."""
    with store.open() as snapshot:
        items = snapshot.items(studies.BENCHMARK, "f17f17f1")
        bins = cut(items["mean"].to_numpy(), snapshot.draws("f17f17f1"), count=count)
        matrix = run_matrix(
            snapshot.runs(studies.BENCHMARK),
            snapshot.run_items(studies.BENCHMARK),
            snapshot.run_responses(studies.BENCHMARK),
            base_model=studies.BASE,
            n_items=len(items),
        )
    return 100 * resample(matrix, bins.member, count).gain.ravel()


WRITTEN = ".js-plotly-plot .textpoint"
CELLS = """() => [...document.querySelectorAll('.js-plotly-plot .textpoint text')].map((text) => {
  const { x, y, width, height } = text.getBoundingClientRect();
  const lines = [...text.querySelectorAll('tspan.line')].map((line) => line.textContent);
  return { x: x + width / 2, y: y + height / 2, value: lines.length ? lines[1] : text.textContent };
})"""
"""Value and place of every cell: the ends of its interval stand above and below it."""


def shown_gains(page: Page) -> np.ndarray:
    """The numbers written into the heatmap's cells, row by row."""
    page.wait_for_selector(WRITTEN)
    cells = sorted(page.evaluate(CELLS), key=lambda cell: (round(cell["y"] / 10), cell["x"]))
    return np.array([float(cell["value"].replace("−", "-")) for cell in cells])


@pytest.fixture
def opened(app: str, page: Page) -> Page:
    """The heatmap in dark colours, with what can be taken away opened by keyboard."""
    page.emulate_media(color_scheme="dark")
    page.goto(f"{app}/heatmap?bins=5")
    page.wait_for_selector(WRITTEN)
    page.get_by_role("button", name="Take away").press("Enter")
    return page


def saved(page: Page, button: str) -> tuple[str, Path]:
    with page.expect_download() as download:
        page.get_by_role("button", name=button, exact=True).press("Enter")
    return download.value.suggested_filename, Path(download.value.path())


def test_a_figure_is_saved_at_journal_width_in_light_colours(opened: Page, toy_store: Store) -> None:
    for mm in (89, 183):
        name, file = saved(opened, f"SVG, {mm} mm")
        assert name == f"heatmap-toy-{toy_store.version()}-{mm}mm.svg"
        svg = file.read_text(encoding="utf-8")
        width = float(re.search(r'<svg[^>]* width="([\d.]+)"', svg)[1])
        assert width == pytest.approx(mm / 25.4 * 96)  # CSS has 96 px an inch
        assert "rgb(255, 255, 255); fill-opacity: 1" in svg
        red, green, blue = (int(LIGHT.text[k : k + 2], 16) for k in (1, 3, 5))
        assert f"rgb({red}, {green}, {blue})" in svg
        assert svg.count('class="textpoint"') == 55
    name, file = saved(opened, "PNG, 89 mm")
    header = file.read_bytes()[:24]
    assert int.from_bytes(header[16:20]) == pytest.approx(89 / 25.4 * 600, abs=1)


def test_cells_show_the_librarys_numbers(app: str, page: Page, toy_store: Store) -> None:
    page.goto(f"{app}/heatmap?bins=5&intervals=false")
    drawn(page)
    np.testing.assert_array_equal(shown_gains(page), np.round(expected_gains(toy_store, 5)))


def test_numbers_link_and_sentence_go_along(opened: Page, toy_store: Store) -> None:
    name, file = saved(opened, "Data, CSV")
    assert name == f"heatmap-toy-{toy_store.version()}.csv"
    cells = pd.read_csv(file)
    assert list(cells["test_bin"][:5]) == [1, 2, 3, 4, 5]
    np.testing.assert_allclose(100 * cells["gain"], expected_gains(toy_store, 5))
    sentence = opened.get_by_test_id("stCode").last
    expect(sentence).to_contain_text("95% interval, from one joint bootstrap of items and seeds")
    expect(sentence).to_contain_text("fit f17f17f1, to 120 respondent models")
    expect(sentence).to_contain_text(f"data version {toy_store.version()}")
    opened.context.grant_permissions(["clipboard-read", "clipboard-write"])
    opened.get_by_role("button", name="Copy link").last.press("Enter")
    expect(opened.get_by_role("button", name="Link copied")).to_be_visible()
    link = opened.evaluate("navigator.clipboard.readText()")
    assert "heatmap?bins=5" in link
    assert f"data={toy_store.version()}" in link


def test_a_report_is_one_file_that_prints(app: str, page: Page, tmp_path: Path) -> None:
    page.goto(f"{app}/heatmap?bins=5")
    name, file = saved(page, "Report of this view, HTML")
    assert name.startswith("report-toy-")
    asked, failed = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: failed.append(error))
    copy = tmp_path / "report.html"
    copy.write_bytes(file.read_bytes())
    page.goto(copy.as_uri())
    page.wait_for_selector("#figure-2 .main-svg")
    assert asked == [copy.as_uri()]
    assert failed == []
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 680, "height": 900})  # the width of A4 within its margins
    page_height = (297 - 2 * 15) / 25.4 * 96  # of A4 within its margins
    for figure in page.locator("figure").all():
        size = figure.bounding_box()
        assert size["width"] <= 681
        assert size["height"] < page_height
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")
    assert f"{app}/heatmap?benchmark=toy" in page.get_by_role("link").inner_text()
