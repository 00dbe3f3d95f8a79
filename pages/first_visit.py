"""What makes a first visit quick: scripts compressed once, and the largest asked for before it is needed."""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SCRIPTS = Path(st.__file__).parent / "static/static/js"
AT_ONCE = ("PlotlyChart.*.js",)
"""Streamlit asks for these only when a page's first chart has come: half of what a first visit transfers."""

ASKED_WITH = (
    "range",
    "if-none-match",
    "if-modified-since",
)  # headers that ask for another answer than the file


class KeepScripts:
    """Answer for a file of Streamlit's front end from memory once it was compressed.

    Their names change with their contents, so that what is kept never ages.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.kept: dict[tuple[str, str], list[Message]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take a request, as ASGI has it."""
        headers = Headers(scope=scope) if scope["type"] == "http" else {}
        if not headers or "/static/" not in scope["path"] or scope["method"] != "GET":
            await self.app(scope, receive, send)
            return
        if any(name in headers for name in ASKED_WITH):
            await self.app(scope, receive, send)
            return
        key = scope["path"], headers.get("accept-encoding", "")
        answer = self.kept.get(key)
        if answer is None:
            answer = []

            async def keep(message: Message) -> None:
                answer.append(message)

            await self.app(scope, receive, keep)
            answer = _as_one(answer)
            if "immutable" in Headers(raw=answer[0]["headers"]).get("cache-control", ""):
                self.kept[key] = answer
        for message in answer:
            await send({**message})


def _as_one(answer: list[Message]) -> list[Message]:
    start, *parts = answer
    body = b"".join(part.get("body", b"") for part in parts)
    headers = MutableHeaders(raw=list(start["headers"]))
    headers["content-length"] = str(len(body))
    return [{**start, "headers": headers.raw}, {"type": "http.response.body", "body": body}]


class AskAtOnce:
    """Name in the head of every page what the browser will need, so that it need not be told twice."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        scripts = [path.name for pattern in AT_ONCE for path in sorted(SCRIPTS.glob(pattern))]
        self.link = ", ".join(
            f"<static/js/{name}>; rel=preload; as=script; crossorigin; fetchpriority=low" for name in scripts
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take a request, as ASGI has it."""

        async def with_link(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=message["headers"])
                if headers.get("content-type", "").startswith("text/html"):
                    headers["link"] = self.link
            await send(message)

        await self.app(scope, receive, with_link if scope["type"] == "http" else send)
