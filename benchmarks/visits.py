"""How long a visitor waits, in a browser that nobody inspects.

Playwright attaches devtools to every tab, and a first visit takes half as long again (3.3 to 4.5 s against
2.4 to 2.9 in the same minutes): for one thing, V8 then reads plotly's script four times more to find places
in it. So the browser is plain Chromium, with an extension that watches the page frame by frame, by the
browser's own clock.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Empty, SimpleQueue
from typing import Any

from benchmarks.measuring import CommandFailed
from benchmarks.serving import WATCH

WARM_UP = 2.0  # seconds in which a browser that was started settles
PATIENCE = 600.0  # seconds
CALMLY = (
    "--headless=new",
    "--no-sandbox",
    "--window-size=1280,900",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Chromium may otherwise pass over extensions that are named on its command line.
    "--disable-features=DisableLoadExtensionCommandLineSwitch",
    f"--load-extension={WATCH}",
)


@dataclass(frozen=True)
class Waited:
    """One wait.

    Attributes
    ----------
    what
        What was asked for.
    title, main
        Seconds until its title and its main chart (or table) were there; None where none was waited for.
    """

    what: str
    title: float | None
    main: float | None


def visit(chromium: str, address: str, rounds: int = 0) -> list[Waited]:
    """Open the app in a browser that has nothing of it yet, and click through its pages.

    Parameters
    ----------
    chromium
        The browser's path.
    address
        Of the app, on 127.0.0.1.
    rounds
        How often to click through all pages.

    Returns
    -------
    list of Waited
        The visit, then every click.

    Raises
    ------
    CommandFailed
        If nothing was seen within ten minutes.
    """
    with _desk(address, rounds) as (desk, handed_in), _sent_to(chromium, desk):
        try:
            return [Waited(**wait) for wait in handed_in.get(timeout=PATIENCE)]
        except Empty:
            raise CommandFailed(f"a visitor of {address} saw no chart") from None


@contextmanager
def _sent_to(chromium: str, address: str) -> Iterator[None]:
    """Keep a browser open; one of its processes may write into its profile when the first has ended."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        browser = subprocess.Popen(
            [chromium, *CALMLY, f"--user-data-dir={profile}", address],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            yield
        finally:
            os.killpg(browser.pid, signal.SIGKILL)
            browser.wait()


@contextmanager
def _desk(address: str, rounds: int) -> Iterator[tuple[str, SimpleQueue[Any]]]:
    """Serve the page that sends a visitor on, and take what it hands in."""
    handed_in: SimpleQueue[Any] = SimpleQueue()

    class Desk(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/task":
                self._answer("application/json", json.dumps({"rounds": rounds}))
            else:
                go = f"setTimeout(() => {{ location = {json.dumps(address)} }}, {1000 * WARM_UP:.0f})"
                self._answer("text/html", f"<script>{go}</script>")

        def do_POST(self) -> None:
            handed_in.put(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self._answer("text/plain", "")

        def _answer(self, kind: str, body: str) -> None:
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Access-Control-Allow-Origin", "*")
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Desk)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        # By a name of another site than the app's, which then gets a process of its own, as from a link.
        yield f"http://localhost:{server.server_port}/", handed_in
    finally:
        server.shutdown()
        server.server_close()
