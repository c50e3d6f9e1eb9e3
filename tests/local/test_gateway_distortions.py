"""What the distorted models and the floods send, byte by byte: what Parley's own reader makes of it is told by the expectations."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from parley.local import scripted
from parley.local.scripted.distortions import SAID


def pieces(client: httpx.Client, name: str, stream: bool = True, prompt: str = "Hello") -> list[bytes]:
    """The body as it came, in its pieces."""
    body = {"model": f"scripted/fault-{name}", "messages": [{"role": "user", "content": prompt}], "stream": stream}
    with client.stream("POST", "/chat/completions", json=body) as answer:
        return list(answer.iter_raw())


@pytest.mark.parametrize(("name", "start", "end"), [
    ("reasonless", b"data: {", b"}\n\ndata: [DONE]\n\n"), ("unmarked", b"data: {", b"}\n\n"), ("halved", b"data: {", b""),
    ("bom", b"\xef\xbb\xbfdata: {", b"data: [DONE]\n\n"), ("twice", b"data: {", b'" More."}}]}\n\n'), ("unstreamed", b"{", b"}"),
    ("garbled", b"data: {", b"data: [DONE]\n\n"), ("nothing", b"", b""), ("error", b'{"error":', b"}"), ("gzip-lie", b"data: {", b"\n\n"),
])  # fmt: skip
def test_a_distorted_stream_begins_and_ends_as_its_name_says(
    scripted_server: Any, name: str, start: bytes, end: bytes
) -> None:
    with scripted_server.client(**{"Accept-Encoding": "identity"}) as client:
        came = b"".join(pieces(client, name))
    assert came.startswith(start)
    assert came.endswith(end)
    assert came.endswith(b"\n") == end.endswith(b"\n")


def test_every_byte_comes_by_itself_and_lines_end_with_two(client: httpx.Client) -> None:
    came = pieces(client, "bytewise")
    assert len(came) == len(b"".join(came))
    assert b"".join(came).count(b"\n") == b"".join(came).count(b"\r\n") > 0


@pytest.mark.parametrize("stream", [True, False])
def test_a_compressed_answer_is_compressed(client: httpx.Client, stream: bool) -> None:
    assert SAID[:5] in gzip.decompress(b"".join(pieces(client, "gzip", stream))).decode()


def test_as_many_events_are_garbled_as_are_asked_for(client: httpx.Client) -> None:
    assert b"".join(pieces(client, "garbled", prompt="30 times")).count(b'{"cont\n\n') == 30


@pytest.mark.parametrize("name", ["endless", "huge", "line", "bomb"])
def test_a_flood_that_nobody_listens_to_any_more_is_cancelled(serve: Callable[..., Any], name: str) -> None:
    body = {"model": f"scripted/fault-{name}", "messages": [{"role": "user", "content": "Go"}], "stream": True}
    with serve(*scripted.models()) as served, served.client() as client:
        with client.stream("POST", "/chat/completions", json=body) as answer:
            assert next(answer.iter_raw())
        states = (client.get("/posts").json()["data"][0]["cancelled"] for _ in range(2000))
        assert any(states)


def test_what_was_sent_to_its_end_is_booked_though_it_has_no_end(client: httpx.Client) -> None:
    pieces(client, "halved", prompt="to its end")
    assert client.get("/posts").json()["data"][-1]["generation_time"] is not None


@pytest.mark.parametrize(
    ("prompt", "status"),
    [("status 418", 418), ("status 422", 422), ("status 200", 400), ("status 999", 599), ("", 500)],
)
def test_any_status_that_says_no_can_be_had(client: httpx.Client, prompt: str, status: int) -> None:
    body = {"model": "scripted/fault-status", "messages": [{"role": "user", "content": prompt}]}
    assert client.post("/chat/completions", json=body).status_code == status


@pytest.mark.parametrize(
    ("prompt", "told"), [("retry in 9 s", "9"), ("retry in 9 s, as a date", "GMT"), ("as nonsense", "soon, perhaps")]
)
def test_the_wait_is_told_as_it_is_asked_for(client: httpx.Client, prompt: str, told: str) -> None:
    body = {"model": "scripted/fault-rate", "messages": [{"role": "user", "content": prompt}]}
    assert client.post("/chat/completions", json=body).headers["retry-after"].endswith(told)


def test_a_flapping_server_answers_the_third_time_each_prompt_anew(client: httpx.Client) -> None:
    tries = ["one", "one", "two", "one", "two", "two", "one"]
    bodies = (
        {"model": "scripted/fault-flapping", "messages": [{"role": "user", "content": f"{word}, 1 token"}]}
        for word in tries
    )
    answered = [client.post("/chat/completions", json=body).status_code for body in bodies]
    assert answered == [503, 503, 503, 200, 503, 200, 503]
