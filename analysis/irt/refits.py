"""Running many independent refits: in this process, on all its cores, or on a Dask cluster.

Whatever the backend, results are the same and in the order of the tasks: a task brings its own seed, so
neither the worker nor the order of execution matters, and every worker's linear algebra has one thread. (On
another kind of processor the last digits may differ, as they would without a cluster.)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import joblib
from threadpoolctl import threadpool_limits

import analysis
from analysis.errors import AtlasError

if TYPE_CHECKING:
    from distributed import Client

Task = TypeVar("Task")
Result = TypeVar("Result")
Progress = Callable[[int, int], None]
"""Told how many tasks are done, and of how many."""

BACKENDS = ("loky", "threading", "dask")
PATIENCE = 10  # seconds to wait for a scheduler to answer, and for its first worker


@dataclass(frozen=True)
class Refits:
    """Where refits run.

    Attributes
    ----------
    backend
        ``"loky"``, processes on this machine; ``"threading"``, threads of this process; ``"dask"``, a Dask
        cluster.
    scheduler
        Address of the cluster's scheduler, for ``"dask"`` only: ``"tcp://host:8786"``. Its workers must be
        able to import this version of `analysis`.
    jobs
        How many run at a time on this machine: −1 is as many as it has cores, 1 runs in this process. A
        cluster's workers are all used.

    Raises
    ------
    AtlasError
        If the backend is not known, or dask comes without a scheduler or another backend with one.
    """

    backend: str = "loky"
    scheduler: str | None = None
    jobs: int = -1

    def __post_init__(self) -> None:
        if self.backend not in BACKENDS:
            raise AtlasError(f"No backend {self.backend!r}; there are: {', '.join(BACKENDS)}.")
        if (self.backend == "dask") != (self.scheduler is not None):
            raise AtlasError("The dask backend, and no other, needs the address of a scheduler.")

    def run(
        self,
        function: Callable[..., Result],
        tasks: Sequence[Task],
        *,
        shared: Sequence[Any] = (),
        progress: Progress | None = None,
    ) -> list[Result]:
        """Return ``[function(task, *shared) for task in tasks]``.

        Parameters
        ----------
        function
            What to do with a task. It must be importable where it runs, and draw random numbers from nothing
            but the task.
        tasks
            Small things: a seed, the number of a family.
        shared
            What all tasks need, such as the response matrix. It reaches each worker once: large arrays are
            mapped into the memory of processes, and scattered to a cluster's workers.
        progress
            Called after every task.

        Raises
        ------
        AtlasError
            If the cluster cannot be used, or a worker process dies.
        """
        results = []
        with self._ready(shared), threadpool_limits(1):
            done = joblib.Parallel(return_as="generator")(
                joblib.delayed(function)(task, *shared) for task in tasks
            )
            try:
                for result in done:
                    results.append(result)
                    if progress:
                        progress(len(results), len(tasks))
            except BrokenProcessPool:
                raise AtlasError(
                    "A worker process died, most likely for want of memory: run fewer jobs at a time."
                ) from None
        return results

    @contextmanager
    def _ready(self, shared: Sequence[Any]) -> Iterator[None]:
        """Make joblib use this backend."""
        if self.scheduler is not None:
            with (
                _cluster(self.scheduler) as client,
                # Left to itself, joblib sends an object anew with every task unless it is itself an array.
                joblib.parallel_config("dask", client=client, scatter=list(shared)),
            ):
                yield
        elif self.backend == "loky":
            with joblib.parallel_config("loky", n_jobs=self.jobs, inner_max_num_threads=1):
                yield
        else:
            with joblib.parallel_config(self.backend, n_jobs=self.jobs):
                yield


@contextmanager
def _cluster(scheduler: str) -> Iterator[Client]:
    """Connect to a Dask cluster that can run this code."""
    try:
        from distributed import Client
    except ImportError:
        raise AtlasError("The dask backend needs a package: pip install distributed") from None
    try:
        client = Client(scheduler, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError, TypeError):
        raise AtlasError(f"No Dask scheduler answers at {scheduler!r}, such as tcp://host:8786.") from None
    with client:
        _check_workers(client)
        yield client


def _check_workers(client: Client) -> None:
    """Raise unless there are workers, all able to import this version of `analysis`."""
    try:
        client.wait_for_workers(1, timeout=PATIENCE)
    except TimeoutError:
        raise AtlasError(f"The Dask cluster at {client.scheduler.address} has no workers.") from None

    def version() -> str | None:  # a function within another travels by value, not by name
        try:
            from analysis import __version__
        except ImportError:
            return None
        return __version__

    for worker, found in client.run(version).items():
        if found != analysis.__version__:
            raise AtlasError(
                f"The Dask worker {worker} has {f'version {found}' if found else 'no copy'} of this program, "
                f"not version {analysis.__version__}: start it in the program's folder."
            )
