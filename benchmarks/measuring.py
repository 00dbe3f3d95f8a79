"""Time, processor time and peak memory of whole commands, each in a fresh process."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks import usage

ROOT = Path(__file__).parent.parent


class CommandFailed(Exception):
    """A measured command ended with an error; the message holds the end of what it printed."""


@dataclass(frozen=True)
class Run:
    """What one command used.

    Attributes
    ----------
    seconds
        From start to end, as a user waits.
    cpu_seconds
        Of the processor, all cores added up; on a busy machine this varies less.
    peak_mib
        Largest resident memory of the process, or of the largest that it started.
    output
        Its standard output.
    """

    seconds: float
    cpu_seconds: float
    peak_mib: float
    output: str


def run(
    command: Sequence[str | Path], *, variables: Mapping[str, str] | None = None, may_fail: bool = False
) -> Run:
    """Run a command from the project's root and measure it.

    Parameters
    ----------
    command
        Program and arguments.
    variables
        Environment variables besides the present ones.
    may_fail
        Whether an exit code other than 0 counts as a result too.

    Raises
    ------
    CommandFailed
        If the exit code is not 0.
    """
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "usage.json"
        done = subprocess.run(
            [sys.executable, usage.__file__, report, *command],
            cwd=ROOT,
            env={**os.environ, **(variables or {})},
            capture_output=True,
            text=True,
            check=False,
        )
        if not report.exists():
            raise CommandFailed(_end_of(done.stderr))
        used = usage.read(report)
    if used["code"] and not may_fail:
        raise CommandFailed(_end_of(done.stderr or done.stdout))
    return Run(used["seconds"], used["cpu_seconds"], used["peak_mib"], done.stdout)


def _end_of(text: str) -> str:
    return " ".join(text.split())[-300:] or "it printed nothing"
