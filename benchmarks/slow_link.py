"""What lies between a server and a visitor far away: so many bits a second, and so long to and fro."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import SimpleQueue
from urllib.parse import urlsplit

AT_ONCE = 16 * 1024  # bytes of one connection before another's turn


class Pipe:
    """One direction, which all connections share.

    Attributes
    ----------
    sent
        Bytes so far.
    """

    def __init__(self, megabits: float, delay: float) -> None:
        self.seconds_per_byte = 8e-6 / megabits
        self.delay = delay
        self.free_at = 0.0
        self.sent = 0

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry what a connection sends until it ends."""
        loop = asyncio.get_running_loop()
        try:
            while block := await reader.read(AT_ONCE):
                self.sent += len(block)
                self.free_at = max(loop.time(), self.free_at) + len(block) * self.seconds_per_byte
                loop.call_at(self.free_at + self.delay, writer.write, block)
                await asyncio.sleep(self.free_at - loop.time())
            await asyncio.sleep(self.delay)
        finally:
            writer.close()


@contextmanager
def slow_link(address: str, *, megabits: float, latency: float) -> Iterator[tuple[str, Pipe]]:
    """Yield an address behind which a server is farther away, and the pipe to the visitor.

    Parameters
    ----------
    address
        Of the server: ``http://host:port``.
    megabits
        A second, either way.
    latency
        Seconds to and fro.
    """
    server = urlsplit(address)
    up, down = (Pipe(megabits, latency / 2) for _ in range(2))

    async def connect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(latency)  # a connection is agreed on before it is used
        from_server, to_server = await asyncio.open_connection(server.hostname, server.port)
        await asyncio.gather(
            up.carry(reader, to_server), down.carry(from_server, writer), return_exceptions=True
        )

    started: SimpleQueue[tuple[int, Callable[[], object]]] = SimpleQueue()

    async def listen() -> None:
        over, loop = asyncio.Event(), asyncio.get_running_loop()
        listening = await asyncio.start_server(connect, "127.0.0.1", 0)
        port = listening.sockets[0].getsockname()[1]
        started.put((port, lambda: loop.call_soon_threadsafe(over.set)))
        await over.wait()
        listening.close()  # connections that are still open end with the loop

    thread = threading.Thread(target=asyncio.run, args=[listen()], daemon=True)
    thread.start()
    port, stop = started.get(timeout=10)
    try:
        yield f"http://127.0.0.1:{port}", down
    finally:
        stop()
        thread.join()
