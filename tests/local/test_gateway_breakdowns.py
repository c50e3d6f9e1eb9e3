"""How connections fail, as bytes: what Parley's own reader makes of it is told by the expectations."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Callable, Mapping
from typing import Any

import httpx
import pytest

from parley.local import scripted
from parley.local.frames import PADDING, WAITING
from parley.local.parts import Part, Refusal

BODY = {"messages": [{"role": "user", "content": "3 tokens at 5000/s"}]}


def post(client: httpx.Client, name: str, stream: bool) -> httpx.Response:
    return client.post("/chat/completions", json=BODY | {"model": f"scripted/fault-{name}", "stream": stream})


@pytest.mark.parametrize("stream", [True, False])
def test_a_closed_connection_sends_no_header(client: httpx.Client, stream: bool) -> None:
    with pytest.raises(httpx.RemoteProtocolError, match="without sending a response"):
        post(client, "closed", stream)


@pytest.mark.parametrize("stream", [True, False])
def test_a_torn_connection_ends_within_the_body(client: httpx.Client, stream: bool) -> None:
    with pytest.raises(httpx.RemoteProtocolError, match="incomplete"):
        post(client, "torn", stream)


def test_a_torn_stream_breaks_off_in_an_event(client: httpx.Client) -> None:
    came = b""
    body = BODY | {"model": "scripted/fault-torn", "stream": True}
    with client.stream("POST", "/chat/completions", json=body) as got, contextlib.suppress(httpx.RemoteProtocolError):
        for data in got.iter_raw():
            came += data
    assert came.count(b"data: ") == 4
    assert not came.endswith(b"\n")


def test_an_end_without_a_marker_is_a_proper_end(client: httpx.Client) -> None:
    text = post(client, "unended", True).text
    assert text.endswith("}\n\n")
    assert "[DONE]" not in text
    assert 'finish_reason":"' not in text


def test_an_answer_that_the_server_broke_off_was_not_cancelled(serve: Callable[..., Any]) -> None:
    with serve(*scripted.models()) as served, served.client() as client:
        with pytest.raises(httpx.RemoteProtocolError):
            post(client, "torn", True)
        (item,) = client.get("/posts").json()["data"]
    assert (item["cancelled"], item["finish_reason"]) == (False, None)


@pytest.mark.parametrize(("name", "warm"), [("silence", True), ("stall", False)])
def test_keep_alives_keep_coming_and_a_stall_sends_nothing(serve: Callable[..., Any], name: str, warm: bool) -> None:
    body = BODY | {"model": f"scripted/fault-{name}", "stream": True}
    comments = 0
    with (
        serve(*scripted.models(), heartbeat=0.01) as served,
        served.client() as client,
        client.stream("POST", "/chat/completions", json=body, timeout=0.5) as answer,
        contextlib.suppress(httpx.ReadTimeout),
    ):
        for data in answer.iter_raw():
            comments += data.count(WAITING)
            if comments > 10:
                break
    assert (comments > 10) == warm


def test_a_slow_plain_answer_is_padded_and_still_json(serve: Callable[..., Any]) -> None:
    words = [{"role": "user", "content": "2 tokens after 100 ms"}]
    with serve(*scripted.models(), heartbeat=0.01) as served, served.client() as client:
        answer = client.post("/chat/completions", json={"model": "scripted/text", "messages": words})
    assert answer.text.startswith(PADDING.decode())
    assert answer.json()["choices"][0]["finish_reason"] == "stop"


class Late:
    """A model that refuses when its answer has long begun to be padded."""

    card = scripted.models()[0].card

    async def answer(self, body: Mapping[str, Any]) -> AsyncGenerator[Part, None]:
        await asyncio.sleep(0.1)
        raise Refusal(503, "Gone", metadata={"error_type": "provider_unavailable"})
        yield


@pytest.mark.parametrize("stream", [True, False])
def test_a_late_refusal_travels_inside_a_200(serve: Callable[..., Any], stream: bool) -> None:
    with serve(Late(), heartbeat=0.01) as served, served.client() as client:
        answer = client.post("/chat/completions", json=BODY | {"stream": stream})
    assert (answer.status_code, '"code":503' in answer.text) == (200, True)
