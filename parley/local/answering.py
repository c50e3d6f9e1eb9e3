"""One POST to /chat/completions as an ASGI response that ends, and stops the model, when the client hangs up."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Coroutine, Mapping
from contextlib import aclosing
from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import Message, Receive, Scope, Send

from parley.local.frames import WAITING, envelope, frames, plain
from parley.local.generations import Generation
from parley.local.parts import Fault, LocalModel, Part, Refusal

PATIENCE = 0.5
HEARTBEAT = 5.0
log = logging.getLogger(__name__)


class Answer:
    """Runs one answer of `model` and sends it, streamed or plain as `body` asks.

    A refusal within half a second keeps its HTTP status. A stream that takes longer begins with comments, so a refusal
    after that travels inside it, as it does upstream.
    """

    def __init__(
        self,
        model: LocalModel,
        body: Mapping[str, Any],
        generation: Generation,
        metadata: Mapping[str, Any] | None = None,
    ) -> None:
        self._model = model
        self._body = body
        self._generation = generation
        self._metadata = metadata

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        respond = self._streamed if self._body.get("stream") is True else self._plain
        if not await unless_hung_up(receive, respond(scope, receive, send)):
            self._generation.hung_up()

    async def _plain(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            async with aclosing(self._parts()) as arriving:
                parts = [part async for part in arriving]
            body = plain(self._generation.head, parts, self._metadata)
            response = JSONResponse(body, headers=self._headers)
        except Refusal as refusal:
            response = refused(refusal)
        await response(scope, receive, send)

    async def _streamed(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False
        async with aclosing(paced(self._parts())) as arriving:
            try:
                async for part in arriving:
                    if not started:
                        await send(self._start())
                        started = True
                    await send(piece(WAITING if part is None else self._frames(part)))
            except Refusal as refusal:
                if not started:
                    await refused(refusal)(scope, receive, send)
                    return
                await send(piece(self._frames(Fault(refusal.status, refusal.message, refusal.metadata))))
        await send(piece(b"", more=False))

    async def _parts(self) -> AsyncGenerator[Part, None]:
        """The model's parts, noted down; what nobody expected is a refusal without a word of what was asked."""
        try:
            async with aclosing(self._model.answer(self._body)) as parts:
                async for part in parts:
                    self._generation.saw(part)
                    yield part
        except Refusal:
            raise
        except Exception as error:
            log.error("%s failed: %s", self._generation.head.model, type(error).__name__)
            raise Refusal(500, "Internal Server Error", metadata={"error_type": "server"}) from error

    def _frames(self, part: Part) -> bytes:
        return frames(self._generation.head, part, self._metadata)

    def _start(self) -> Message:
        headers = MutableHeaders({"content-type": "text/event-stream", **self._headers})
        return {"type": "http.response.start", "status": 200, "headers": headers.raw}

    @property
    def _headers(self) -> dict[str, str]:
        return {"X-Generation-Id": self._generation.head.id, "Cache-Control": "no-cache"}


async def paced(parts: AsyncGenerator[Part, None]) -> AsyncGenerator[Part | None, None]:
    """The parts, with None whenever none came for a while."""
    upcoming: asyncio.Future[Part] | None = None
    patience = PATIENCE
    try:
        while True:
            upcoming = upcoming or asyncio.ensure_future(anext(parts))
            if not (await asyncio.wait([upcoming], timeout=patience))[0]:
                yield None
            else:
                arrived, upcoming = upcoming, None
                try:
                    part = arrived.result()
                except StopAsyncIteration:
                    return
                yield part
            patience = HEARTBEAT
    finally:
        if upcoming is not None:
            upcoming.cancel()
            await asyncio.wait([upcoming])
        await parts.aclose()


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


def piece(content: bytes, more: bool = True) -> Message:
    return {"type": "http.response.body", "body": content, "more_body": more}


def refused(refusal: Refusal) -> JSONResponse:
    body = envelope(refusal.status, refusal.message, refusal.metadata)
    return JSONResponse(body, refusal.status, headers=refusal.headers)
