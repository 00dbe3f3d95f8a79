"""Pages on data at its limits: each says what is the matter, and none falls over."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from analysis.store import Store
from analysis.store.draft import Draft
from tests import studies
from tests.app.conftest import PAGES, Open, notes, text

CUT = ("overview", "difficulty", "item", "models", "coverage", "bins", "heatmap", "curves", "export")
GENERALIZATION = ("heatmap", "curves", "pooling", "mixes", "training", "tasks", "findings")
# As runs with an ``item_ids_file`` have it.
WITHOUT_BINS = "first_bin = NULL, last_bin = NULL, bins_of = NULL, kind = 'bin'"
HOSTILE = "![](https://evil.example/x.png) <img src=https://evil.example/y.png onerror=alert(1)> :red[x]"


def changed(store: Store, folder: Path, change: Callable[[Draft], object]) -> Store:
    """A copy of a store, changed."""
    copy = Store(shutil.copytree(store.directory, folder))
    with copy.change() as draft:
        change(draft)
        draft.record_import("x", benchmark="toy", source="x", reader="test", report=[])
    return copy


def without_runs(draft: Draft) -> None:
    draft._rows("DELETE FROM runs")


def without_baseline(draft: Draft) -> None:
    draft._rows("DELETE FROM runs WHERE kind = 'baseline'")


def one_seed(draft: Draft) -> None:
    draft._rows("DELETE FROM runs WHERE kind <> 'baseline' AND seed > 1")


def one_set_listed(draft: Draft) -> None:
    draft._rows(f"UPDATE runs SET {WITHOUT_BINS} WHERE first_bin = 3 AND last_bin = 3")


def all_sets_listed(draft: Draft) -> None:
    draft._rows(f"UPDATE runs SET {WITHOUT_BINS} WHERE kind <> 'baseline'")


def not_converged(draft: Draft) -> None:
    draft._rows("UPDATE fits SET converged = false, problems = 'R-hat 1.2'")


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory, toy_store: Store) -> Callable[[Callable], Store]:
    made: dict[str, Store] = {}

    def of(change: Callable[[Draft], object]) -> Store:
        if change.__name__ not in made:
            folder = tmp_path_factory.mktemp("states") / change.__name__
            made[change.__name__] = changed(toy_store, folder, change)
        return made[change.__name__]

    return of


@pytest.mark.parametrize("change", [without_runs, without_baseline])
@pytest.mark.parametrize("page", ["overview", "export", *GENERALIZATION])
def test_without_runs_or_what_they_began_from(open_page: Open, stores, page: str, change: Callable) -> None:
    app = open_page(page, stores(change))
    assert app.title
    assert not app.error
    if page in GENERALIZATION:
        assert "has no fine-tune runs" in text(app)


def one_described(draft: Draft) -> None:
    draft._rows(f"UPDATE benchmarks SET description = NULL WHERE name = '{studies.OTHER}'")


def test_a_benchmark_without_description_beside_one_that_has_it(open_page: Open, stores) -> None:
    app = open_page("overview", stores(one_described), benchmark=studies.OTHER)
    assert "nan" not in [part.value for part in app.markdown]


@pytest.mark.parametrize("change", [one_set_listed, all_sets_listed])
@pytest.mark.parametrize("page", ["overview", *GENERALIZATION])
def test_runs_on_listed_items_instead_of_bins(open_page: Open, stores, page: str, change: Callable) -> None:
    app = open_page(page, stores(change), trained="listed items")
    assert not app.error
    if page in ("training", "tasks"):
        assert "listed items" in text(app)
        assert not notes(app)


@pytest.mark.parametrize("page", GENERALIZATION)
def test_one_seed(open_page: Open, stores, page: str) -> None:
    app = open_page(page, stores(one_seed))
    assert not app.error
    if page == "findings":
        assert "Some training sets have one run" in text(app)


@pytest.mark.parametrize("page", PAGES)
def test_a_fit_that_did_not_converge(open_page: Open, stores, page: str) -> None:
    app = open_page(page, stores(not_converged))
    if page == "data":
        assert not app.error
        return
    assert "R-hat 1.2" in text(app)
    if page != "diagnostics":
        assert not app.get("plotly_chart")
        assert "--resume" in app.code[0].value


@pytest.mark.parametrize("page", CUT)
def test_two_items_in_a_bin_and_all_others_in_one(open_page: Open, toy_store: Store, page: str) -> None:
    with toy_store.open() as snapshot:
        hardest = snapshot.items(studies.BENCHMARK, studies.FIT)["mean"].nlargest(3)
    app = open_page(page, cut="typed", edges=f"-9, {hardest.iloc[1:].mean():.6f}")  # nothing is below −9
    assert app.title
    assert not app.error
    if page == "bins":
        assert "Some bins hold no items" in text(app)
        assert "The smallest bin holds too few items to show any gain" in text(app)


def test_a_snapshot_that_is_missing_is_a_message(open_page: Open, tmp_path: Path, toy_store: Store) -> None:
    store = Store(shutil.copytree(toy_store.directory, tmp_path / "store"))
    (store.directory / f"{store.version()}.duckdb").unlink()
    for page in ("overview", "data"):
        app = open_page(page, store)
        assert "has no snapshot" in app.error[0].value
        assert not app.get("plotly_chart")


@pytest.mark.parametrize("page", ["heatmap", "item", "models", "coverage"])
def test_notes_about_links_load_nothing(open_page: Open, page: str) -> None:
    names = ("benchmark", "fit", "base", "data", "item", "measure", "models", "set")
    app = open_page(page, **dict.fromkeys(names, HOSTILE))
    assert notes(app)
    raw = [part.value for part in (*app.warning, *app.error, *app.info, *app.title, *app.markdown)]
    assert not any("](" in value and "evil" in value for value in raw)
    assert not any("<img" in value.replace("\\<", "") for value in raw)
