"""From a deep link or the front page to numbers, a link and a file, as a visitor would."""

from __future__ import annotations

import io
import re
import shutil
import time
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pandas as pd
import pytest
from playwright.sync_api import Browser, Page, expect

from analysis.bins import cut
from analysis.store import Store
from benchmarks.serving import running_app
from tests import studies
from tests.browser.conftest import drawn

pytestmark = pytest.mark.browser


def test_from_the_overview_to_a_downloaded_subset(app: str, page: Page, toy_store: Store) -> None:
    page.goto(app)
    expect(page.get_by_text("Trained on easy items, tested on hard ones", exact=False)).to_be_visible()
    page.get_by_role("link", name="Heatmap of all bins").click()
    expect(page.get_by_role("heading", name="Train on one difficulty, test on another")).to_be_visible()
    page.wait_for_selector(".js-plotly-plot .textpoint")
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


def test_every_kind_of_control_works_by_keyboard(app: str, page: Page) -> None:
    sidebar, keys = page.get_by_test_id("stSidebar"), page.keyboard
    page.goto(f"{app}/heatmap")
    drawn(page)
    page.get_by_role("slider", name="Number of bins").press("ArrowLeft")
    page.wait_for_url("**bins=9**")
    page.get_by_label(re.compile("by 9 test bins")).wait_for()
    for box, typed in (("Trained on bin", "3"), ("Tested on bin", "7")):
        drawn(page)  # a page that is drawn anew folds its lists
        page.get_by_role("combobox", name=box).press("ArrowDown")
        keys.type(typed)
        page.get_by_role("option", name=typed).first.wait_for()
        keys.press("Enter")
        expect(page.get_by_text("Trained on bin 3, toy-base")).to_be_visible()
    page.wait_for_url("**cell=3**on=7**")
    page.get_by_role("switch", name="Write intervals").press("Space")
    page.wait_for_url("**intervals=false**")
    sidebar.get_by_test_id("stSidebarCollapseButton").get_by_role("button").press("Enter")
    expect(sidebar).not_to_be_in_viewport()
    page.get_by_test_id("stExpandSidebarButton").press("Enter")
    expect(sidebar).to_be_in_viewport()
    page.get_by_test_id("stSidebarNav").get_by_role("link", name="Export").press("Enter")
    page.get_by_role("button", name="1", exact=True).press("Space")
    expect(page.get_by_text("--bins 1,7,8,9")).to_be_visible()
    page.get_by_role("spinbutton", name="Difficulty from").fill("-1")
    keys.press("Enter")
    page.wait_for_url("**from=-1**")
    page.get_by_test_id("stSidebarNav").get_by_role("link", name="Bins").press("Enter")
    page.get_by_role("radio", name="2", exact=True).press("Space")
    page.wait_for_url("**show=2**")


def test_charts_follow_the_theme(app: str, page: Page) -> None:
    page.goto(f"{app}/difficulty")
    page.wait_for_selector(".js-plotly-plot .xtick text")
    colour = "getComputedStyle(document.querySelector('.js-plotly-plot .xtick text')).fill"
    # Charts are transparent; their text must be the theme's, dark on light or light on dark.
    for scheme, wanted in (("light", "rgb(31, 41, 55)"), ("dark", "rgb(230, 233, 239)")):
        page.emulate_media(color_scheme=scheme)
        page.wait_for_function(f"wanted => {colour} === wanted", arg=wanted)


def test_a_first_visit_asks_this_server_alone_and_for_no_more_than_it_must(app: str, page: Page) -> None:
    answers: dict[str, dict[str, str]] = {}
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("response", lambda response: answers.setdefault(response.url, response.headers))
    page.goto(f"{app}/heatmap")
    drawn(page)
    assert {url.split("/")[2] for url in asked} == {app.split("/")[2]}
    files = {url: headers for url, headers in answers.items() if "/static/" in url}
    assert {headers["cache-control"].split(",")[1].strip() for headers in files.values()} == {"immutable"}
    texts = [headers for url, headers in files.items() if url.endswith((".js", ".css"))]
    large = [headers for headers in texts if int(headers.get("content-length", 10_000)) > 1024]
    assert len(large) > 30
    assert {headers.get("content-encoding") for headers in large} == {"gzip"}
    # What is asked for before it is needed is what is needed, and it comes once.
    (early,) = re.findall(r"<([^>]*)>; rel=preload", answers[f"{app}/heatmap"]["link"])
    assert asked.count(f"{app}/{early}") == 1
    assert asked.index(f"{app}/{early}") < 5
    assert "PlotlyChart" in early


def test_small_answers_are_not_held_back(app: str) -> None:
    """Nagle's algorithm would keep all but a connection's first for 40 ms."""
    connection = HTTPConnection(urlsplit(app).netloc)
    waits = []
    for _ in range(20):
        start = time.perf_counter()
        connection.request("GET", "/_stcore/host-config")
        connection.getresponse().read()
        waits.append(time.perf_counter() - start)
    connection.close()
    assert min(waits[1:]) < 0.03


def test_an_open_page_follows_the_store_and_what_failed_is_each_visitors_own_choice(
    tmp_path: Path, page: Page, chromium: Browser, toy_store: Store
) -> None:
    store = Store(shutil.copytree(toy_store.directory, tmp_path / "store"))
    with running_app(store.directory, tmp_path / "server.log") as address:
        page.goto(f"{address}/bins?bins=5")
        sidebar = page.get_by_test_id("stSidebar")
        expect(sidebar.get_by_text(f"Data version {store.version()}")).to_be_visible()
        banner = page.get_by_text("did not converge: R-hat 1.2")
        title = page.get_by_role("heading", name="Difficulty bins")
        expect(title).to_be_visible()
        expect(banner).to_have_count(0)
        with store.change() as draft:
            draft._rows(
                "UPDATE fits SET converged = false, problems = 'R-hat 1.2' WHERE fit = ?", [studies.FIT]
            )
            draft.record_import("x", benchmark="toy", source="x", reader="test", report=[])
        assert store.version() != toy_store.version()
        expect(sidebar.get_by_text(f"Data version {store.version()}")).to_be_visible()
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
