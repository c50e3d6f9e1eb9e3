"""The local model as an upstream: what is asked of it before it is ready waits for it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from parley.client import OpenRouter
from parley.errors import EngineFailed
from parley.local import LocalServer, LocalStatus
from parley.reply import StreamEvent
from parley.request import ChatRequest
from parley.wire.exchange import Clocks

LOCAL_PATIENCE = 900.0
"""Seconds that a run waits for the local model, whose weights may still be on their way."""


class LocalUpstream:
    """The local model as a run sees it: a run that comes before the model is ready waits for it."""

    def __init__(self, local: LocalServer, clocks: Clocks | None = None) -> None:
        self._local, self._clocks = local, clocks

    @asynccontextmanager
    async def stream(self, request: ChatRequest, tap: Any = None) -> AsyncIterator[AsyncIterator[StreamEvent]]:
        status = await self._ready()
        model = str(request.payload().get("model", ""))
        if status.stage == "failed" and (not model or model.startswith("local/")):
            raise EngineFailed(status.sentence)
        async with local_client(status, self._clocks).stream(request, tap=tap) as events:
            yield events

    async def generation(self, id: str) -> dict[str, Any]:
        return await local_client(self._local.status).generation(id)

    async def _ready(self) -> LocalStatus:
        patience = time.monotonic() + LOCAL_PATIENCE
        while self._local.status.base_url is None and self._local.status.stage != "failed":
            if time.monotonic() > patience:
                break
            await asyncio.sleep(0.05)
        return self._local.status


def local_client(status: LocalStatus, clocks: Clocks | None = None) -> OpenRouter:
    if status.base_url is None:
        raise EngineFailed(status.sentence)
    return OpenRouter(base_url=status.base_url, api_key=status.api_key, clocks=clocks)
