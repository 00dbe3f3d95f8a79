"""Progress of stages that run in other processes, shown in one place."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import Manager
from queue import Queue
from threading import Thread
from time import monotonic
from typing import TypeVar

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

Step = TypeVar("Step")
Message = tuple[str, int, int]  # description, steps done, steps in all
EVERY = 0.5  # seconds between two messages of a stage


@dataclass(frozen=True)
class Reports:
    """Where a stage says how far it is; can be sent to another process.

    Attributes
    ----------
    queue
        Takes the messages; None for nobody listening.
    """

    queue: "Queue[Message | None] | None" = None

    def track(self, steps: Iterable[Step], total: int, description: str) -> Iterator[Step]:
        """Yield the steps and report their number."""
        last = -EVERY
        for done, step in enumerate(steps):
            if self.queue is not None and monotonic() - last >= EVERY:
                last = monotonic()
                self.queue.put((description, done, total))
            yield step
        if self.queue is not None:
            self.queue.put((description, total, total))


@contextmanager
def shown() -> Iterator[Reports]:
    """Show a bar for every stage that reports while the block runs."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Manager() as manager, Progress(*columns) as progress:
        queue: Queue[Message | None] = manager.Queue()
        thread = Thread(target=_show, args=(queue, progress))
        thread.start()
        try:
            yield Reports(queue)
        finally:
            queue.put(None)
            thread.join()


def _show(queue: "Queue[Message | None]", progress: Progress) -> None:
    bars = {}
    while (message := queue.get()) is not None:
        description, done, total = message
        if description not in bars:
            bars[description] = progress.add_task(description, total=total)
        progress.update(bars[description], completed=done)
