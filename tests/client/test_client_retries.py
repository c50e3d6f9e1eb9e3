from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from parley.client import Clocks, OpenRouter
from parley.errors import (
    ConnectionFailed,
    PaymentRequired,
    ProviderFailed,
    RateLimited,
    UpstreamError,
)
from parley.wire.exchange import Deadline, Patience
from parley.wire.retrying import named_wait, pause

NOW = datetime(2026, 8, 22, 12, tzinfo=UTC)
BUSY = ["429 Too Many", "502 Bad Gateway", "503 Unavailable", "529 Overloaded"]


@pytest.fixture
def tried(serving: Any, ask: Any, ledger: Any) -> Any:
    """How a request fared against answers, and how often it was sent."""

    def run(*answers: Any, **more: Any) -> tuple[str | UpstreamError, int]:
        async def go() -> tuple[str | UpstreamError, int]:
            async with serving(*answers) as upstream:
                try:
                    result: str | UpstreamError = (await upstream.client(**more).reply(ask, ledger)).text
                except UpstreamError as error:
                    result = error
                return result, len(upstream.requests)

        return asyncio.run(go())

    return run


@pytest.mark.parametrize("status", BUSY)
def test_a_busy_server_is_asked_again_and_each_try_is_told(
    tried: Any, ledger: Any, http: Any, sse: Any, status: str
) -> None:
    busy = http(b"busy", status)
    assert tried(busy, busy, http(sse("a"))) == ("a", 3)
    assert [heard[:2] for heard in ledger.heard if heard[0] == "retry"] == [("retry", 1), ("retry", 2)]
    assert ledger.heard.count("sent") == 3


@pytest.mark.parametrize("status", BUSY)
def test_a_server_that_stays_busy_is_asked_three_times(tried: Any, http: Any, status: str) -> None:
    error, count = tried(http(b'{"error": {"message": "busy"}}', status))
    assert isinstance(error, (RateLimited, ProviderFailed))
    assert count == 3


@pytest.mark.parametrize(
    "status",
    [
        "400 Bad",
        "401 No",
        "402 Pay",
        "403 No",
        "404 None",
        "408 Slow",
        "413 Big",
        "422 Odd",
        "500 Oops",
        "504 Slow",
        "524 Slow",
    ],
)
def test_any_other_no_is_final(tried: Any, http: Any, status: str) -> None:
    error, count = tried(http(b"no", status))
    assert error.status == int(status[:3])
    assert count == 1


def test_an_answer_that_began_is_never_asked_for_again(tried: Any, http: Any, sse: Any) -> None:
    for answer in (
        http(b'{"error": {"code": 429}}'),
        http(sse("a", end='data: {"error": {"code": 502}}\n\n')),
        http(sse("a", end="")),
    ):
        assert tried(answer)[1] == 1


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n"])
def test_a_broken_try_is_not_repeated(tried: Any, answer: bytes) -> None:
    assert tried(answer)[1] == 1


def test_a_try_that_timed_out_is_not_repeated(tried: Any) -> None:
    async def silent(writer: asyncio.StreamWriter) -> None:
        await asyncio.Event().wait()

    assert tried(silent, clocks=Clocks(first_event=0.05))[1] == 1


def test_a_long_wait_is_told_and_not_waited_for(tried: Any, http: Any) -> None:
    error, count = tried(http(b"", BUSY[0], retry_after="90"))
    assert (error.retry_after, count) == (90.0, 1)
    assert "90 s" in str(error)


def test_a_short_wait_is_waited_for(tried: Any, ledger: Any, http: Any, sse: Any) -> None:
    assert tried(http(b"", BUSY[0], retry_after="0.01"), http(sse("a"))) == ("a", 2)


def test_retries_can_be_turned_off(tried: Any, http: Any) -> None:
    assert tried(http(b"", BUSY[0]), retries=0)[1] == 1


def test_a_port_where_nobody_listens_is_tried_again_and_then_named(ask: Any, ledger: Any, unused_port: int) -> None:
    client = OpenRouter(base_url=f"http://127.0.0.1:{unused_port}/v1", clocks=Clocks(backoff=0.001))
    with pytest.raises(ConnectionFailed, match=f"Nobody listens at 127.0.0.1:{unused_port}"):
        asyncio.run(client.reply(ask, ledger))
    assert ledger.heard.count("sent") == 3


def test_a_name_that_does_not_exist_is_not_tried_again(ask: Any, ledger: Any) -> None:
    with pytest.raises(ConnectionFailed):
        asyncio.run(OpenRouter(base_url="https://parley.invalid/v1").reply(ask, ledger))
    assert ledger.heard == ["sent"]


@pytest.mark.parametrize(("headers", "seconds"), [
    ({"retry-after": "1"}, 1.0), ({"retry-after": "3600"}, 3600.0), ({"retry-after": "soon"}, None), ({"retry-after": "-1"}, None), ({}, None),
    ({"retry-after": format_datetime(NOW + timedelta(seconds=30), usegmt=True)}, 30.0), ({"retry-after": "Fri, 99 Zzz"}, None),
    ({"retry-after": format_datetime(NOW - timedelta(days=1))}, 0.0), ({"x-ratelimit-reset": str(int(NOW.timestamp() * 1000) + 5000)}, 5.0),
    ({"x-ratelimit-reset": "x"}, None), ({"retry-after": "9" * 400}, None),
])  # fmt: skip
def test_the_wait_that_headers_name(headers: dict[str, str], seconds: float | None) -> None:
    assert named_wait(headers, NOW) == seconds


@pytest.mark.parametrize("attempt", [1, 2, 30])
def test_pauses_grow_and_stay_bounded(attempt: int) -> None:
    wait = pause(RateLimited("", status=429), attempt, Clocks())
    assert wait is not None
    assert 0.25 * min(2 ** (attempt - 1), 16) <= wait <= min(0.5 * 2 ** (attempt - 1), 8)


def test_a_refusal_inside_a_200_is_no_reason_to_ask_again() -> None:
    assert pause(RateLimited("", status=200, code=429), 1, Clocks()) is None
    assert pause(PaymentRequired("", status=402), 1, Clocks()) is None


def test_patience_counts_silence_and_forgives_it_when_data_comes() -> None:
    patience = Patience(Clocks(first_event=10, idle=5, total=100), Deadline(100, "total"), already=2)
    assert patience.left(0) == (5, "idle")
    patience.waited(4)
    assert patience.left(0) == (1, "idle")
    patience.heard()
    assert patience.left(0) == (5, "idle")
    assert patience.left(98) == (2, "total")
