"""A thread that works while nobody waits for a page."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

QUIET = 2.0  # seconds after the last page was made: its charts are drawn, maybe on this machine


class Worker:
    """A thread that goes through what it was given last, a step at a time, while no page is at work.

    Parameters
    ----------
    quiet
        Seconds after the last page before the next step; may be changed.
    """

    def __init__(self, quiet: float = QUIET) -> None:
        self.quiet = quiet
        self._changed = threading.Condition()
        self._steps: Iterator[object] | None = None
        self._pages = 0
        self._last_page = time.monotonic()

    def start(self) -> None:
        """Start the thread, which ends with the process."""
        threading.Thread(target=self._work, name="ahead", daemon=True).start()

    @contextmanager
    def page(self) -> Iterator[None]:
        """Begin no step while a page is made."""
        with self._changed:
            self._pages += 1
        try:
            yield
        finally:
            with self._changed:
                self._pages -= 1
                self._last_page = time.monotonic()
                self._changed.notify_all()

    def take(self, steps: Iterator[object]) -> None:
        """Go through these instead of what is left of the page before."""
        with self._changed:
            self._steps = steps
            self._changed.notify_all()

    def wait(self, seconds: float) -> bool:
        """Wait until nothing is left to do; return whether that came about in so many seconds."""
        with self._changed:
            return self._changed.wait_for(lambda: self._steps is None, seconds)

    def _work(self) -> None:
        while True:
            steps = self._next()
            try:
                more = next(steps, steps) is not steps
            except Exception:  # a thread that ended would leave all work to whoever waits
                logging.getLogger(__name__).warning("Work ahead failed.", exc_info=True)
                more = False
            with self._changed:
                if not more and self._steps is steps:
                    self._steps = None
                    self._changed.notify_all()

    def _next(self) -> Iterator[object]:
        """Wait until there is something to do and nobody waits for a page."""
        with self._changed:
            while True:
                left = self._last_page + self.quiet - time.monotonic()
                if self._steps is not None and not self._pages and left <= 0:
                    return self._steps
                idle = self._steps is None or self._pages
                self._changed.wait(None if idle else left)


WORKER = Worker()
