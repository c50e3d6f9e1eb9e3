"""The floor, for comparison: a page that reads the stream with `fetch` and appends text, and the server that hands it on.

`python -m benchmarks.bare_page PORT`, with the upstream's base URL and one turn of history in the environment.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, StreamingResponse
from starlette.routing import Route

PAGE = Path(__file__).with_name("bare_page.html").read_text(encoding="utf-8")


async def page(_: Request) -> HTMLResponse:
    turn = [
        {"role": "user", "content": os.environ["BENCHMARK_PROMPT"]},
        {"role": "assistant", "content": os.environ["BENCHMARK_ANSWER"]},
    ]
    return HTMLResponse(PAGE.replace("{turn}", json.dumps(turn).replace("<", "\\u003c")))


async def handed_on(request: Request) -> StreamingResponse:
    """The upstream's answer, byte by byte as it comes."""
    client: httpx.AsyncClient = request.app.state.client
    asked = client.build_request(
        "POST", "chat/completions", content=await request.body(), headers={"content-type": "application/json"}
    )
    answer = await client.send(asked, stream=True)

    async def pieces() -> AsyncIterator[bytes]:
        try:
            async for piece in answer.aiter_raw():
                yield piece
        finally:
            await answer.aclose()

    return StreamingResponse(pieces(), answer.status_code, media_type="text/event-stream")


@asynccontextmanager
async def open_client(app: Starlette) -> AsyncIterator[None]:
    async with httpx.AsyncClient(base_url=os.environ["BENCHMARK_UPSTREAM"], timeout=None) as client:
        app.state.client = client
        yield


app = Starlette(
    routes=[Route("/", page), Route("/chat/completions", handed_on, methods=["POST"])], lifespan=open_client
)

if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="critical", access_log=False)
