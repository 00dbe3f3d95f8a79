"""What makes a first visit quick: scripts compressed once, and the largest asked for before it is needed."""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SCRIPTS = Path(st.__file__).parent / "static/static/js"
AT_ONCE = "PlotlyChart.*.js"
"""Streamlit asks for it only when a page's first chart has come: half of what a first visit transfers."""


class KeepScripts:
    """Answer for a script of Streamlit's front end from memory once it was compressed.

    A script's name changes with its contents, so that what is kept never ages; there are no more than 7 MB.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.kept: dict[str, list[Message]] = {}
        self.names = {path.name for path in SCRIPTS.glob("*.js")}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take a request, as ASGI has it."""
        name = self._asked_for(scope)
        if name is None:
            await self.app(scope, receive, send)
            return
        answer = self.kept.get(name) or await self._whole(scope, receive)
        if answer[0]["status"] == 200:
            self.kept[name] = answer
        for message in answer:
            await send({**message})

    def _asked_for(self, scope: Scope) -> str | None:
        """Return the name of the script that is asked for, compressed and as a whole; None for all else."""
        if scope["type"] != "http" or scope["method"] != "GET":
            return None
        headers, name = Headers(scope=scope), scope["path"].rpartition("/static/js/")[2]
        in_part = any(header in headers for header in ("range", "if-none-match", "if-modified-since"))
        takes_it = "gzip" in headers.get("accept-encoding", "") and not in_part
        return name if takes_it and name in self.names else None

    async def _whole(self, scope: Scope, receive: Receive) -> list[Message]:
        parts: list[Message] = []

        async def gather(message: Message) -> None:
            parts.append(message)

        await self.app(scope, receive, gather)
        body = b"".join(part.get("body", b"") for part in parts[1:])
        headers = MutableHeaders(raw=list(parts[0]["headers"]))
        headers["content-length"] = str(len(body))
        return [{**parts[0], "headers": headers.raw}, {"type": "http.response.body", "body": body}]


class AskAtOnce:
    """Name in the head of every page what the browser will need, so that it does not wait to be told."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        links = (f"<static/js/{path.name}>; rel=preload; as=script" for path in SCRIPTS.glob(AT_ONCE))
        self.link = ", ".join(f"{link}; crossorigin; fetchpriority=low" for link in links)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take a request, as ASGI has it."""

        async def with_link(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=message["headers"])
                if headers.get("content-type", "").startswith("text/html"):
                    headers["link"] = self.link
            await send(message)

        await self.app(scope, receive, with_link if scope["type"] == "http" else send)
