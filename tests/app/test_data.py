"""The page Data, and what the sidebar says of jobs."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from analysis import jobs
from analysis.errors import AtlasError
from analysis.imports import import_paths
from analysis.readers import Wanted
from analysis.store import Store
from pages.plain import plain
from tests import studies
from tests.app.conftest import Open, as_read, text
from tests.readers import small


@pytest.fixture
def store(toy_store: Store, tmp_path: Path) -> Store:
    """A copy to change."""
    return Store(shutil.copytree(toy_store.directory, tmp_path / "store"))


@pytest.fixture
def imported(store: Store, tmp_path: Path) -> Store:
    """A store with a further benchmark that has no fit."""
    file = tmp_path / "mine.csv"
    file.write_text("model,a,b\nm1,1,0\nm2,0,\n")
    import_paths(store, [file], wanted=Wanted(benchmark="mine", title="*Mine*"))
    return store


def test_what_imports_doubt_is_said_once(open_page: Open, imported: Store, tmp_path: Path) -> None:
    assert "doubtful" not in text(open_page("data", imported))
    runs = small.fine_tune(tmp_path)
    shutil.rmtree(runs / "qwen-1.5b-gsm8k-zero-shot")
    import_paths(imported, [runs])
    app = open_page("data", imported)
    (doubts,) = (one for one in app.expander if one.label == "What is doubtful in it (1)")
    assert "runs have no zero-shot baseline" in as_read(doubts.markdown[0].value)


def test_benchmarks_imports_and_versions_are_listed(open_page: Open, imported: Store) -> None:
    app = open_page("data", imported)
    benchmarks, imports, versions = (table.value for table in app.dataframe)
    assert benchmarks["name"].tolist() == [studies.BENCHMARK, studies.OTHER, "mine"]
    assert benchmarks["licence"].tolist()[:2] == ["CC0-1.0"] * 2
    assert benchmarks["items"].tolist() == [studies.N_ITEMS, studies.N_OTHER_ITEMS, 2]
    mine = imports.set_index("benchmark").loc["mine"]
    assert mine["source"] == "mine.csv"
    assert mine["read"].startswith("3 new responses of 2 models")
    assert "have no response" in mine["remarks"]
    assert versions["version"].iloc[0] == imported.version()
    assert versions["current"].tolist() == ["▶ in use"] + [""] * (len(versions) - 1)
    assert "python -m analysis import responses.csv" in app.code[-1].value
    assert "No fit, import or comparison ran" in text(app)


def test_a_benchmark_without_a_fit_has_its_data_shown(open_page: Open, imported: Store) -> None:
    app = open_page("data", imported, benchmark="mine")
    assert app.subheader[0].value == r"\*Mine\*", "titles are no Markdown"
    assert [line.value for line in app.get("text")][1:] == ["Source: not said", "Licence: not said"]


def test_a_fit_that_failed_does_not_hide_the_data(open_page: Open, store: Store) -> None:
    with store.change() as draft:
        draft._rows("UPDATE fits SET converged = false, problems = 'R-hat'")
        draft.record_import("x", benchmark="toy", source="x", reader="test", report=[])
    app = open_page("data", store)
    assert app.title
    assert not app.error


def test_a_store_without_imports_says_so(open_page: Open, store: Store) -> None:
    with store.change() as draft:
        draft._rows("DELETE FROM imports")
    app = open_page("data", store)
    assert any("Nothing was imported" in info.value for info in app.info)


def test_jobs_are_told_of_in_the_sidebar_and_on_the_page(open_page: Open, store: Store) -> None:
    with pytest.raises(AtlasError), jobs.job(store.directory, "import", "bad"):
        raise AtlasError("bad.csv, line 3: *no*")
    failed = open_page("data", store)
    assert f"✗ {plain('import bad: failed, bad.csv, line 3: *no*')}" in [
        one.value for one in failed.sidebar.caption
    ]
    with jobs.job(store.directory, "fit", "toy") as telling:
        telling.step("sampling")
        telling._write()
        app = open_page("data", store)
        said = [one.value for one in app.sidebar.caption]
    assert r"▶ fit toy\: sampling" in said
    assert not any("import bad" in one for one in said), "what is under way goes before what is over"
    table = next(table.value for table in app.dataframe if "Job" in table.value)
    assert table["State"].tolist() == ["▶ running", "✗ failed"]
    assert table["What"].tolist() == ["sampling", "bad.csv, line 3: *no*"]
    assert "✓" in open_page("overview", store).sidebar.caption[0].value


def test_an_empty_store_tells_of_the_import_that_fills_it(open_page: Open, tmp_path: Path) -> None:
    empty = Store(tmp_path)
    with jobs.job(empty.directory, "import", "study"):
        app = open_page("overview", empty)
    assert app.title[0].value == "Nothing is stored yet"
    assert "import study" in app.sidebar.caption[0].value
