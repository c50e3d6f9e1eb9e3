"""One POST to /chat/completions as an ASGI response that ends, and stops the model, when the client hangs up."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Coroutine, Mapping
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager
from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import Receive, Scope, Send

from parley.local.connection import closed, for_ever
from parley.local.frames import PADDING, WAITING, encoded, envelope, frames, plain
from parley.local.generations import Generation
from parley.local.healing import STEP, healed, heals
from parley.local.parts import Breakdown, Delta, Distorted, Echo, Fault, Part, Refusal
from parley.local.routing import Candidate

PATIENCE = 0.5
HEARTBEAT = 5.0
log = logging.getLogger(__name__)


class Answer:
    """Runs one answer and sends it, streamed or plain as `body` asks.

    When a model refuses, the next candidate is asked. A refusal that comes soon keeps its HTTP status. An answer that takes
    longer begins with comments (streamed, after half a second) or blanks (plain, after a `heartbeat`), so a refusal after that
    travels inside it, as it does upstream. With `told` it ends in the `openrouter_metadata`.
    """

    def __init__(
        self, body: Mapping[str, Any], generation: Generation, told: bool = False, heartbeat: float = HEARTBEAT
    ) -> None:
        self._body = body
        self._generation = generation
        self._told = told
        self._heartbeat = heartbeat
        self._streams = body.get("stream") is True
        self._started = False
        self._sending = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        respond = self._streamed if self._streams else self._plain
        if not await unless_hung_up(receive, respond(scope, receive, send)):
            self._generation.hung_up()

    async def _plain(self, scope: Scope, receive: Receive, send: Send) -> None:
        parts: list[Part] = []

        async def keep(part: Part) -> None:
            parts.append(part)

        try:
            broken = await self._until_broken(keep, self._kept_warm(send, PADDING, self._heartbeat))
        except Refusal as refusal:
            await self._refuse(refusal, scope, receive, send)
            return
        match broken:
            case Breakdown():
                await self._break_down(broken, encoded(self._whole(parts))[:-40], receive, send)
            case Distorted():
                await self._distort(broken, encoded(self._whole([*parts, *broken.meant])), send)
            case None:
                if heals(self._body) and (mended := healed(parts)) is not None:
                    parts = mended
                    self._generation.routing.steps.append(STEP)
                padding = PADDING if any(isinstance(part, Fault) for part in parts) else b""
                await self._send(send, padding + encoded(self._whole(parts)), more=False)

    async def _streamed(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def hand_on(part: Part) -> None:
            await self._send(send, self._frames(part))

        try:
            broken = await self._until_broken(hand_on, self._kept_warm(send, WAITING, min(PATIENCE, self._heartbeat)))
        except Refusal as refusal:
            await self._refuse(refusal, scope, receive, send)
            return
        match broken:
            case Breakdown():
                half = self._frames(Delta({"content": "This event has no end"}))[:-40]
                await self._break_down(broken, half, receive, send)
            case Distorted():
                await self._distort(broken, self._streaming(broken), send)
            case None:
                await self._send(send, b"", more=False)

    async def _until_broken(
        self, take: Callable[[Part], Awaitable[None]], kept_warm: AbstractAsyncContextManager[Callable[[], None]]
    ) -> Breakdown | Distorted | None:
        """Gives on part after part up to the end, or up to one that breaks what is being sent; that one it returns."""
        async with aclosing(self._parts()) as parts, kept_warm as came:
            async for part in parts:
                came()
                if isinstance(part, Breakdown | Distorted):
                    return part
                await take(part)
        return None

    @asynccontextmanager
    async def _kept_warm(self, send: Send, waiting: bytes, patience: float) -> AsyncIterator[Callable[[], None]]:
        """Sends `waiting` where no part comes for a while: at first for `patience` seconds, then for a heartbeat.

        Gives what is to be called for each part that comes.
        """
        clock = asyncio.get_running_loop().time
        due, heartbeat = clock() + patience, self._heartbeat

        def came() -> None:
            nonlocal due
            due = clock() + heartbeat

        async def keep_warm() -> None:
            while True:
                left = due - clock()
                if left > 0:
                    await asyncio.sleep(left)
                else:
                    await self._send(send, waiting)
                    came()

        keeping = asyncio.ensure_future(keep_warm())
        try:
            yield came
        finally:
            keeping.cancel()
            await asyncio.wait([keeping])

    async def _refuse(self, refusal: Refusal, scope: Scope, receive: Receive, send: Send) -> None:
        if not self._started:
            await refused(refusal, self._metadata)(scope, receive, send)
            return
        fault = Fault(refusal.status, refusal.message, refusal.metadata)
        late = self._frames(fault) if self._streams else encoded(self._whole([fault]))
        await self._send(send, late, more=False)

    async def _distort(self, part: Distorted, data: bytes, send: Send) -> None:
        """Sends the bytes the way that they are to go; others have their turn between two pieces."""
        for piece in part.way(data):
            await self._send(send, piece, headers=part.headers)
            await asyncio.sleep(0)
        self._generation.over()
        await self._send(send, b"", more=False, headers=part.headers)

    def _streaming(self, part: Distorted) -> bytes:
        if part.unstreamed:
            return encoded(self._whole(list(part.meant)))
        return b"".join(one if isinstance(one, bytes) else self._frames(one) for one in part.parts)

    async def _break_down(self, part: Breakdown, half: bytes, receive: Receive, send: Send) -> None:
        """Fails as `part` says; `half` is something that was being sent."""
        match part.how:
            case "torn":
                await self._send(send, half)
            case "ended":
                await self._send(send, b"" if self._streams else half, more=False)
                return
            case "stalled" if self._streams:
                await self._send(send, b"")
            case "cut" if not self._streams:
                await self._send(send, half)
        await (for_ever() if part.how in ("stalled", "mute") else closed(receive))

    async def _parts(self) -> AsyncGenerator[Part, None]:
        """The parts of the first candidate that does not refuse; what each was sent comes before them."""
        routing, echoes = self._generation.routing, list[Part]()
        for number, candidate in enumerate(routing.candidates, 1):
            self._generation.asks(candidate)
            asked = candidate.upstream(self._body)
            echoes += [Echo(asked)] if self._echoing else []
            begun = False
            try:
                async with aclosing(self._noted(candidate, asked)) as parts:
                    async for part in parts:
                        if not begun:
                            begun = True
                            routing.attempts.append((candidate, 200))
                            for echo in echoes:
                                yield echo
                        yield part
                return
            except Refusal as refusal:
                if begun or number == len(routing.candidates):
                    routing.attempts += [] if begun else [(candidate, refusal.status)]
                    raise
                routing.attempts.append((candidate, refusal.status))

    async def _noted(self, candidate: Candidate, asked: Mapping[str, Any]) -> AsyncGenerator[Part, None]:
        """One model's parts, noted down; what nobody expected is a refusal without a word of what was asked."""
        try:
            async with aclosing(candidate.model.answer(asked)) as parts:
                async for part in parts:
                    self._generation.saw(part)
                    yield part
        except Refusal:
            raise
        except Exception as error:
            log.error("%s failed: %s", self._generation.head.model, type(error).__name__)
            raise Refusal(500, "Internal Server Error", metadata={"error_type": "server"}) from error

    @property
    def _echoing(self) -> bool:
        return self._streams and bool((self._body.get("debug") or {}).get("echo_upstream_body"))

    @property
    def _metadata(self) -> dict[str, Any] | None:
        return self._generation.routing.metadata() if self._told else None

    def _frames(self, part: Part) -> bytes:
        return frames(self._generation.head, part, self._metadata)

    def _whole(self, parts: list[Part]) -> dict[str, Any]:
        return plain(self._generation.head, parts, self._metadata)

    async def _send(
        self, send: Send, content: bytes, more: bool = True, headers: Mapping[str, str] | None = None
    ) -> None:
        """Sends a piece of the body, before the first the status and the headers."""
        async with self._sending:
            if not self._started:
                self._started = True
                kind = "text/event-stream" if self._streams else "application/json"
                told = {"content-type": kind, "X-Generation-Id": self._generation.head.id, "Cache-Control": "no-cache"}
                raw = MutableHeaders(told | dict(headers or {})).raw
                await send({"type": "http.response.start", "status": 200, "headers": raw})
            await send({"type": "http.response.body", "body": content, "more_body": more})


async def unless_hung_up(receive: Receive, respond: Coroutine[Any, Any, None]) -> bool:
    """Whether `respond` came to its end; it is cancelled the moment the client hangs up."""
    tasks = [asyncio.ensure_future(respond), asyncio.ensure_future(hang_up(receive))]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        if not tasks[0].done():
            return False
        tasks[0].result()
        return True
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)


async def hang_up(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def refused(refusal: Refusal, metadata: Mapping[str, Any] | None = None) -> Response:
    if refusal.page is not None:
        return HTMLResponse(refusal.page, refusal.status, headers=refusal.headers)
    body = envelope(refusal.status, refusal.message, refusal.metadata, refusal.beside)
    told = {"openrouter_metadata": metadata} if metadata else {}
    return JSONResponse(body | told, refusal.status, headers=refusal.headers)
