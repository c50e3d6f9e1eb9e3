from __future__ import annotations

import asyncio
import gzip
import json
from typing import Any

import httpx
import pytest

from parley.client import Clocks, Limits, OpenRouter
from parley.errors import (
    AnswerTimeout,
    AnswerTooLarge,
    NotAModelApi,
    ProviderFailed,
    StreamBroken,
    UpstreamError,
)
from parley.reply import Reply, ReplyFold

HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n"


async def outcome(client: OpenRouter, request: Any, tap: Any = None) -> tuple[Reply, UpstreamError | None]:
    fold = ReplyFold()
    try:
        async with client.stream(request, tap) as events:
            async for event in events:
                fold.add(event)
    except UpstreamError as error:
        return fold.reply, error
    return fold.reply, None


@pytest.fixture
def told(serving: Any, ask: Any) -> Any:
    """What becomes of a request that is answered so."""

    def run(answer: Any, **more: Any) -> tuple[Reply, UpstreamError | None]:
        async def go() -> tuple[Reply, UpstreamError | None]:
            async with serving(answer) as upstream:
                return await asyncio.wait_for(outcome(upstream.client(**more), ask), 10)

        return asyncio.run(go())

    return run


def test_the_request_goes_out_as_its_payload_with_its_headers(serving: Any, ask: Any, http: Any, sse: Any) -> None:
    async def go() -> bytes:
        async with serving(http(sse("a"))) as upstream:
            await outcome(upstream.client(title="T", referer="https://t.example"), ask)
            return upstream.requests[0]

    head, _, body = asyncio.run(go()).partition(b"\r\n\r\n")
    lines = head.decode().lower().split("\r\n")
    assert lines[0] == "post /api/v1/chat/completions http/1.1"
    assert {
        "accept-encoding: identity",
        "authorization: bearer sk-or-v1-0123456789abcdef",
        "http-referer: https://t.example",
    } <= {*lines}
    assert {"x-title: t", "x-openrouter-title: t", "content-type: application/json"} <= {*lines}
    assert "x-openrouter-metadata: enabled" in lines
    assert json.loads(body) == ask.payload()


def test_the_tap_hears_the_whole_exchange(serving: Any, ask: Any, http: Any, ledger: Any) -> None:
    async def go() -> Reply:
        async with serving(http(b": hi\n\ndata: {}\n\ndata: [DONE]\n\n", x_generation_id="gen-7")) as upstream:
            return (await outcome(upstream.client(), ask, ledger))[0]

    assert asyncio.run(go()).generation_id == "gen-7"
    assert ledger.heard == ["sent", (200, "gen-7"), "{}", "[DONE]"]


def test_bytes_may_come_one_by_one(told: Any, sse: Any) -> None:
    async def trickle(writer: asyncio.StreamWriter) -> None:
        for byte in HEAD + sse("é😀\u2028"):
            writer.write(bytes([byte]))
            await writer.drain()

    reply, error = told(trickle)
    assert (reply.text, error) == ("é😀\u2028", None)


def test_reading_stops_at_done_though_the_server_does_not(told: Any, sse: Any) -> None:
    async def forever(writer: asyncio.StreamWriter) -> None:
        writer.write(HEAD + sse("a"))
        await asyncio.Event().wait()

    assert told(forever)[0].text == "a"


@pytest.mark.parametrize("stream", [True, False])
@pytest.mark.parametrize("kind", ["application/json", "text/event-stream", ""])
def test_a_plain_answer_is_the_same_reply_whatever_was_asked_and_told(
    told: Any, http: Any, kind: str, stream: bool
) -> None:
    body = b"\n      \n" * stream + b'{"id": "g", "choices": [{"message": {"content": "a"}, "finish_reason": "stop"}]}'
    reply, error = told(http(body, kind=kind))
    assert (reply.text, reply.finish_reason, error) == ("a", "stop", None)


@pytest.mark.parametrize(("answer", "kind"), [
    (b"", StreamBroken), (b"<html>hi</html>", NotAModelApi), (b'{"error": {"message": "x"}}', ProviderFailed), (b"[1]", NotAModelApi),
    (b'{"choices": [{"mess', StreamBroken), (b"hello world", NotAModelApi), (b"Error: oops\nat line 1", NotAModelApi),
])  # fmt: skip
def test_a_200_that_is_no_answer_fails(told: Any, http: Any, answer: bytes, kind: type[UpstreamError]) -> None:
    assert type(told(http(answer))[1]) is kind


def test_a_body_shorter_than_its_length_is_broken_and_kept(told: Any, http: Any, sse: Any) -> None:
    reply, error = told(http(sse("a", end=""), length=9999))
    assert reply.text == "a"
    assert type(error) is StreamBroken


def test_a_clean_end_without_a_marker_is_broken_and_kept(told: Any, sse: Any) -> None:
    reply, error = told(HEAD + sse("a", end=""))
    assert reply.text == "a"
    assert type(error) is StreamBroken


def test_a_reset_in_the_middle_is_broken_and_kept(told: Any, sse: Any) -> None:
    async def reset(writer: asyncio.StreamWriter) -> None:
        writer.write(HEAD + sse("a", end=""))
        await writer.drain()
        await asyncio.sleep(0.05)
        writer.transport.abort()

    reply, error = told(reset)
    assert reply.text == "a"
    assert type(error) is StreamBroken


def test_a_break_after_the_finish_reason_is_an_answer_with_a_note(told: Any, http: Any) -> None:
    end = b'data: {"choices": [{"delta": {"content": "a"}, "finish_reason": "stop"}]}\n\n'
    reply, error = told(http(end, length=9999))
    assert (reply.text, reply.finish_reason, error) == ("a", "stop", None)
    assert len(reply.notes) == 1


def test_a_server_that_never_marks_the_end_is_not_waited_for_long(told: Any, sse: Any) -> None:
    async def warmth(writer: asyncio.StreamWriter) -> None:
        writer.write(HEAD + sse("a", end='data: {"choices": [{"delta": {}, "finish_reason": "stop"}]}\n\n'))
        while True:
            writer.write(b": warm\n\n")
            await writer.drain()
            await asyncio.sleep(0.01)

    reply, error = told(warmth, clocks=Clocks(linger=0.05))
    assert (reply.text, reply.finish_reason, error) == ("a", "stop", None)
    assert len(reply.notes) == 1


def test_a_connection_that_takes_too_long_sends_nothing(ask: Any) -> None:
    def slow(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectTimeout("")

    with pytest.raises(AnswerTimeout, match="nothing was sent") as caught:
        OpenRouter(transport=httpx.MockTransport(slow)).complete(ask)
    assert caught.value.clock == "connect"


@pytest.mark.parametrize("answer", [b"", b"nonsense\r\n\r\n", b"HTTP/1.1 200"])
def test_a_break_before_the_headers_may_have_been_billed(told: Any, answer: bytes) -> None:
    error = told(answer)[1]
    assert type(error) is StreamBroken
    assert "billed" in str(error)


@pytest.mark.parametrize(("start", "clocks", "clock"), [
    (b"", {"first_event": 0.05}, "first event"),
    (b"", {"total": 0.05}, "total"),
    (HEAD, {"first_event": 0.5}, "first event"),
    (HEAD + b": warm\n\n", {"idle": 0.5}, "idle"),
    (HEAD + b'data: {"choices": [{"delta": {"content": "a"}}]}\n\n', {"idle": 0.5}, "idle"),
    (HEAD + b'data: {"choices": [{"delta": {"content": "a"}}]}\n\n', {"total": 1.5}, "total"),
    (HEAD + b"   \n  {", {"idle": 0.5}, "idle"),
])  # fmt: skip
def test_a_silent_server_runs_a_clock_out(told: Any, start: bytes, clocks: dict[str, float], clock: str) -> None:
    async def silent(writer: asyncio.StreamWriter) -> None:
        writer.write(start)
        await asyncio.Event().wait()

    reply, error = told(silent, clocks=Clocks(**clocks))
    assert isinstance(error, AnswerTimeout)
    assert error.clock == clock
    assert reply.text == "a" * (b'content"' in start)


@pytest.mark.parametrize("clocks", [{"idle": 0.1}, {"first_event": 0.1}])
@pytest.mark.parametrize("warm", [b": OPENROUTER PROCESSING\n\n", b"  \n"])
def test_keeping_warm_is_no_answer(told: Any, clocks: dict[str, float], warm: bytes) -> None:
    async def warmth(writer: asyncio.StreamWriter) -> None:
        writer.write(HEAD)
        while True:
            writer.write(warm)
            await writer.drain()
            await asyncio.sleep(0.01)

    assert isinstance(told(warmth, clocks=Clocks(**clocks))[1], AnswerTimeout)


def test_a_reader_who_is_slow_runs_no_clock_out(serving: Any, ask: Any, http: Any, sse: Any) -> None:
    async def go() -> int:
        async with serving(http(sse(*"abcdef"))) as upstream:
            count = 0
            async with upstream.client(clocks=Clocks(idle=0.5)).stream(ask) as events:
                async for _ in events:
                    count += 1
                    await asyncio.sleep(0.7 if count == 1 else 0)
            return count

    assert asyncio.run(go()) == 8


def test_an_endless_stream_ends_at_the_cap(told: Any, sse: Any) -> None:
    async def endless(writer: asyncio.StreamWriter) -> None:
        writer.write(HEAD)
        while True:
            writer.write(sse("x" * 1000, end=""))
            await writer.drain()

    reply, error = told(endless, limits=Limits(text=50_000))
    assert isinstance(error, AnswerTooLarge)
    assert len(reply.text) == 50_000


def test_an_endless_line_ends_at_the_cap(told: Any) -> None:
    async def endless(writer: asyncio.StreamWriter) -> None:
        writer.write(HEAD + b"data: ")
        while True:
            writer.write(b"x" * 65536)
            await writer.drain()

    assert isinstance(told(endless, limits=Limits(event=2**20))[1], AnswerTooLarge)


@pytest.mark.parametrize("encoding", ["gzip", "x-gzip", "GZIP"])
def test_a_compressed_answer_is_read(told: Any, http: Any, sse: Any, encoding: str) -> None:
    reply, error = told(http(gzip.compress(sse("a", "b")), content_encoding=encoding))
    assert (reply.text, error) == ("ab", None)


def test_a_compressed_bomb_ends_at_the_cap(told: Any, http: Any) -> None:
    bomb = gzip.compress(b"data: " + b"x" * 50_000_000)
    assert isinstance(told(http(bomb, content_encoding="gzip"), limits=Limits(event=2**20))[1], AnswerTooLarge)


@pytest.mark.parametrize("encoding", ["gzip", "br"])
def test_a_compression_that_is_a_lie_or_unknown_fails(told: Any, http: Any, sse: Any, encoding: str) -> None:
    assert type(told(http(sse("a"), content_encoding=encoding))[1]) is NotAModelApi


def test_a_compressed_answer_cut_short_is_broken(told: Any, http: Any, sse: Any) -> None:
    reply, error = told(http(gzip.compress(sse(*"abc", end=""))[:-8], content_encoding="gzip"))
    assert (reply.text, type(error)) == ("abc", StreamBroken)


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "307 Temporary Redirect", "308 Permanent Redirect"])
def test_a_redirect_is_refused(serving: Any, ask: Any, http: Any, status: str) -> None:
    async def go() -> tuple[UpstreamError | None, int]:
        async with serving(http(b"", status, location="/elsewhere")) as upstream:
            return (await outcome(upstream.client(), ask))[1], len(upstream.requests)

    error, count = asyncio.run(go())
    assert type(error) is NotAModelApi
    assert "refused the redirect" in str(error)
    assert count == 1


@pytest.mark.parametrize(
    "target", ["http://xn--/", "javascript:x", "foo:bar", "http://[::1", "http://a:99999999/", "//", "?", ""]
)
def test_a_redirect_to_nowhere_is_refused_in_the_same_words(serving: Any, ask: Any, http: Any, target: str) -> None:
    async def go() -> tuple[list[UpstreamError | None], int]:
        async with serving(http(b"", status="302 Found", location=target)) as upstream:
            listed = await asyncio.gather(upstream.client().catalog(), return_exceptions=True)
            return [*listed, (await outcome(upstream.client(), ask))[1]], len(upstream.requests)

    errors, count = asyncio.run(go())
    assert [type(error) for error in errors] == [NotAModelApi, NotAModelApi]
    assert all("refused the redirect" in str(error) for error in errors)
    assert count == 2


@pytest.mark.parametrize(
    "start", [b"", HEAD, HEAD + b"data: {}\n\n"], ids=["before headers", "before data", "in mid-stream"]
)
def test_cancelling_hangs_up(serving: Any, ask: Any, start: bytes) -> None:
    async def silent(writer: asyncio.StreamWriter) -> None:
        writer.write(start)
        await asyncio.Event().wait()

    async def go() -> None:
        async with serving(silent) as upstream:
            task = asyncio.ensure_future(outcome(upstream.client(), ask))
            await upstream.arrived.wait()
            await asyncio.sleep(0.02)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            await asyncio.wait_for(upstream.hung_up.wait(), 1)

    asyncio.run(go())


def test_leaving_the_stream_hangs_up(serving: Any, ask: Any, sse: Any) -> None:
    async def forever(writer: asyncio.StreamWriter) -> None:
        writer.write(HEAD + sse(*"abc", end=""))
        await asyncio.Event().wait()

    async def go() -> None:
        async with serving(forever) as upstream:
            async with upstream.client().stream(ask) as events:
                await anext(events)
            await asyncio.wait_for(upstream.hung_up.wait(), 1)

    asyncio.run(go())


def test_runs_do_not_wait_for_one_another(serving: Any, ask: Any, http: Any, sse: Any) -> None:
    async def silent(writer: asyncio.StreamWriter) -> None:
        await asyncio.Event().wait()

    async def go() -> str:
        async with serving(silent, http(sse("a"))) as upstream:
            client = upstream.client()
            stuck = asyncio.ensure_future(outcome(client, ask))
            await upstream.arrived.wait()
            reply, _ = await outcome(client, ask)
            assert not stuck.done()
            return reply.text

    assert asyncio.run(go()) == "a"


@pytest.mark.parametrize("parted", [b"\n\n", b"\n"])
def test_a_burst_leaves_the_loop_to_others_in_between(ask: Any, sse: Any, parted: bytes) -> None:
    burst = sse(*["a"] * 30_000).replace(b"\n\n", parted)
    client = OpenRouter(transport=httpx.MockTransport(lambda request: httpx.Response(200, content=burst)))
    turns: list[None] = []

    async def other() -> None:
        while True:
            turns.append(await asyncio.sleep(0))

    async def go() -> set[int]:
        rival = asyncio.ensure_future(other())
        async with client.stream(ask) as events:
            seen = {len(turns) async for event in events if event.kind == "text"}
        rival.cancel()
        return seen

    assert len(asyncio.run(go())) > 1


def test_a_transport_stands_in_for_the_network(ask: Any, sse: Any) -> None:
    transport = httpx.MockTransport(lambda request: httpx.Response(200, content=sse("a")))
    assert OpenRouter(transport=transport).complete(ask).text == "a"


@pytest.mark.parametrize("failure", [
    httpx.ReadTimeout, httpx.WriteError, httpx.ReadError, httpx.RemoteProtocolError, httpx.ProxyError, httpx.ConnectError, httpx.ConnectTimeout,
    httpx.DecodingError, httpx.TooManyRedirects, httpx.UnsupportedProtocol, OSError,
])  # fmt: skip
def test_no_error_of_the_library_leaks(ask: Any, failure: type[Exception]) -> None:
    def fail(request: httpx.Request) -> httpx.Response:
        raise failure("sk-or-v1-0123456789abcdef")

    client = OpenRouter(api_key="sk-or-v1-0123456789abcdef", transport=httpx.MockTransport(fail))
    with pytest.raises(UpstreamError) as caught:
        client.complete(ask)
    assert "sk-or" not in str(caught.value)
    with pytest.raises(UpstreamError):
        client.models()
