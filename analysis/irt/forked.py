"""Work in copies of this process, for what threads cannot do side by side: many short calls of Python.

A copy has all that was imported and compiled, and starts in milliseconds. Results come back through memory
that both share.
"""

from __future__ import annotations

import mmap
import os
import signal
import threading
import time
import traceback
import warnings
from collections.abc import Callable, Sequence

import numpy as np

POLL = 0.05  # seconds between looks at the copies


def possible() -> bool:
    """Whether this process can be copied: on POSIX systems, from its main thread."""
    return hasattr(os, "fork") and threading.current_thread() is threading.main_thread()


def shared(shape: tuple[int, ...], dtype: str) -> np.ndarray:
    """Return zeros in memory that copies of this process write into as well."""
    size = int(np.prod(shape)) * np.dtype(dtype).itemsize
    return np.frombuffer(mmap.mmap(-1, max(size, 1)), dtype=dtype, count=int(np.prod(shape))).reshape(shape)


def run(tasks: Sequence[Callable[[], None]], at_once: int, watch: Callable[[], None]) -> None:
    """Run each task in a copy of this process.

    Parameters
    ----------
    tasks
        What they change is lost but for what they write into `shared` memory.
    at_once
        How many copies there are at a time.
    watch
        Called again and again while they run.

    Raises
    ------
    RuntimeError
        If a task failed; the others are stopped. Likewise on Ctrl-C, which goes on as it is.
    """
    waiting, running = list(tasks), dict[int, int]()  # process: where its last words are read
    try:
        while waiting or running:
            while waiting and len(running) < at_once:
                process, last_words = _copy(waiting.pop(0))
                running[process] = last_words
            time.sleep(POLL)
            for process in list(running):
                ended, status = os.waitpid(process, os.WNOHANG)
                if ended:
                    with os.fdopen(running.pop(process), encoding="utf-8") as last:
                        said = last.read()
                    if status:
                        raise RuntimeError(said or f"a copy of this process ended with status {status}")
            watch()
    finally:
        for process, last_words in running.items():
            os.kill(process, signal.SIGKILL)
            os.waitpid(process, 0)
            os.close(last_words)


def _copy(task: Callable[[], None]) -> tuple[int, int]:
    """Start a copy; return its process and where it says why it failed, if it does."""
    read, write = os.pipe()
    with warnings.catch_warnings():
        # Other threads of ours only draw progress and keep a file fresh; copies use nothing of theirs.
        warnings.simplefilter("ignore", DeprecationWarning)
        process = os.fork()
    if process:
        os.close(write)
        return process, read
    status = 1
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the original decides what Ctrl-C does
        task()
        status = 0
    except BaseException:
        os.write(write, traceback.format_exc().encode()[-4000:])
    finally:
        os._exit(status)


def end_with_original(original: int) -> None:
    """End this copy if the process it was copied from is gone."""
    if os.getppid() != original:
        os._exit(1)
