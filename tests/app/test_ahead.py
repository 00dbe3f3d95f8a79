"""Work ahead: which views it is done for, that pages find it done, and that it makes nobody wait."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from analysis.bins import comparing
from analysis.explore import persons
from analysis.store import Store
from analysis.store.draft import Draft
from analysis.transfer.item_sums import ItemSums
from analysis.trust import measures, shown
from analysis.view_state import ViewState
from pages import ahead
from pages.shared import VIEW
from pages.worker import WORKER, Worker
from tests import studies
from tests.app.conftest import Open
from tests.app.test_states import all_sets_listed, changed
from tests.conftest import Loaded

SIDEBAR = ("benchmark", "base", "recipe")
PATIENCE = 20  # seconds


def without_runs_elsewhere(draft: Draft) -> None:
    other = f"(SELECT benchmark FROM benchmarks WHERE name = '{studies.OTHER}')"
    draft._rows(f"DELETE FROM runs WHERE benchmark = {other}")


def view_of(app: AppTest) -> ViewState:
    return app.session_state[VIEW]


def one_change_away(open_at_rest: Callable[[], AppTest]) -> set[ViewState]:
    """Views that the sidebar itself leads to by one choice."""
    found = set()
    boxes = {box.key: box.options for box in open_at_rest().sidebar.selectbox if box.key in SIDEBAR}
    for key, options in boxes.items():
        for option in options:
            app = open_at_rest()
            found.add(view_of(app.sidebar.selectbox(key=key).set_value(option).run()))
    return found - {view_of(open_at_rest())}


def test_neighbours_are_where_the_sidebar_leads(open_page: Open, bundled: Loaded) -> None:
    """Also where a choice takes another with it: atlas-large was trained by one recipe only."""

    def at_rest() -> AppTest:
        return open_page("methods", store=bundled.store, recipe="mild")

    expected = one_change_away(at_rest)
    assert len(expected) > 5
    assert set(ahead.neighbours(view_of(at_rest()))) == expected


def test_neighbours_of_what_has_no_runs(open_page: Open, toy_store: Store) -> None:
    def at_rest() -> AppTest:
        return open_page("methods", store=toy_store, benchmark=studies.OTHER, recipe="mild")

    assert set(ahead.neighbours(view_of(at_rest()))) == one_change_away(at_rest)


def test_large_benchmarks_are_left_until_asked_for(
    open_page: Open, toy_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = view_of(open_page("methods", store=toy_store))
    assert {other.benchmark for other in ahead.neighbours(state)} == {studies.OTHER}
    monkeypatch.setattr(ahead, "MOST_RESPONSES", 100)
    assert ahead.neighbours(state) == []


HEAVY = {
    "resampling": (ItemSums, "resampled"),
    "correlations": (measures, "resampled_spearman"),
    "mixing": (shown, "mixing"),
    "person fit": (persons, "person_fit"),
    "cuts": (comparing, "members"),
}


@pytest.fixture
def called(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of what was called of `HEAVY`."""
    calls: list[str] = []
    for name, (owner, attribute) in HEAVY.items():
        known = getattr(owner, attribute)

        def counted(*args: object, name: str = name, known: Callable = known, **kwargs: object) -> object:
            calls.append(name)
            return known(*args, **kwargs)

        monkeypatch.setattr(owner, attribute, counted)
    return calls


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> list[Iterator[object]]:
    """What pages give to do ahead; nobody does it."""
    steps: list[Iterator[object]] = []
    monkeypatch.setattr(WORKER, "take", steps.append)
    return steps


def check_that_nothing_is_waited_for(
    open_at_rest: Callable[[], AppTest],
    taken: list[Iterator[object]],
    called: list[str],
    choices: dict[str, str],
) -> None:
    """No choice calls what takes long, once what the page gave to do ahead is done."""
    open_at_rest()
    st.cache_resource.clear()
    app = open_at_rest()
    for _ in taken[-1]:
        pass
    assert called, "else this shows nothing"
    called.clear()
    for key, choice in choices.items():
        app.sidebar.selectbox(key=key).set_value(choice).run()
        assert not app.exception
        assert not called, f"{key} is waited for"


@pytest.mark.parametrize(
    "page", ["overview", "heatmap", "curves", "tasks", "mixes", "robustness", "models", "bins"]
)
def test_a_page_finds_done_what_it_names(
    open_page: Open, toy_store: Store, taken: list[Iterator[object]], called: list[str], page: str
) -> None:
    check_that_nothing_is_waited_for(
        lambda: open_page(page, store=toy_store, benchmark=studies.OTHER),
        taken,
        called,
        {"recipe": "mild", "benchmark": studies.BENCHMARK},
    )


@pytest.mark.parametrize(("page", "choice"), [("pooling", "base"), ("diagnostics", "benchmark")])
def test_so_it_does_in_the_bundled_study(
    open_page: Open, bundled: Loaded, taken: list[Iterator[object]], called: list[str], page: str, choice: str
) -> None:
    """What these two show is not in the simulated one."""
    other = {"base": "atlas-large", "benchmark": "addition"}
    check_that_nothing_is_waited_for(
        lambda: open_page(page, store=bundled.store), taken, called, {choice: other[choice]}
    )


@pytest.mark.parametrize("change", [without_runs_elsewhere, all_sets_listed], ids=lambda f: f.__name__)
def test_what_a_neighbour_lacks_stops_nothing(
    open_page: Open,
    toy_store: Store,
    taken: list[Iterator[object]],
    tmp_path: Path,
    change: Callable[[Draft], None],
) -> None:
    store = changed(toy_store, tmp_path / "store", change)
    for page in ("overview", "coverage", "heatmap", "curves", "tasks", "pooling", "mixes", "models"):
        taken.clear()
        open_page(page, store)
        for steps in taken:  # none where there is no other benchmark to compare with
            for _ in steps:
                pass


def test_switched_off_it_takes_nothing(
    open_page: Open, toy_store: Store, taken: list[Iterator[object]], monkeypatch: pytest.MonkeyPatch
) -> None:
    open_page("curves", store=toy_store)
    assert len(taken) == 1
    monkeypatch.setenv(ahead.SWITCH, "0")
    open_page("curves", store=toy_store)
    assert len(taken) == 1


@pytest.fixture
def worker() -> Worker:
    worker = Worker(quiet=0.2)
    worker.start()
    return worker


def test_it_begins_when_no_page_was_made_for_a_while(worker: Worker) -> None:
    began = threading.Event()
    with worker.page():
        worker.take(_calls(began.set))
        assert not began.wait(0.5), "while a page is made"
        ended = time.monotonic()
    assert began.wait(PATIENCE)
    assert time.monotonic() - ended >= 0.2
    assert worker.wait(PATIENCE)


def test_a_page_waits_for_one_step_at_most(worker: Worker) -> None:
    done: list[int] = []
    step, go = threading.Event(), threading.Event()

    def steps() -> Iterator[None]:
        for number in range(3):
            step.set()
            go.wait(PATIENCE)
            done.append(number)
            yield

    worker.take(steps())
    assert step.wait(PATIENCE)
    with worker.page():
        go.set()
        time.sleep(0.5)
        assert done == [0]
    assert worker.wait(PATIENCE)
    assert done == [0, 1, 2]


def test_the_last_page_counts(worker: Worker) -> None:
    done: list[str] = []
    with worker.page():
        worker.take(_calls(lambda: done.append("first")))
        worker.take(_calls(lambda: done.append("last")))
    assert worker.wait(PATIENCE)
    assert done == ["last"]


def test_what_fails_is_logged_and_ends_nothing(worker: Worker, caplog: pytest.LogCaptureFixture) -> None:
    done: list[str] = []

    def fails() -> None:
        raise ZeroDivisionError

    worker.take(_calls(fails))
    assert worker.wait(PATIENCE)
    assert "Work ahead failed" in caplog.text
    worker.take(_calls(lambda: done.append("next")))
    assert worker.wait(PATIENCE)
    assert done == ["next"]


def _calls(function: Callable[[], object]) -> Iterator[None]:
    function()
    yield
