"""Scripts are compressed once, and the largest is named with the page."""

from __future__ import annotations

import asyncio
import gzip
from concurrent.futures import ThreadPoolExecutor

import pytest
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import Message, Receive, Scope, Send

from pages.first_visit import SCRIPTS, AskAtOnce, KeepScripts

SCRIPT = next(path for path in sorted(SCRIPTS.glob("*.js")) if path.stat().st_size > 2000)


class Origin:
    """An app that sends whatever it is asked for as the same script, in two parts, and counts."""

    asked = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.asked += 1
        is_page = scope["path"] == "/"
        kind = b"text/html; charset=utf-8" if is_page else b"text/javascript"
        status = 404 if "missing" in scope["query_string"].decode() else 200
        await send({"type": "http.response.start", "status": status, "headers": [(b"content-type", kind)]})
        text = SCRIPT.read_bytes()
        await send({"type": "http.response.body", "body": text[:1500], "more_body": True})
        await send({"type": "http.response.body", "body": text[1500:], "more_body": False})


def answer(app, path: str, query: str = "", **headers: str) -> tuple[dict[str, str], bytes]:
    got: list[Message] = []

    async def send(message: Message) -> None:
        got.append(message)

    sent = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": "GET", "path": path, "query_string": query.encode(), "headers": sent}
    with ThreadPoolExecutor(1) as thread:  # Playwright leaves a loop running in the main thread
        thread.submit(asyncio.run, app(scope, None, send)).result()
    found = {name.decode(): value.decode() for name, value in got[0]["headers"]}
    return found, b"".join(message["body"] for message in got[1:])


def test_a_script_is_compressed_once() -> None:
    origin = Origin()
    app = KeepScripts(GZipMiddleware(origin, minimum_size=1024))
    for _ in range(3):
        headers, body = answer(app, f"/base/static/js/{SCRIPT.name}", accept_encoding="gzip, br")
        assert headers["content-encoding"] == "gzip"
        assert headers["content-length"] == str(len(body))
        assert gzip.decompress(body) == SCRIPT.read_bytes()
    assert origin.asked == 1


@pytest.mark.parametrize(
    ("path", "query", "headers"),
    [
        (f"/static/js/{SCRIPT.name}", "", {"accept_encoding": "br"}),
        (f"/static/js/{SCRIPT.name}", "", {"accept_encoding": "gzip", "range": "bytes=0-9"}),
        (f"/static/js/{SCRIPT.name}", "missing", {"accept_encoding": "gzip"}),
        ("/static/js/of-nobody.js", "", {"accept_encoding": "gzip"}),
        ("/", "", {"accept_encoding": "gzip"}),
    ],
)
def test_nothing_else_is_kept(path: str, query: str, headers: dict[str, str]) -> None:
    origin = Origin()
    app = KeepScripts(origin)
    for _ in range(2):
        assert answer(app, path, query, **headers)[1] == SCRIPT.read_bytes()
    assert origin.asked == 2
    assert app.kept == {}


def test_pages_alone_name_what_they_will_need() -> None:
    app = AskAtOnce(Origin())
    link = answer(app, "/")[0]["link"]
    assert link.startswith("<static/js/PlotlyChart.")
    assert "link" not in answer(app, "/x.js")[0]
