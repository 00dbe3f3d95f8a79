"""Copies of this process: what they write is seen, their failures are told, and none outlives the call."""

from __future__ import annotations

import os
import threading
import time

import pytest

from analysis.irt import forked

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot copy a process")


def test_what_copies_write_is_seen_and_nothing_else() -> None:
    seen, own, watched = forked.shared((3,), "i8"), [0, 0, 0], []

    def task(number: int) -> None:
        seen[number] = os.getpid()
        own[number] = 1

    forked.run([lambda n=n: task(n) for n in range(3)], 2, lambda: watched.append(int((seen > 0).sum())))
    assert len(set(seen.tolist())) == 3
    assert os.getpid() not in seen.tolist()
    assert own == [0, 0, 0]
    assert watched[-1] == 3


def test_a_failure_is_told_and_stops_the_others() -> None:
    running = forked.shared((1,), "i8")

    def fails() -> None:
        while not running[0]:
            time.sleep(0.01)
        raise ValueError("what went wrong")

    def lasts() -> None:
        running[0] = os.getpid()
        time.sleep(600)

    with pytest.raises(RuntimeError, match="what went wrong"):
        forked.run([fails, lasts], 2, lambda: None)
    with pytest.raises(ProcessLookupError):
        os.kill(int(running[0]), 0)


def test_an_interrupt_stops_all() -> None:
    running = forked.shared((1,), "i8")

    def lasts() -> None:
        running[0] = os.getpid()
        time.sleep(600)

    def watch() -> None:
        if running[0]:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        forked.run([lasts], 1, watch)
    with pytest.raises(ProcessLookupError):
        os.kill(int(running[0]), 0)


def test_only_the_main_thread_is_copied() -> None:
    said: list[bool] = []
    thread = threading.Thread(target=lambda: said.append(forked.possible()))
    thread.start()
    thread.join()
    assert said == [False]
    assert forked.possible()
