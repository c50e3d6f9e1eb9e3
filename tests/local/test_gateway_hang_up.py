from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import AsyncGenerator, Callable, Mapping
from typing import Any

import httpx
import pytest

from parley.local.parts import Delta, Part
from parley.local.scripted import models

CARD = models()[0].card
BODY = {"messages": [{"role": "user", "content": "go on"}]}


class Endless:
    """A model that never ends, and tells when it is made to."""

    card = CARD

    def __init__(self, silent: bool) -> None:
        self.silent = silent
        self.begun = threading.Event()
        self.ended = threading.Event()

    async def answer(self, body: Mapping[str, Any]) -> AsyncGenerator[Part, None]:
        self.begun.set()
        try:
            while True:
                await asyncio.sleep(3600 if self.silent else 0.001)
                yield Delta({"content": "more "})
        finally:
            self.ended.set()


def leave(base_url: str, body: Mapping[str, Any], begun: threading.Event) -> None:
    """Sends a request over a connection of its own and closes it once the model is at work."""
    host, port = base_url.split("/")[2].split(":")
    with socket.create_connection((host, int(port))) as connection:
        request = httpx.Request("POST", f"{base_url}/chat/completions", json=body)
        head = f"POST {request.url.path} HTTP/1.1\r\n" + "".join(f"{k}: {v}\r\n" for k, v in request.headers.items())
        connection.sendall(head.encode() + b"\r\n" + request.read())
        assert begun.wait(10)


@pytest.mark.parametrize("stream", [True, False])
@pytest.mark.parametrize("silent", [True, False])
def test_a_hang_up_ends_the_computing(serve: Callable[..., Any], stream: bool, silent: bool) -> None:
    model = Endless(silent)
    with serve(model) as served:
        leave(served.base_url, BODY | {"stream": stream}, model.begun)
        assert model.ended.wait(10)


def test_an_answer_that_was_left_is_remembered_as_cancelled(serve: Callable[..., Any]) -> None:
    model = Endless(silent=False)
    with serve(model) as served, served.client() as client:
        leave(served.base_url, BODY | {"stream": True}, model.begun)
        assert model.ended.wait(10)
        (item,) = client.get("/posts").json()["data"]
    assert (item["cancelled"], item["finish_reason"]) == (True, None)


class Broken:
    card = CARD

    async def answer(self, body: Mapping[str, Any]) -> AsyncGenerator[Part, None]:
        yield Delta({"content": "half"})
        raise ZeroDivisionError("the words of the person")


@pytest.mark.parametrize("stream", [True, False])
def test_what_nobody_expected_is_an_error_without_details(serve: Callable[..., Any], stream: bool) -> None:
    with serve(Broken()) as served, served.client() as client:
        answer = client.post("/chat/completions", json=BODY | {"stream": stream})
    assert '"code":500' in answer.text
    assert "words of the person" not in answer.text
