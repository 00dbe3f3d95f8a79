"""Run a command and write what it used: ``python usage.py REPORT COMMAND…``.

A process of its own, and a small one: the peak memory that the system reports of a process begins with what
its parent held when it started it.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from pathlib import Path

KIB_PER_UNIT = 1 / 1024 if sys.platform == "darwin" else 1.0  # of ru_maxrss: bytes on macOS, KiB elsewhere


def read(report: Path) -> dict[str, float]:
    """Return what a command used: ``code``, ``seconds``, ``cpu_seconds`` and ``peak_mib``."""
    return json.loads(report.read_text(encoding="utf-8"))


if __name__ == "__main__":
    start = time.perf_counter()
    code = subprocess.run(sys.argv[2:], check=False).returncode
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    report = {
        "code": code,
        "seconds": time.perf_counter() - start,
        "cpu_seconds": used.ru_utime + used.ru_stime,
        "peak_mib": used.ru_maxrss * KIB_PER_UNIT / 1024,
    }
    Path(sys.argv[1]).write_text(json.dumps(report), encoding="utf-8")
