"""Counts the bytes between a browser and a server: it stands between them and hands on what comes."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.side_by_side import free_port


class Relay:
    """Everything that went through, both directions together, as it travels: compressed, framed, with headers."""

    def __init__(self) -> None:
        self.port = free_port()
        self.bytes = 0
        self._target = 0

    @property
    def host(self) -> str:
        return f"localhost:{self.port}"

    @contextmanager
    def before(self, target: int) -> Iterator[str]:
        """Stand before the server at this port of the loopback address; gives the relay's own address."""
        self._target = target
        ready, end = threading.Event(), asyncio.Event()
        loop = asyncio.new_event_loop()

        async def stand() -> None:
            server = await asyncio.start_server(self._met, "127.0.0.1", self.port)
            ready.set()
            await end.wait()
            server.close()

        def run() -> None:
            with asyncio.Runner(loop_factory=lambda: loop) as runner:
                runner.run(stand())

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        ready.wait()
        try:
            yield f"http://{self.host}"
        finally:
            loop.call_soon_threadsafe(end.set)
            thread.join()

    async def _met(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", self._target)
        await asyncio.gather(self._hand_on(reader, back), self._hand_on(there, writer), return_exceptions=True)

    async def _hand_on(self, source: asyncio.StreamReader, drain: asyncio.StreamWriter) -> None:
        try:
            while piece := await source.read(65_536):
                self.bytes += len(piece)
                drain.write(piece)
                await drain.drain()
        finally:
            drain.close()
