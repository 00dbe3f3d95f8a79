"""The benchmarks measure what they say, and small seeded versions of what they show hold."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
import urllib.request
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.integrate import quad
from scipy.special import expit
from scipy.stats import norm

from analysis.irt.fitted import Settings
from analysis.irt.matrix import MISSING, ResponseMatrix
from analysis.irt.point import Point
from analysis.store import Store
from analysis.transfer import cell_table, resample
from benchmarks import (
    bootstrap,
    browser,
    cost,
    coverage,
    fitting,
    importing,
    measuring,
    pages,
    py_irt,
    simulate,
)
from benchmarks.report import Outcome, Row
from benchmarks.slow_link import slow_link
from benchmarks.subject import Options
from benchmarks.visits import Waited
from tests.conftest import ROOT


@pytest.mark.parametrize(("kind", "missing", "data_sets"), [("rasch", 0.0, 3), ("2pl", 0.3, 1)])
def test_intervals_cover_the_truth(kind: str, missing: float, data_sets: int) -> None:
    """Of a few dozen items; `python -m benchmarks coverage` shows 90–97% over a hundred data sets.

    Intervals of half the right width would cover 65%.
    """
    short = (Settings(draws=200, tune=200),)
    found = coverage.study(
        kind, missing, data_sets=data_sets, models=100, items=25, tries=short, seed=3, jobs=1
    )
    assert sum(one["extreme"] for one in found) > 0
    covered = sum(one["covered"] for one in found) / sum(one["items"] for one in found)
    assert 0.86 <= covered <= 0.99


def test_coverage_is_summed_over_the_fits_that_converged() -> None:
    one = {"kind": "rasch", "missing": 0.3, "items": 10, "mean_squared_z": 4.0, "draws": 4000}
    good = [
        {**one, "covered": 8, "extreme": 2, "extreme_covered": 1, "problems": ""},
        {**one, "covered": 10, "extreme": 0, "extreme_covered": 0, "problems": ""},
    ]
    bad = {**one, "covered": 0, "extreme": 1, "extreme_covered": 0, "problems": "R-hat 1.5"}
    values = [row.value for row in coverage.summary([*good, bad])]
    assert values == pytest.approx([0.9, 0.5, 2.0, 1, 3])
    assert coverage.summary([bad])[0].value is None


def test_rasch_does_not_cost_models_times_items() -> None:
    """Counted, not timed: places that abilities are summed over in one evaluation."""

    def evaluations(models: int, items: int) -> int:
        matrix = simulate.responses(simulate.benchmark_like(items, seed=1), models, seed=2)
        return fitting.integrand_evaluations(fitting.likelihood(matrix, kind="rasch")[0])

    assert evaluations(8000, 50) < 1.5 * evaluations(1000, 50)
    # Models × items grows 256-fold; scores grow 16-fold.
    assert evaluations(3200, 800) < 16 * 1.5 * evaluations(200, 50)


def test_rasch_gradient_takes_time_in_proportion_at_most() -> None:
    points = cost.gradients("rasch", {cost.BOTH: [(200, 200), (800, 800), (3200, 3200)]})
    assert cost.slope(points, "rasch", cost.BOTH) < 1.5  # 2 if it were models × items


def test_slopes_are_of_log_cost_on_log_size() -> None:
    points = [
        {"what": "gradient", "kind": "rasch", "axis": axis, "models": m, "items": i, "seconds": 3 * m * i}
        for axis, pairs in {cost.MODELS: [(10, 7), (20, 7), (90, 7)], cost.BOTH: [(5, 5), (50, 50)]}.items()
        for m, i in pairs
    ]
    assert cost.slope(points, "rasch", cost.MODELS) == pytest.approx(1)
    assert cost.slope(points, "rasch", cost.BOTH) == pytest.approx(2)


def test_simulated_responses_are_those_of_the_model() -> None:
    truth = Point(np.array([-2.0, 0.0, 1.0]), 0.4, 1.3, np.array([0.5, 1.0, 2.0]), asymptote=0.2)
    matrix = simulate.responses(truth, 40_000, seed=1, missing=0.25)
    assert (matrix.values == MISSING).mean() == pytest.approx(0.25, abs=0.005)
    share = matrix.item_totals / matrix.item_counts
    for item, (a, b) in enumerate(zip(truth.discrimination, truth.difficulty, strict=True)):

        def right(theta: float, a: float = a, b: float = b) -> float:
            return (0.2 + 0.8 * expit(a * (theta - b))) * norm.pdf(theta, 0.4, 1.3)

        assert share[item] == pytest.approx(quad(right, -9, 9)[0], abs=0.01)
    again = simulate.responses(truth, 40_000, seed=1, missing=0.25)
    assert (matrix.values == again.values).all()


def test_a_commands_use_is_its_own() -> None:
    held = np.ones(40_000_000)  # 320 MB, which must not count as the child's
    small = measuring.run([sys.executable, "-c", "print('done')"])
    assert small.output.strip() == "done"
    assert small.peak_mib < 100
    code = "import time; x = bytearray(200 * 2**20); time.sleep(0.5); [k for k in range(3_000_000)]"
    large = measuring.run([sys.executable, "-c", code])
    assert 200 < large.peak_mib < 400
    assert large.seconds > 0.5
    assert 0.02 < large.cpu_seconds < large.seconds
    assert held.sum() == len(held)


def test_a_command_that_fails_says_why() -> None:
    with pytest.raises(measuring.CommandFailed, match="no such luck"):
        measuring.run([sys.executable, "-c", "raise SystemExit('no such luck')"])
    with pytest.raises(measuring.CommandFailed, match="No such file"):
        measuring.run(["a-program-that-is-not-there"])
    assert measuring.run([sys.executable, "-c", "raise SystemExit(1)"], may_fail=True).output == ""


def test_py_irt_is_given_what_was_observed_and_read_in_our_order(tmp_path: Path) -> None:
    matrix = ResponseMatrix(np.array([[1, 0, MISSING], [0, 1, 1]], dtype="i1"), np.arange(2))
    py_irt.write_responses(matrix, tmp_path / "responses.jsonlines")
    lines = [json.loads(line) for line in (tmp_path / "responses.jsonlines").read_text().splitlines()]
    assert [line["responses"] for line in lines] == [{"0": 1, "1": 0}, {"0": 0, "1": 1, "2": 1}]
    saved = {"diff": [3.0, 1.0, 2.0], "ability": [0.0, 1.0], "item_ids": {"0": "2", "1": "0", "2": "1"}}
    (tmp_path / "best_parameters.json").write_text(json.dumps(saved))
    assert py_irt.difficulties(tmp_path).tolist() == [0.5, 1.5, 2.5]


def test_bounds() -> None:
    assert Row("time", 3.0, at_most=2).met is False
    assert Row("time", 3.0, at_least=2, at_most=3).met is True
    assert Row("time", 3.0).met is None
    assert Row("time", None, at_most=2).met is None
    assert Row("time", float("nan"), at_most=2).met is False
    written = Outcome([Row("time", float("nan"))], [{"a": [float("inf"), 1.0]}]).as_json("title")
    assert written["rows"][0]["value"] is None
    assert written["detail"] == [{"a": [None, 1.0]}]


def test_the_command_writes_json(tmp_path: Path) -> None:
    out = tmp_path / "deep" / "results.json"
    command = [sys.executable, "-m", "benchmarks", "cost", "--quick", "--json", str(out)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert "slope against items" in done.stdout
    results = json.loads(out.read_text(encoding="utf-8"), parse_constant=pytest.fail)
    assert results["quick"] is True
    assert results["machine"]["cores"] >= 1
    assert results["machine"]["libraries"]["numpy"] == np.__version__
    rows = results["subjects"]["cost"]["rows"]
    assert all(row["value"] is not None for row in rows)
    assert {row["unit"] for row in rows} == {"", "s"}
    assert (out.parent / "cost.html").exists()


def test_the_bootstrap_is_timed_whole(tmp_path: Path) -> None:
    """Every cell of what is timed has its interval: nothing is left out that would take time."""
    table = cell_table(resample(*bootstrap.simulated(4, 400), 4))
    assert table[["low", "low_all", "q", "detectable"]].notna().to_numpy().all()
    outcome = bootstrap.measure(Options(quick=True, data=tmp_path, figures=tmp_path))
    assert all(row.value is not None and np.isfinite(row.value) for row in outcome.rows)
    assert [point["items"] for point in outcome.detail] == [300, 600]


def test_every_form_is_imported_whole(tmp_path: Path) -> None:
    outcome = importing.measure(Options(quick=True, data=tmp_path, figures=tmp_path))
    assert [row.note for row in outcome.rows[::4]] == ["24,000 responses"] * 3
    assert all(row.value is not None and row.value > 0 for row in outcome.rows)


def test_an_unknown_name_is_refused(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "benchmarks", "nothing", "--json", str(tmp_path / "x.json")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "no benchmark 'nothing'" in done.stderr
    assert not list(tmp_path.iterdir())


def test_waits_in_a_browser_are_medians_with_their_bounds() -> None:
    waits = [Waited("Heatmap", title, main) for title, main in ((0.1, 1.0), (0.3, 1.6), (0.9, 1.8))]
    title, main = browser._by_page(browser._frame(waits))
    assert (title.value, title.met, title.note) == (0.3, True, "0.10 to 0.90 in 3")
    assert (main.value, main.met) == (1.6, False)


def test_a_slow_link_takes_its_time_and_loses_nothing(tmp_path: Path) -> None:
    sent = np.random.default_rng(1).bytes(250_000)
    (tmp_path / "sent").write_bytes(sent)
    serve = partial(SimpleHTTPRequestHandler, directory=tmp_path)
    with ThreadingHTTPServer(("127.0.0.1", 0), serve) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}"
        with slow_link(address, megabits=4, latency=0.2) as (slow, pipe):
            start = time.perf_counter()
            with urllib.request.urlopen(f"{slow}/sent") as answer:
                assert answer.read() == sent
            seconds = time.perf_counter() - start
        server.shutdown()
    assert 250_000 < pipe.sent < 251_000  # the answer's head besides
    # To connect 0.2 s, to ask and be answered 0.2 s, and 2 million bits at 4 million a second.
    assert 0.9 < seconds < 2.9


def test_pages_are_summed_up_by_quantile_and_worst_visit() -> None:
    rest = {"seconds": 0.3, "cpu_seconds": 0.2, "title": 0.02, "chart": 0.1, "sent": 10, "read": 0.0}
    visits = [
        {**rest, "page": page, "what": "first", "chart": chart} for page, chart in (("a", 0.4), ("b", 2.0))
    ]
    changes = [{**rest, "page": "a", "what": f"bins = {k}", "cpu_seconds": k / 100} for k in range(1, 100)]
    slow = [{**rest, "page": "a", "what": "benchmark = b", "cpu_seconds": 0.9, "read": 3.0}]
    times = pd.DataFrame(visits + changes + slow)
    rows = pages.summary(pages.STUDY, pages.READ, times)
    values = {row.what: row for row in rows}
    changed = values["bundled study, after looking: control change, 95% quantile of 100"]
    assert changed.unit == "s of processor"
    assert changed.value == pytest.approx(0.94, abs=0.01)
    assert changed.met is False
    other = values["bundled study, after looking: those for other data, 95% quantile of 1"]
    assert other.value == 0.9
    assert other.met is None, "the bound is on all changes together"
    chart = values["bundled study, first visit: chart"]
    assert (chart.value, chart.note) == (2.0, "b")
    assert values["bundled study, first visit: title"].met
    assert values["bundled study: work ahead, longest"].value == 3.0
    assert values["a: slowest control"].note == "bins = 99"
    at_once = [row.what for row in pages.summary(pages.STUDY, pages.AT_ONCE, times)]
    assert at_once[0] == "bundled study, at once: control change, 95% quantile of 100"
    assert not any("ahead" in what or "visit" in what for what in at_once)


def test_a_visitor_sees_pages_and_changes_their_controls(toy_store: Store) -> None:
    """In a process of its own, as in the benchmark: an app has one store."""
    command = [sys.executable, "-m", "benchmarks.page_times", toy_store.directory, "1", "heatmap"]
    found = {one["what"]: one for one in json.loads(measuring.run(command).output)}
    assert list(found) == ["first", "again", "bins = 9"]
    for one in found.values():
        assert 0 < one["title"] < one["chart"] <= one["cpu_seconds"]
    assert found["bins = 9"]["sent"] < found["again"]["sent"], "it shows fewer columns"
