"""Short answers of the middleware itself: a status and one sentence, or a refused websocket."""

from __future__ import annotations

from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send


async def refuse(scope: Scope, receive: Receive, send: Send, status: int, sentence: str) -> None:
    """Turn a request away; a websocket is closed before it opens, which the browser sees as 403."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008, "reason": ""})
        return
    await PlainTextResponse(sentence + "\n", status, {"Cache-Control": "no-store"})(scope, receive, send)
