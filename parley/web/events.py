"""`/runs/events`: what happens to a browser's runs while they are alive, as server-sent events.

One connection tells of all runs of the owner that the cookie names, or with `?run=` of one. Each event's `id` is a cursor: who
comes back with it as `Last-Event-ID` goes on without a gap or a repeat, also where a run has ended meanwhile. Events are
`begun`, `outcome`, `reasoning` and `text` (`at`: where the piece belongs, in characters), and `ended`, which a receipt can be
made of. A listener that does not read is told nothing until it does, so it costs no more than its connection.
"""

from __future__ import annotations

import hashlib
import secrets
import signal
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import anyio
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from parley.errors import StoreError
from parley.web.cursor import Cursor
from parley.web.following import Following, Runs
from parley.web.owner import owner_of

LOOK = 0.05
"""Seconds between two looks while a run is alive."""
IDLE_LOOK = 0.25
KEEP_ALIVE = 15.0
"""Seconds of silence after which a comment is sent, so that nothing between here and there takes the connection for dead."""
PER_BROWSER = 32
ALTOGETHER = 512
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
_FOUND_NOTHING = "There is nothing here."
_TOO_MANY = "This browser follows its runs over too many connections already. Close some of its tabs."


class Events:
    """The event streams of one process."""

    def __init__(
        self, runs: Runs, *, look: float = LOOK, keep_alive: float = KEEP_ALIVE, per_browser: int = PER_BROWSER
    ) -> None:
        self.closing = False
        self.look, self.keep_alive = look, keep_alive
        self._runs, self._per_browser = runs, per_browser
        self._process = secrets.token_hex(6)
        self._open: Counter[str] = Counter()

    @property
    def open(self) -> int:
        """Connections at this moment."""
        return self._open.total()

    def close(self) -> None:
        """End every stream; safe to call from a signal's handler."""
        self.closing = True

    @contextmanager
    def ending_on_signals(self) -> Iterator[None]:
        """End the streams when the process is told to end: a server waits for its answers, and these would never be over."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        former = {one: signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)}

        def told(number: int, frame: FrameType | None) -> None:
            self.close()
            handler = former[signal.Signals(number)]
            if callable(handler):
                handler(number, frame)

        for one, handler in former.items():
            if callable(handler):
                signal.signal(one, told)
        try:
            yield
        finally:
            for one, handler in former.items():
                if signal.getsignal(one) is told:
                    signal.signal(one, handler)

    def route(self) -> Route:
        return Route("/runs/events", self._answer, methods=["GET"], name="runs")

    async def _answer(self, request: Request) -> Response:
        """404 for whoever has no cookie of ours and for a run that is not theirs; 204, which ends a browser's asking, when all was told."""
        browser, only = owner_of(request.cookies), request.query_params.get("run")
        if browser is None:
            return PlainTextResponse(_FOUND_NOTHING, 404, HEADERS)
        owner = self._runs.owner(browser)
        try:
            if only is not None and not await self._there(only, owner):
                return PlainTextResponse(_FOUND_NOTHING, 404, HEADERS)
        except StoreError as error:
            return PlainTextResponse(f"{error}\n", 503, HEADERS)
        since = Cursor.parse(request.headers.get("last-event-id", ""))
        following = Following(self._runs, owner, self._process, since, only)
        if following.over or self.closing:
            return Response(status_code=204 if following.over else 503, headers=HEADERS)
        name = hashlib.sha256(browser.encode()).hexdigest()
        if self._open[name] >= self._per_browser or self.open >= ALTOGETHER:
            return PlainTextResponse(_TOO_MANY, 429, {**HEADERS, "Retry-After": "10"})
        if request.method == "HEAD":
            return Response(headers=HEADERS, media_type="text/event-stream")
        return _Stream(self, name, following)

    async def _there(self, run_id: str, owner: str) -> bool:
        if any(one.id == run_id for one in self._runs.at_hand(owner)):
            return True
        return await anyio.to_thread.run_sync(self._runs.stored, run_id, owner) is not None

    @contextmanager
    def counted(self, name: str) -> Iterator[None]:
        self._open[name] += 1
        try:
            yield
        finally:
            self._open[name] -= 1
            self._open += Counter()


class _Stream(Response):
    """One listener's answer: written while somebody listens, over when they hang up, all was told, or the process ends."""

    media_type = "text/event-stream"

    def __init__(self, events: Events, name: str, following: Following) -> None:
        super().__init__(headers=HEADERS)
        del self.headers["content-length"]
        self._events, self._name, self._following = events, name, following

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with self._events.counted(self._name):
            async with anyio.create_task_group() as group:

                async def until_gone() -> None:
                    while (await receive())["type"] != "http.disconnect":
                        pass
                    group.cancel_scope.cancel()

                async def until_closing() -> None:
                    # What a signal's handler says, it can say to no loop's event.
                    while not self._events.closing:  # noqa: ASYNC110
                        await anyio.sleep(IDLE_LOOK)
                    await anyio.sleep(4 * IDLE_LOOK)
                    group.cancel_scope.cancel()

                group.start_soon(until_gone)
                group.start_soon(until_closing)
                await self._write(send)
                group.cancel_scope.cancel()

    async def _write(self, send: Send) -> None:
        async def tell(text: bytes, *, more: bool = True) -> None:
            await send({"type": "http.response.body", "body": text, "more_body": more})

        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        await tell(b"retry: 1000\n\n")
        last = anyio.current_time()
        while not self._events.closing and not self._following.over:
            async for event in self._following.news():
                await tell(event)
                last = anyio.current_time()
            if anyio.current_time() - last >= self._events.keep_alive:
                await tell(b": still here\n\n")
                last = anyio.current_time()
            await anyio.sleep(self._events.look if self._following.busy else IDLE_LOOK)
        await tell(b"", more=False)
