"""A visitor of the app without a browser: the real server in this process, all but its network.

`streamlit.testing` would do for what pages say, not for what they cost: it compiles every page anew and reads
back all tables that pages send.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import uvloop
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.runtime import Runtime, RuntimeConfig, SessionClient
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.runtime_util import serialize_forward_msg

from benchmarks.measuring import ROOT

PATIENCE = 600  # seconds
SIDEBAR = 1  # the first number of a place in it
CHART, TITLE = "plotly_chart", "heading"  # kinds of elements, as Streamlit's messages name them


@dataclass(frozen=True)
class Answer:
    """What the server did for one request.

    Attributes
    ----------
    seconds, cpu_seconds
        Until the page was finished, all messages made into bytes; on a busy machine the second, of the
        processor, varies less.
    title, chart
        Seconds of the processor until the page's title and its first chart were sent, NaN where there is
        none.
    sent
        Bytes.
    """

    seconds: float
    cpu_seconds: float
    title: float
    chart: float
    sent: int


class Visitor(SessionClient):
    """One session of the app, with the store that the environment names.

    Attributes
    ----------
    elements
        What the page shows, as Streamlit's messages have it, by its place.
    """

    def __init__(self) -> None:
        import_module("app")  # as the server does before anybody comes
        self.elements: dict[tuple[int, ...], Any] = {}
        self._page = ""
        self._widgets: dict[str, WidgetState] = {}
        self._fragments: dict[str, str] = {}  # the part of the page that each control draws anew
        self._received: list[tuple[float, ForwardMsg]] = []
        self._sent = 0
        config = RuntimeConfig(
            script_path=str(ROOT / "pages/main.py"),
            media_file_storage=MemoryMediaFileStorage("/media"),
            uploaded_file_manager=MemoryUploadedFileManager("/upload"),
        )
        self._runtime = Runtime(config)
        self._runner = asyncio.Runner(loop_factory=uvloop.new_event_loop)  # the server's, where there is one
        self._session = self._runner.run(self._connected())

    async def _connected(self) -> str:
        await self._runtime.start()
        return self._runtime.connect_session(self, {})

    def write_forward_msg(self, msg: ForwardMsg) -> None:
        """Take a message as a browser's connection would."""
        self._sent += len(serialize_forward_msg(msg))
        self._received.append((time.process_time(), msg))
        if msg.HasField("script_finished"):
            self._finished.set()

    def close(self) -> None:
        """Stop the server."""
        self._runtime.stop()
        self._runner.close()

    def open(self, page: str) -> Answer:
        """Open a page by its name in addresses; all controls are at rest."""
        self._page, self._widgets, self._fragments, self.elements = page, {}, {}, {}
        return self._ask()

    def change(self, control: Any, value: Any) -> Answer:
        """Set a control and return what that took."""
        state = WidgetState(id=control.id)
        match value:
            case bool():
                state.bool_value = value
            case str():
                state.string_value = value
            case float() | int():
                state.double_array_value.data.append(value)
        self._widgets[control.id] = state
        return self._ask(self._fragments[control.id])

    def read(self, at_most: float) -> float:
        """Look at the page until the server has nothing left to do ahead; return after how many seconds."""
        start = time.perf_counter()
        worker = import_module("pages.worker").WORKER
        worker.quiet = 0.0  # it leaves a browser time to draw, and here is none
        worker.wait(at_most)
        return time.perf_counter() - start

    def controls(self, kind: str, *, sidebar: bool = True) -> list[Any]:
        """Return the page's controls of a kind, as Streamlit names them in messages: ``slider``."""
        return [
            getattr(one, kind)
            for place, one in self.elements.items()
            if one.WhichOneof("type") == kind and (sidebar or place[0] != SIDEBAR)
        ]

    def _ask(self, fragment: str = "") -> Answer:
        request = BackMsg()
        request.rerun_script.page_name = self._page
        request.rerun_script.fragment_id = fragment
        request.rerun_script.widget_states.widgets.extend(self._widgets.values())
        self._received, self._sent = [], 0
        start, cpu = time.perf_counter(), time.process_time()
        self._runner.run(self._answered(request))
        seconds, used = time.perf_counter() - start, time.process_time() - cpu
        first: dict[str, float] = {}
        for at, message in self._received:
            if message.WhichOneof("type") == "delta" and message.delta.WhichOneof("type") == "new_element":
                element = message.delta.new_element
                self.elements[tuple(message.metadata.delta_path)] = element
                kind = str(element.WhichOneof("type"))
                first.setdefault(kind, at - cpu)
                if control := getattr(getattr(element, kind), "id", ""):
                    self._fragments[control] = message.delta.fragment_id
        return Answer(
            seconds, used, first.get(TITLE, float("nan")), first.get(CHART, float("nan")), self._sent
        )

    async def _answered(self, request: BackMsg) -> None:
        self._finished = asyncio.Event()
        self._runtime.handle_backmsg(self._session, request)
        await asyncio.wait_for(self._finished.wait(), PATIENCE)
