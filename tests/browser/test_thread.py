"""From a deep link or the front page to numbers, a link and a file, as a visitor would."""

from __future__ import annotations

import io
import re
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from playwright.sync_api import Browser, Page, expect

from analysis.bins import cut
from analysis.store import Store
from analysis.transfer import resample, run_matrix
from tests import studies
from tests.browser.conftest import running_app

pytestmark = pytest.mark.browser
expect.set_options(timeout=20_000)  # two cores shared with the browser


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


def shown_gains(page: Page) -> np.ndarray:
    """The numbers written into the heatmap's cells, row by row."""
    page.wait_for_selector(".js-plotly-plot .annotation-text")
    texts = page.locator(".js-plotly-plot .annotation-text").all_text_contents()
    # An annotation holds the value and, below it, the interval: "+12+5…+19".
    heads = [text.replace("−", "-") for text in texts]
    return np.array([_leading_number(text) for text in heads])


def _leading_number(text: str) -> float:
    """``-3`` of ``-3-10 … 0``; a zero has no sign."""
    if text.startswith("0"):
        return 0.0
    end = next((k for k in range(1, len(text)) if text[k] in "+-… 0" and not text[k].isdigit()), len(text))
    return float(text[:end])


def test_first_request_of_a_fresh_server_is_a_deep_link(fresh_app: str, page: Page, toy_store: Store) -> None:
    page.goto(f"{fresh_app}/heatmap?bins=5&intervals=false")
    expect(page.get_by_role("heading", name="Train on one difficulty, test on another")).to_be_visible()
    expect(page.get_by_text("Page not found")).to_have_count(0)
    expect(page.get_by_role("slider", name="Number of bins")).to_have_value("5")
    expect(page.get_by_test_id("stSidebar").get_by_text("Copy link")).to_be_visible()
    expected = expected_gains(toy_store, 5)
    shown = shown_gains(page)
    assert shown.shape == expected.shape == (55,)
    np.testing.assert_array_equal(shown, np.round(expected))
    assert "bins=5" in page.url


def test_from_the_overview_to_a_downloaded_subset(app: str, page: Page, toy_store: Store) -> None:
    page.goto(app)
    expect(page.get_by_text("Trained on easy items, tested on hard ones", exact=False)).to_be_visible()
    page.get_by_role("link", name="Heatmap of all bins").click()
    expect(page.get_by_role("heading", name="Train on one difficulty, test on another")).to_be_visible()
    page.wait_for_selector(".js-plotly-plot .annotation-text")
    page.get_by_test_id("stSidebarNav").get_by_role("link", name="Bins").click()
    expect(page.get_by_role("heading", name="Difficulty bins")).to_be_visible()
    page.get_by_test_id("stSidebarNav").get_by_role("link", name="Export").click()
    expect(page.get_by_role("heading", name="Take a difficulty subset with you")).to_be_visible()
    page.get_by_role("button", name="7", exact=True).click()
    expect(page.get_by_text("--bins 7,8,9,10")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download parquet").click()
    subset = pd.read_parquet(io.BytesIO(Path(download.value.path()).read_bytes()))
    assert download.value.suggested_filename == "toy-bins-7-8-9-10-of-10.parquet"
    with toy_store.open() as snapshot:
        items = snapshot.items(studies.BENCHMARK, "f17f17f1")
        bins = cut(items["mean"].to_numpy(), snapshot.draws("f17f17f1"))
    assert set(subset["item_key"]) == set(items["item_key"][bins.member >= 6])
    assert {"difficulty_low", "difficulty_high", "p_in_bin", "fit", "data_version"} <= set(subset.columns)


def test_a_copied_link_shows_the_same_to_a_collaborator(
    app: str, page: Page, chromium: Browser, toy_store: Store
) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{app}/heatmap?intervals=false")
    page.wait_for_selector(".js-plotly-plot .annotation-text")
    slider = page.get_by_role("slider", name="Number of bins")
    slider.focus()
    for _ in range(4):
        slider.press("ArrowLeft")
    page.wait_for_url("**bins=6**")
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_role("button", name="Link copied")).to_be_visible()
    link = page.evaluate("navigator.clipboard.readText()")
    assert f"data={toy_store.version()}" in link

    private = chromium.new_context()
    other = private.new_page()
    other.goto(link)
    np.testing.assert_array_equal(shown_gains(other), np.round(expected_gains(toy_store, 6)))
    expect(other.get_by_text("This link was made on data version")).to_have_count(0)
    private.close()


def test_a_training_set_is_part_of_the_link(app: str, page: Page) -> None:
    page.goto(f"{app}/training?trained=2")
    expect(page.get_by_role("heading", name="After 100 steps")).to_be_visible()
    expect(page.get_by_text("trained on bin 2.")).to_be_visible()
    page.get_by_test_id("stSidebarNav").get_by_role("link", name="Across tasks").click()
    expect(page.get_by_role("heading", name="Train on one benchmark, test on another")).to_be_visible()
    page.get_by_role("combobox", name="Trained on bins").click()
    page.get_by_role("option", name="7", exact=True).click()
    page.wait_for_url("**trained=7**")
    expect(page.get_by_text("Without runs on bin 7: toy-other")).to_be_visible()
    page.reload()
    expect(page.get_by_text("Without runs on bin 7: toy-other")).to_be_visible()


@pytest.mark.parametrize("path", ["", "training", "tasks"])
def test_a_telephone_shows_the_whole_page(app: str, chromium: Browser, path: str) -> None:
    context = chromium.new_context(viewport={"width": 400, "height": 900})
    page = context.new_page()
    page.goto(f"{app}/{path}")
    page.wait_for_selector(".js-plotly-plot .annotation-text", state="attached")
    assert page.evaluate("document.documentElement.scrollWidth") <= 400
    right = page.locator(".js-plotly-plot").first.evaluate("plot => plot.getBoundingClientRect().right")
    assert right <= 400
    context.close()


def test_a_stale_link_says_so(app: str, page: Page) -> None:
    page.goto(f"{app}/heatmap?data=00000000&benchmark=gone")
    expect(page.get_by_text("This link was made on data version 00000000")).to_be_visible()
    expect(page.get_by_text("'gone', which is not here")).to_be_visible()
    page.wait_for_selector(".js-plotly-plot .annotation-text")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_charts_follow_the_theme(app: str, chromium: Browser, scheme: str) -> None:
    context = chromium.new_context(color_scheme=scheme)
    page = context.new_page()
    page.goto(f"{app}/difficulty")
    # Charts are transparent; their text must be the theme's, dark on light or light on dark.
    wanted = {"light": "rgb(31, 41, 55)", "dark": "rgb(230, 233, 239)"}[scheme]
    page.wait_for_selector(".js-plotly-plot .xtick text")
    page.wait_for_function(
        "wanted => getComputedStyle(document.querySelector('.js-plotly-plot .xtick text')).fill === wanted",
        arg=wanted,
    )
    context.close()


def test_nothing_is_asked_of_other_hosts_and_scripts_travel_compressed(app: str, page: Page) -> None:
    hosts, scripts = set(), {}
    page.on("request", lambda request: hosts.add(request.url.split("/")[2]))
    page.on("response", lambda response: scripts.setdefault(response.url, response.headers))
    page.goto(f"{app}/heatmap")
    page.wait_for_selector(".js-plotly-plot .annotation-text")
    assert hosts == {app.split("/")[2]}
    encodings = [
        headers.get("content-encoding")
        for url, headers in scripts.items()
        if url.endswith(".js") and int(headers.get("content-length", 10_000)) > 2_000
    ]
    assert encodings
    assert set(encodings) == {"gzip"}


def test_a_fit_that_did_not_converge_is_each_visitors_own_choice(
    tmp_path: Path, page: Page, chromium: Browser, toy_store: Store
) -> None:
    store = Store(shutil.copytree(toy_store.directory, tmp_path / "store"))
    with store.change() as draft:
        draft._rows("UPDATE fits SET converged = false, problems = 'R-hat 1.2' WHERE fit = ?", [studies.FIT])
        draft.record_import("x", benchmark="toy", source="x", reader="test", report=[])
    with running_app(store.directory, tmp_path / "server.log") as address:
        page.goto(f"{address}/bins?bins=5")
        banner = page.get_by_text("did not converge: R-hat 1.2")
        title = page.get_by_role("heading", name="Difficulty bins")
        expect(banner).to_be_visible()
        expect(title).to_have_count(0)
        page.get_by_role("button", name="Show it anyway").click()
        expect(title).to_be_visible()
        expect(banner).to_be_visible()
        page.get_by_test_id("stSidebarNav").get_by_role("link", name="Export").click()
        expect(page.get_by_role("heading", name="Take a difficulty subset with you")).to_be_visible()
        expect(banner).to_be_visible()
        with page.expect_download() as download:
            page.get_by_role("button", name="Download parquet").click()
        assert not pd.read_parquet(io.BytesIO(Path(download.value.path()).read_bytes()))["converged"].any()

        private = chromium.new_context()
        other = private.new_page()
        other.goto(page.url)
        expect(other.get_by_role("button", name="Show it anyway")).to_be_visible()
        expect(other.get_by_role("heading", name="Take a difficulty subset with you")).to_have_count(0)
        private.close()


def test_an_open_page_follows_the_store(tmp_path: Path, page: Page, toy_store: Store) -> None:
    store = Store(shutil.copytree(toy_store.directory, tmp_path / "store"))
    with running_app(store.directory, tmp_path / "server.log") as address:
        page.goto(f"{address}/bins")
        sidebar = page.get_by_test_id("stSidebar")
        expect(sidebar.get_by_text(f"Data version {store.version()}")).to_be_visible()
        with store.change() as draft:
            draft.record_import("x", benchmark="toy", source="x", reader="test", report=[])
        assert store.version() != toy_store.version()
        expect(sidebar.get_by_text(f"Data version {store.version()}")).to_be_visible()


def test_an_edge_that_is_dragged_becomes_part_of_the_link(app: str, page: Page) -> None:
    page.goto(f"{app}/bins?bins=3")
    edge = page.get_by_role("slider", name="Edge between bins 2 and 3")
    before = float(edge.get_attribute("aria-valuenow") or "nan")
    grip = edge.locator("circle").bounding_box()
    assert grip is not None
    page.mouse.move(grip["x"] + 6, grip["y"] + 6)
    page.mouse.down()
    page.mouse.move(grip["x"] + 106, grip["y"] + 6)
    page.mouse.up()
    page.wait_for_url("**edges=**cut=typed")
    field = page.get_by_role("textbox", name="Edges, logits")
    expect(field).to_have_value(re.compile("^[-.0-9]+, [-.0-9]+$"))  # the address is ahead of it
    kept, moved = (float(part) for part in field.input_value().split(","))
    assert moved > before + 0.1
    assert kept < moved
    edge.focus()
    edge.press("ArrowLeft")
    expect(field).to_have_value(f"{kept:g}, {moved - 0.05:g}")
