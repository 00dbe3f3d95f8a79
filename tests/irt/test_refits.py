from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import numpy as np
import pytest
from distributed import LocalCluster
from joblib.externals.loky import get_reusable_executor
from threadpoolctl import threadpool_info

from analysis.errors import AtlasError
from analysis.irt import Estimate, ResponseMatrix, estimate
from analysis.irt import refits as module
from analysis.irt.refits import Refits
from tests.conftest import ROOT
from tests.irt.simulated import rasch

LARGE = np.arange(2_000_000, dtype="i1")  # above the size from which joblib maps arrays


def resample(seed: np.random.SeedSequence, matrix: ResponseMatrix) -> np.ndarray:
    rng = np.random.default_rng(seed)
    weights = rng.multinomial(matrix.n_models, np.full(matrix.n_models, 1 / matrix.n_models)).astype(float)
    found: Estimate = estimate(matrix, weights=weights)
    return np.append(found.point.difficulty, [found.point.mean, found.point.sd])


def where(task: int, array: np.ndarray) -> tuple[int, str, int]:
    """The process, the kind of array that reached it, and the most threads of its linear algebra."""
    threads = max(pool["num_threads"] for pool in threadpool_info())
    return os.getpid(), type(array).__name__, threads


class Counted:
    """Counts how often it is unpickled: once a worker, if it is not sent with every task."""

    arrivals = 0

    def __setstate__(self, state: dict) -> None:
        self.__dict__.update(state)
        type(self).arrivals += 1

    def __init__(self) -> None:
        self.array = LARGE


def arrivals(task: int, shared: Counted) -> tuple[int, int]:
    return os.getpid(), type(shared).arrivals


def die(task: int) -> None:
    os._exit(1)


def fail(task: int) -> None:
    raise AtlasError(f"task {task} says no")


@pytest.fixture(scope="module")
def cluster() -> Iterator[LocalCluster]:
    with LocalCluster(processes=True, n_workers=2, threads_per_worker=1, dashboard_address=":0") as running:
        yield running


@pytest.fixture(scope="module")
def matrix() -> ResponseMatrix:
    return ResponseMatrix.of(rasch(80, 15, seed=1)[1])


@pytest.fixture(scope="module")
def in_one_process(matrix: ResponseMatrix) -> np.ndarray:
    seeds = np.random.SeedSequence(7).spawn(12)
    return np.array([resample(seed, matrix) for seed in seeds])


@pytest.mark.parametrize("backend", ["one job", "loky", "threading", "dask"])
def test_numbers_do_not_depend_on_where_refits_run(
    backend: str, matrix: ResponseMatrix, in_one_process: np.ndarray, cluster: LocalCluster
) -> None:
    refits = {
        "one job": Refits(jobs=1),
        "loky": Refits(jobs=2),
        "threading": Refits("threading", jobs=2),
        "dask": Refits("dask", cluster.scheduler_address),
    }[backend]
    told: list[tuple[int, int]] = []
    results = refits.run(
        resample,
        np.random.SeedSequence(7).spawn(12),
        shared=[matrix],
        progress=lambda done, all_of_them: told.append((done, all_of_them)),
    )
    np.testing.assert_array_equal(results, in_one_process)
    assert told == [(done, 12) for done in range(1, 13)]


def test_processes_map_a_large_array_and_keep_to_one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    get_reusable_executor().shutdown(wait=True)  # workers of other tests, whose threads were set already
    for library in ("OPENBLAS", "OMP", "MKL"):
        monkeypatch.setenv(f"{library}_NUM_THREADS", "2")
    found = Refits(jobs=2).run(where, range(6), shared=[LARGE])
    assert os.getpid() not in {process for process, _, _ in found}
    assert {(kind, threads) for _, kind, threads in found} == {("memmap", 1)}


def test_a_cluster_gets_what_is_shared_once_a_worker(cluster: LocalCluster) -> None:
    """Sent with every task it would arrive twenty times at one of two workers at least.

    On a busy machine the scheduler may hand a copy on that a worker has asked for already: one more each.
    """
    found = Refits("dask", cluster.scheduler_address).run(arrivals, range(40), shared=[Counted()])
    assert os.getpid() not in {process for process, _ in found}
    assert max(times for _, times in found) <= 2


@pytest.mark.parametrize(
    ("where", "says"),
    [
        (("slurm",), "No backend 'slurm'; there are: loky, threading, dask"),
        (("dask",), "needs the address of a scheduler"),
        (("loky", "tcp://127.0.0.1:1"), "and no other, needs the address"),
        (("dask", "tcp://127.0.0.1:1"), "No Dask scheduler answers at 'tcp://127.0.0.1:1'"),
        (("dask", "nonsense"), "No Dask scheduler answers at 'nonsense'"),
    ],
)
def test_what_cannot_run_says_so(where: tuple[str, ...], says: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATIENCE", 1)
    with pytest.raises(AtlasError, match=says):
        Refits(*where).run(fail, range(2))


def test_a_cluster_without_workers_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATIENCE", 1)
    with (
        LocalCluster(n_workers=0, dashboard_address=":0") as empty,
        pytest.raises(AtlasError, match="has no workers"),
    ):
        Refits("dask", empty.scheduler_address).run(fail, range(2))


def test_a_worker_with_other_code_is_an_error(cluster: LocalCluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analysis.__version__", "99.0")
    with pytest.raises(AtlasError, match=r"version 0\..* of this program, not version 99\.0"):
        Refits("dask", cluster.scheduler_address).run(fail, range(2))


def test_an_error_of_a_task_arrives(cluster: LocalCluster) -> None:
    for refits in (Refits(jobs=1), Refits(jobs=2), Refits("dask", cluster.scheduler_address)):
        with pytest.raises(AtlasError, match="task 0 says no"):
            refits.run(fail, [0])


def test_a_dead_worker_is_an_error() -> None:
    with pytest.raises(AtlasError, match="A worker process died"):
        Refits(jobs=2).run(die, range(2))


def test_distributed_is_needed_only_for_a_cluster() -> None:
    """Its absence is one sentence where it is asked for, and nothing elsewhere."""
    code = (
        "import sys; sys.modules['distributed'] = None\n"
        "from analysis.irt.refits import Refits\n"
        "print(Refits(jobs=1).run(abs, [-1, -2]))\n"
        "try: Refits('dask', 'tcp://127.0.0.1:1').run(abs, [-1])\n"
        "except Exception as error: print(type(error).__name__, error)"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.splitlines() == [
        "[1, 2]",
        "AtlasError The dask backend needs a package: pip install distributed",
    ]
