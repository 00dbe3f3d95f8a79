"""The app as visitors meet it: a real server, and a real Chromium."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.measuring import ROOT, CommandFailed

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
WATCH = Path(__file__).parent / "watch"
"""An extension of Chromium that watches the app for a visitor."""
DRAWN = f"({(WATCH / 'drawn.js').read_text(encoding='utf-8')})"
"""A function of JavaScript: whether nothing runs and every chart that has come is drawn."""


def installed_chromium() -> str | None:
    """Return the path of the machine's own Chromium, if it has one."""
    return next((path for name in CHROMIUM_NAMES if (path := shutil.which(name))), None)


@contextmanager
def running_app(store: Path, log: Path) -> Iterator[str]:
    """Start the app on a store, as ``make run`` does, and yield its address.

    Raises
    ------
    CommandFailed
        If it does not start; the message holds what it printed.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless=true"]
    command += [f"--server.port={port}", "--server.address=127.0.0.1"]
    with log.open("w") as output:
        server = subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, "ATLAS_STORE": str(store)}, stdout=output, stderr=output
        )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_until_healthy(address, server, log)
        yield address
    finally:
        server.terminate()
        try:
            server.wait(timeout=20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _wait_until_healthy(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(240):
        if server.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=2) as answer:
                # Unknown paths answer 200 too, with a page: only the body tells.
                if answer.read() == b"ok":
                    return
        except OSError:
            time.sleep(0.25)
    raise CommandFailed(f"the app did not start:\n{log.read_text()}")
