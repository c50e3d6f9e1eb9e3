"""The other side of a connection, scripted to the byte."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import pytest

from parley.client import Clocks, OpenRouter
from parley.errors import UpstreamError
from parley.request import ChatRequest

KEY = "sk-or-v1-0123456789abcdef"
Answer = bytes | Callable[[asyncio.StreamWriter], Awaitable[None]]


class Upstream:
    """A server on loopback; the n-th connection gets the n-th answer, later ones the last."""

    def __init__(self, answers: tuple[Answer, ...]) -> None:
        self.answers = answers
        self.requests: list[bytes] = []
        self.arrived = asyncio.Event()
        self.hung_up = asyncio.Event()
        self.writers: list[asyncio.StreamWriter] = []
        self.url = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.writers.append(writer)
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            head = await reader.readuntil(b"\r\n\r\n")
            length = next(
                (
                    int(line.split(b":")[1])
                    for line in head.lower().split(b"\r\n")
                    if line.startswith(b"content-length")
                ),
                0,
            )
            self.requests.append(head + await reader.readexactly(length))
            answer = self.answers[min(len(self.requests), len(self.answers)) - 1]
            self.arrived.set()
            talk = asyncio.ensure_future(self.talk(answer, writer))
            await asyncio.wait([talk, asyncio.ensure_future(self.listen(reader))], return_when=asyncio.FIRST_COMPLETED)
            talk.cancel()
        writer.close()

    async def talk(self, answer: Answer, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            if isinstance(answer, bytes):
                writer.write(answer)
                await writer.drain()
            else:
                await answer(writer)

    async def listen(self, reader: asyncio.StreamReader) -> None:
        with contextlib.suppress(ConnectionError):
            await reader.read()
        self.hung_up.set()

    def client(self, **more: Any) -> OpenRouter:
        return OpenRouter(**{"base_url": self.url, "api_key": KEY, "clocks": Clocks(backoff=0.001), **more})


@asynccontextmanager
async def _serving(*answers: Answer) -> AsyncIterator[Upstream]:
    upstream = Upstream(answers)
    server = await asyncio.start_server(upstream.serve, "127.0.0.1", 0)
    upstream.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/api/v1"
    try:
        yield upstream
    finally:
        server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        for writer in upstream.writers:
            writer.close()
        await asyncio.gather(*(writer.wait_closed() for writer in upstream.writers), return_exceptions=True)


@pytest.fixture(scope="session")
def serving() -> Callable[..., AbstractAsyncContextManager[Upstream]]:
    return _serving


class Ledger:
    """A tap that writes down what it hears."""

    def __init__(self) -> None:
        self.heard: list[Any] = []

    def sent(self) -> None:
        self.heard.append("sent")

    def headers(self, status: int, generation_id: str | None) -> None:
        self.heard.append((status, generation_id))

    def received(self, raw: str) -> None:
        self.heard.append(raw)

    def retrying(self, attempt: int, wait: float, error: UpstreamError) -> None:
        self.heard.append(("retry", attempt, type(error).__name__))


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


@pytest.fixture
def ask() -> ChatRequest:
    return ChatRequest(model="a/b", messages=[{"role": "user", "content": "hi"}], stream=True)


def _http(
    body: bytes, status: str = "200 OK", kind: str = "text/event-stream", length: int | None = None, **headers: str
) -> bytes:
    size = len(body) if length is None else length
    lines = {"content-type": kind, "content-length": str(size), **{k.replace("_", "-"): v for k, v in headers.items()}}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"HTTP/1.1 {status}\r\n{head}\r\n".encode() + body


@pytest.fixture(scope="session")
def http() -> Callable[..., bytes]:
    return _http


def _sse(*texts: str, end: str = "data: [DONE]\n\n") -> bytes:
    chunks = (json.dumps({"id": "gen-1", "choices": [{"delta": {"content": text}}]}) for text in texts)
    return ("".join(f"data: {chunk}\n\n" for chunk in chunks) + end).encode()


@pytest.fixture(scope="session")
def sse() -> Callable[..., bytes]:
    return _sse


@pytest.fixture
def unused_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])
