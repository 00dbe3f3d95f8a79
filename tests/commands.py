"""The command line, in this process, as a process of its own, or on a terminal."""

from __future__ import annotations

import contextlib
import io
import os
import pty
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from analysis.cli import main
from tests.conftest import ROOT

Run = subprocess.CompletedProcess[str]


def atlas(*arguments: str | Path, code: int = 0) -> Run:
    """Run a command here, where PyMC is loaded already: a process of its own takes seconds to load it."""
    command = ["analysis", *map(str, arguments)]
    said, complained = io.StringIO(), io.StringIO()
    ended = 0
    with (
        mock.patch.object(sys, "argv", command),
        contextlib.chdir(ROOT),
        contextlib.redirect_stdout(said),
        contextlib.redirect_stderr(complained),
    ):
        try:
            main()
        except SystemExit as stop:
            ended = int(stop.code or 0)
    return _expected(
        subprocess.CompletedProcess(command, ended, said.getvalue(), complained.getvalue()), code
    )


def atlas_process(*arguments: str | Path, code: int = 0) -> Run:
    """Run a command as a user does: its exit code, and all that any library writes."""
    command = [sys.executable, "-m", "analysis", *map(str, arguments)]
    return _expected(subprocess.run(command, cwd=ROOT, capture_output=True, text=True), code)


def _expected(run: Run, code: int) -> Run:
    assert run.returncode == code, run.stdout + run.stderr
    return run


def files(folder: Path) -> dict[str, int]:
    """Every file of a folder with when it was last written."""
    return {
        os.fspath(path.relative_to(folder)): path.stat().st_mtime_ns
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@contextlib.contextmanager
def terminal(*arguments: str | Path) -> Iterator[Terminal]:
    """Start a command on a terminal of its own; whatever happens, neither it nor its children stay."""
    ours, its = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "analysis", *map(str, arguments)],
        cwd=ROOT,
        stdin=its,
        stdout=its,
        stderr=its,
        start_new_session=True,
        env={**os.environ, "COLUMNS": "200", "TERM": "xterm"},
        # Tests that run in the background of a shell ignore Ctrl-C, and what they start inherits that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    os.close(its)

    def end() -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)

    # Only against hanging for ever: what is waited for is said by the command, not by the clock.
    watchdog = threading.Timer(600, end)
    watchdog.start()
    try:
        yield Terminal(process, ours)
    finally:
        watchdog.cancel()
        end()
        process.wait()
        os.close(ours)


@dataclass
class Terminal:
    """A command on a terminal: what it writes there arrives as it is written, progress bars too."""

    process: subprocess.Popen[bytes]
    descriptor: int
    said: str = ""

    def read_until(self, pattern: str) -> None:
        """Wait until what it has said matches; fail where it ends before."""
        while not re.search(pattern, self.said):
            more = self._read()
            assert more, f"it ended before it said {pattern!r}:\n{self.said}"
            self.said += more

    def interrupt(self) -> int:
        """Press Ctrl-C, read to the end, and return the exit code."""
        self.process.send_signal(signal.SIGINT)
        while more := self._read():
            self.said += more
        return self.process.wait()

    def _read(self) -> str:
        try:
            return os.read(self.descriptor, 65_536).decode(errors="replace")
        except OSError:  # how Linux says that nobody has the terminal open any more
            return ""
