"""What tests share: real data beside the checkout, stores with a simulated and the bundled study, order."""

# ruff: noqa: E402 (libraries read how many threads they may have when they are loaded)

from __future__ import annotations

import os

# As many processes as cores run tests: threads of theirs would only wait for each other.
for library in ("OPENBLAS", "OMP", "MKL"):
    os.environ.setdefault(f"{library}_NUM_THREADS", "1")

import time
from pathlib import Path
from typing import NamedTuple

import pytest

from analysis.charts.drawing import Drawing
from analysis.imports import import_study
from analysis.store import Store
from tests.studies import write_study

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared" / "data"
STUDY = ROOT / "data" / "study"

# Files go to one process each, in this order: one that takes long must not start when others are done.
LONGEST_FIRST = (
    "irt/test_fit.py",
    "test_cli_fit.py",
    "browser/test_pages.py",
    "test_cli.py",
    "test_benchmarks.py",
    "experiment/test_experiment.py",
    "irt/test_first_run.py",
    "irt/test_unseen.py",
    "browser/test_thread.py",
    "oracles/test_mirt.py",
    "test_bundled_findings.py",
    "irt/test_comparison.py",
    "irt/test_lineage.py",
    "transfer/test_claims.py",
    "test_bundled_study.py",
    "browser/test_take_away.py",
    "store/test_store.py",
    "irt/test_linking.py",
    "readers/test_fuzz.py",
    "irt/test_residuals.py",
    "transfer/test_significance.py",
    "transfer/test_pooling.py",
    "transfer/test_boundary.py",
    "experiment/test_models.py",
    "experiment/test_stack.py",
    "transfer/test_decay.py",
    "transfer/test_resampled.py",
)


def pytest_configure(config: pytest.Config) -> None:
    # A store of the developer's own must not leak into tests of the app.
    os.environ.pop("ATLAS_STORE", None)
    Drawing.checked = True


def pytest_xdist_auto_num_workers() -> int:
    """One more than cores: the tests that drive a browser wait for it half of their time."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    place = {ROOT / "tests" / name: number for number, name in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: place.get(item.path, len(place)))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """On CI nothing may be skipped: what a skip says is then a failure."""
    report = yield
    if report.skipped and os.environ.get("CI"):
        report.outcome = "failed"
        report.longrepr = f"skipped, but CI skips nothing: {report.longrepr}"
    return report


@pytest.fixture(scope="session")
def leaderboard() -> Path:
    """Folder of real leaderboard matrices."""
    folder = SHARED / "leaderboard"
    if not folder.is_dir():
        pytest.skip("the real leaderboard matrices are not beside this checkout (../shared/data)")
    return folder


@pytest.fixture(scope="session")
def toy_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A simulated study folder. Do not write into it."""
    return write_study(tmp_path_factory.mktemp("toy") / "study")


@pytest.fixture(scope="session")
def toy_store(tmp_path_factory: pytest.TempPathFactory, toy_folder: Path) -> Store:
    """A store that holds the simulated study. Do not change it."""
    store = Store(tmp_path_factory.mktemp("store"))
    import_study(store, toy_folder)
    return store


@pytest.fixture(scope="session")
def lm_eval_samples() -> Path:
    """Folder of two real files of samples that lm-eval logged."""
    folder = SHARED / "lm_eval_samples"
    if not folder.is_dir():
        pytest.skip("the real lm-eval samples are not beside this checkout (../shared/data)")
    return folder


class Loaded(NamedTuple):
    """The bundled study in a store of its own, and the processor's seconds that took.

    All threads together, so no fewer than on the clock of an idle machine that has one core to spare.
    """

    store: Store
    seconds: float


@pytest.fixture(scope="session")
def bundled(tmp_path_factory: pytest.TempPathFactory) -> Loaded:
    """The bundled study as ``make run`` loads it. Do not change it."""
    store = Store(tmp_path_factory.mktemp("bundled"))
    start = time.process_time()
    import_study(store, STUDY)
    return Loaded(store, time.process_time() - start)
