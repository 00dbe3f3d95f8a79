"""What long work is under way: each command leaves a small file beside the snapshots and keeps it fresh.

Fits, pooling, imports and comparisons run in processes of their own. The app, and
``python -m analysis status``, read these files; none is ever needed for anything else.
"""

from __future__ import annotations

import json
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from itertools import count
from pathlib import Path

RUNNING, FINISHED, FAILED, LOST = "running", "finished", "failed", "lost"
BEAT = 2.0  # seconds between two writings of a running job's file
SILENCE = 120.0  # seconds without one, after which its process is taken for dead
KEPT = 24 * 3600.0  # seconds that a job's file stays after its last writing
FEWEST_SHARE, FEWEST_SECONDS = 0.03, 3.0  # of a step that must be done before it is said how long it takes
DIED = "its process ended without a word; start it again"

_number = count()


@dataclass(frozen=True)
class Job:
    """A long piece of work, as far as it has got.

    Attributes
    ----------
    kind, benchmark
        What is done (``"fit"``, ``"pool"``, ``"import"``, ``"compare"``), and to what.
    started, step_started, updated
        Seconds since 1970: of the job, of its present step, and of what is said here.
    state
        ``"running"``, ``"finished"``, ``"failed"``, or ``"lost"`` where its process ended without a word.
    what
        The present step, in words.
    share
        Of this step, from 0 to 1; None where that is not known.
    reason
        Why it failed, in one line.
    host, process
        Where it runs.
    """

    kind: str
    benchmark: str
    started: float
    step_started: float
    updated: float
    host: str
    process: int
    state: str = RUNNING
    what: str = ""
    share: float | None = None
    reason: str = ""

    @property
    def seconds_left(self) -> float | None:
        """Seconds that the present step takes yet if it goes on as so far; None where that cannot be told."""
        elapsed = self.updated - self.step_started
        if self.state != RUNNING or self.share is None:
            return None
        if self.share < FEWEST_SHARE or elapsed < FEWEST_SECONDS:
            return None
        return elapsed * (1 - self.share) / self.share

    @property
    def sentence(self) -> str:
        """How it is going, in words."""
        name = f"{self.kind} {self.benchmark}".strip()
        if self.state != RUNNING:
            return f"{name}: {self.state}" + (f", {self.reason}" if self.reason else "")
        parts = [self.what or "under way"]
        if self.share is not None:
            parts.append(f"{self.share:.0%}")
        if self.seconds_left is not None:
            parts.append(f"about {_duration(self.seconds_left)} left")
        return f"{name}: {', '.join(parts)}"


class Telling:
    """Tells of a job while it runs; several threads may use it."""

    def __init__(self, path: Path, job: Job) -> None:
        self._path, self._job = path, job
        self._lock, self._over = threading.Lock(), threading.Event()

    def step(self, what: str) -> None:
        """Say what is done from now on."""
        with self._lock:
            self._job = replace(self._job, what=what, share=None, step_started=time.time())

    def share(self, done: float, of: float) -> None:
        """Say how much of the present step is done."""
        with self._lock:
            self._job = replace(self._job, share=min(1.0, done / of))

    def end(self, state: str, reason: str = "") -> None:
        """Say how it ended, on one line, and stop telling."""
        self._over.set()
        first_line = reason.strip().splitlines()[0] if reason.strip() else ""
        with self._lock:
            self._job = replace(self._job, state=state, share=None, reason=first_line)
        self._write()

    def beat(self) -> None:
        """Keep the file fresh until the end."""
        while not self._over.wait(BEAT):
            self._write()

    def _write(self) -> None:
        with self._lock:
            if self._over.is_set() and self._job.state == RUNNING:
                return
            self._job = replace(self._job, updated=time.time())
            unfinished = self._path.with_suffix(".new")
            try:
                unfinished.write_text(json.dumps(asdict(self._job)), encoding="utf-8")
                unfinished.replace(self._path)
            except OSError:
                pass  # a full disk or a folder taken away must not end the work that is only told about


@contextmanager
def job(directory: Path, kind: str, benchmark: str) -> Iterator[Telling]:
    """Tell of a job for as long as a block runs, and how it ended.

    Parameters
    ----------
    directory
        Of the store.
    kind, benchmark
        What is done, and to what.
    """
    folder = directory / "jobs"
    folder.mkdir(parents=True, exist_ok=True)
    _sweep(folder)
    now = time.time()
    path = folder / f"{int(now * 1e6)}-{os.getpid()}-{next(_number)}.json"
    telling = Telling(path, Job(kind, benchmark, now, now, now, socket.gethostname(), os.getpid()))
    telling._write()
    threading.Thread(target=telling.beat, daemon=True, name=f"tells of {kind}").start()
    try:
        yield telling
    except BaseException as error:
        telling.end(FAILED, str(error) or type(error).__name__)
        raise
    telling.end(FINISHED)


def jobs(directory: Path) -> list[Job]:
    """Return the jobs of the last day, the latest first.

    A file that cannot be read, because something else was put there, is passed over.

    Parameters
    ----------
    directory
        Of the store.
    """
    found = []
    for path in (directory / "jobs").glob("*.json"):
        try:
            told = Job(**json.loads(path.read_text(encoding="utf-8")))
            told = (
                told
                if told.state != RUNNING or _alive(told)
                else replace(told, state=LOST, share=None, reason=DIED)
            )
        except (OSError, ValueError, TypeError):
            continue
        if time.time() - told.updated < KEPT:
            found.append(told)
    return sorted(found, key=lambda told: -told.started)


def _alive(told: Job) -> bool:
    """Whether a job that says it is running still is.

    A process's number is not proof enough: after a restart another may have it, and of another machine or of
    Windows it cannot be asked without harm. So a job also has to have written lately.
    """
    if time.time() - told.updated > SILENCE:
        return False
    if os.name != "posix" or told.host != socket.gethostname():
        return True
    try:
        os.kill(told.process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _sweep(folder: Path) -> None:
    """Delete files that nobody wrote to for a day."""
    for path in folder.iterdir():
        try:
            if time.time() - path.stat().st_mtime > KEPT:
                path.unlink()
        except OSError:
            continue


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
