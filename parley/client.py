"""The OpenRouter door: the only place that speaks HTTP to a model server.

Each exchange has a connection of its own, so that none waits for, or is hurt by, another; cancelling the task that reads closes it at
once. Whatever goes wrong is raised as an error of `parley.errors`.
"""

from __future__ import annotations

import asyncio
import functools
import json
import ssl
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Coroutine, Mapping
from contextlib import aclosing, asynccontextmanager
from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import quote

import httpx
from pydantic import SecretStr

from parley.catalog import Catalog
from parley.errors import (
    AnswerTimeout,
    ConnectionFailed,
    NotAModelApi,
    NotFound,
    RequestError,
    StreamBroken,
    UpstreamError,
)
from parley.reply import Reply, ReplyFold, StreamEvent
from parley.request import ChatRequest
from parley.wire.address import OPENROUTER_URL, checked_base_url, checked_header, checked_key, loopback
from parley.wire.answer import AnswerReader
from parley.wire.exchange import Clocks, Deadline, NoTap, Patience, Tap, Turn
from parley.wire.failures import response_error
from parley.wire.inflating import Inflater
from parley.wire.limits import Limits
from parley.wire.own_keys import OwnKeys
from parley.wire.patience import told_instead
from parley.wire.records import envelope, record, records
from parley.wire.redaction import REMOVED
from parley.wire.retrying import booking_pauses, named_wait, pause
from parley.wire.sse import too_large
from parley.wire.unreached import connection_failed, out_of_time

__all__ = ["OPENROUTER_URL", "Clocks", "Limits", "OpenRouter", "Tap"]

_ERROR_BODY = 2**18
_ERROR_BODY_SECONDS = 10.0
_BROKEN = (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError)
_GENERATION_ID = "x-generation-id"
_ASKING = {"Content-Type": "application/json", "X-OpenRouter-Metadata": "enabled"}
"""The way of a request is always asked for: it costs nothing but about a kilobyte at the end of the answer, and who wants to
know why one failed cannot ask afterwards. Source: guides/features/router-metadata."""

T = TypeVar("T")


class OpenRouter:
    """A connection to OpenRouter, or to any server that speaks its API.

    Everything is async but `complete`, `models` and `check`, which run a short-lived loop of their own and work wherever no loop runs.
    """

    def __init__(
        self,
        *,
        base_url: str = OPENROUTER_URL,
        api_key: str | SecretStr | None = None,
        clocks: Clocks | None = None,
        limits: Limits | None = None,
        retries: int = 2,
        title: str | None = "Parley",
        referer: str | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        """`title` and `referer` attribute the use to an app in OpenRouter's rankings; a title alone does nothing.

        Raises SettingsError for a key or base URL that cannot be right, or that would send the key in clear.
        """
        key = api_key.get_secret_value() if isinstance(api_key, SecretStr) else api_key
        self._key = SecretStr(checked_key(key) or "")
        self.base_url = checked_base_url(base_url)
        self.clocks = clocks or Clocks()
        self.limits = limits or Limits()
        self._retries = max(0, retries)
        self._transport = transport
        named = {"HTTP-Referer": referer, "X-OpenRouter-Title": title, "X-Title": title}
        self._attribution = {name: checked_header(name, value) for name, value in named.items() if value}

    def __repr__(self) -> str:
        return f"OpenRouter(base_url={self.base_url!r})"

    @asynccontextmanager
    async def stream(self, request: ChatRequest, tap: Tap | None = None) -> AsyncIterator[AsyncIterator[StreamEvent]]:
        """The events of an answer, as they arrive; a plain answer comes as the same events, all at once.

        Entering sends the request and waits for the headers. The last event is Finished, and it comes only after a terminal marker.
        Raises UpstreamError, or RequestError for what cannot be sent. Source: POST /chat/completions.
        """
        tap = tap or NoTap()
        body, end = _body(request), Deadline(_now() + self.clocks.total, "total")
        async with (
            self._http() as http,
            self._open(http, "/chat/completions", body, tap, end) as (response, sent_at),
            aclosing(self._events(response, tap, end, sent_at)) as events,
        ):
            yield events

    async def reply(self, request: ChatRequest, tap: Tap | None = None) -> Reply:
        """The whole reply; raises what `stream` raises, and then the part that came is lost."""
        fold = ReplyFold()
        async with self.stream(request, tap) as events:
            async for event in events:
                fold.add(event)
        return fold.reply

    def complete(self, request: ChatRequest) -> Reply:
        """`reply`, blocking."""
        return _blocking(lambda: self.reply(request))

    async def catalog(self) -> Catalog:
        """The models of this server. Source: GET /models."""
        return Catalog.parse(await self._get("/models"))

    def models(self) -> Catalog:
        """`catalog`, blocking."""
        return _blocking(self.catalog)

    async def key(self) -> dict[str, Any]:
        """What the server knows of the key: label, limits, usage. Source: GET /key."""
        return record(await self._get("/key"))

    def check(self) -> dict[str, Any]:
        """`key`, blocking: does the server answer, and does it take the key?"""
        return _blocking(self.key)

    async def credits(self) -> dict[str, Any]:
        """`total_credits` and `total_usage` in USD; OpenRouter wants a management key for it. Source: GET /credits."""
        return record(await self._get("/credits"))

    async def providers(self) -> list[dict[str, Any]]:
        """The providers behind the server. Source: GET /providers."""
        return records(await self._get("/providers"))

    async def endpoints(self, slug: str) -> dict[str, Any]:
        """The model with its `endpoints`, one for each provider. Source: GET /models/{author}/{slug}/endpoints."""
        parts = slug.split("/")
        if len(parts) != 2 or not all(part.strip(". ") for part in parts):
            raise RequestError(f"{slug!r} is no model id: it should look like author/model.")
        return record(await self._get(f"/models/{'/'.join(map(_quoted, parts))}/endpoints"))

    async def generation(self, id: str) -> dict[str, Any]:
        """What was booked for an answer: native tokens, cost, latency. Source: GET /generation.

        It is booked some 15 s after the answer, and asked for until then or until `Clocks.generation` has passed: then NotFound.
        """
        gives_up = _now() + self.clocks.generation
        for wait in booking_pauses(self.clocks):
            try:
                return record(await self._get("/generation", id=id))
            except NotFound:
                if _now() + wait > gives_up:
                    told = "The server has not booked this answer yet, or does not know it: ask again later."
                    raise NotFound(told, status=404, generation_id=id) from None
            await asyncio.sleep(wait)
        raise AssertionError("the pauses never end")

    async def _get(self, path: str, **params: str) -> dict[str, Any]:
        end = Deadline(_now() + self.clocks.lookup, "lookup")
        async with self._http() as http, self._open(http, path, None, NoTap(), end, params) as (response, _):
            text = await self._whole(response, self.limits.event, end)
        return envelope(text, response.status_code)

    def _http(self) -> httpx.AsyncClient:
        headers: dict[str, str] = {"Accept-Encoding": "identity", "User-Agent": "parley", **self._attribution}
        if key := self._key.get_secret_value():
            headers["Authorization"] = f"Bearer {key}"
        return httpx.AsyncClient(
            headers=headers,
            transport=self._transport,
            verify=_tls(),
            timeout=httpx.Timeout(None, connect=self.clocks.connect),
            trust_env=not loopback(httpx.URL(self.base_url).host),
            follow_redirects=False,
            event_hooks={"response": [_go_nowhere]},
        )

    @asynccontextmanager
    async def _open(
        self,
        http: httpx.AsyncClient,
        path: str,
        body: bytes | None,
        tap: Tap,
        end: Deadline,
        params: Mapping[str, str] | None = None,
    ) -> AsyncIterator[tuple[httpx.Response, float]]:
        """One response that says yes, and when its request was sent."""
        request = _request(http, self.base_url + path, body, params)
        for attempt in range(1, self._retries + 2):
            try:
                sent_at = _now()
                response = await self._send(http, request, tap, end)
            except UpstreamError as error:
                wait = pause(error, attempt, self.clocks)
                if wait is None or attempt > self._retries or _now() + wait > end.at:
                    raise told_instead(error, self.clocks) from None
                tap.retrying(attempt, wait, error)
                await asyncio.sleep(wait)
                continue
            try:
                yield response, sent_at
            finally:
                await response.aclose()
            return

    async def _send(self, http: httpx.AsyncClient, request: httpx.Request, tap: Tap, end: Deadline) -> httpx.Response:
        """Send once, wait for the headers; raises where they say anything but yes."""
        tap.sent()
        seconds, clock = min((self.clocks.first_event, "first event"), (end.at - _now(), end.clock))
        try:
            async with asyncio.timeout(seconds):
                response = await http.send(request, stream=True)
        except TimeoutError:
            raise out_of_time(clock, self.clocks) from None
        except _BROKEN as error:
            raise self._unreached(error) from None
        generation_id = response.headers.get(_GENERATION_ID)
        try:
            tap.headers(response.status_code, generation_id)
            if not response.is_success:
                raise await self._refusal(response, tap, end)
        except BaseException:
            await response.aclose()
            raise
        return response

    async def _refusal(self, response: httpx.Response, tap: Tap, end: Deadline) -> UpstreamError:
        status, generation_id = response.status_code, response.headers.get(_GENERATION_ID)
        if 300 <= status < 400:
            told = f"Parley refused the redirect that the server answered with (HTTP {status}): check the base URL."
            return NotAModelApi(told, status=status)
        try:
            text = await self._whole(
                response, _ERROR_BODY, min(end, Deadline(_now() + _ERROR_BODY_SECONDS, end.clock)), cut=True
            )
        except UpstreamError:
            text = ""
        key = self._key.get_secret_value()
        text = OwnKeys([key]).hidden(text.replace(key, REMOVED)) if key else text
        tap.received(text)
        wait = named_wait(response.headers, datetime.now(UTC))
        return response_error(text, status=status, generation_id=generation_id, retry_after=wait, keyless=not key)

    async def _whole(self, response: httpx.Response, limit: int, end: Deadline, *, cut: bool = False) -> str:
        """The body as text; past the limit it is cut, or AnswerTooLarge is raised."""
        body = bytearray()
        inflater, turn = _inflater(response), Turn()
        try:
            async with asyncio.timeout(end.at - _now()), aclosing(_raw(response)) as pieces:
                async for data in pieces:
                    for piece in inflater.feed(data):
                        await turn.give_way()
                        body += piece
                        if len(body) > limit:
                            if cut:
                                return body[:limit].decode(errors="replace")
                            raise too_large(limit, "in one body")
        except TimeoutError:
            raise out_of_time(end.clock, self.clocks) from None
        except _BROKEN:
            raise StreamBroken("The connection broke in the middle of the answer: try again.") from None
        return body.decode(errors="replace")

    async def _events(
        self, response: httpx.Response, tap: Tap, end: Deadline, sent_at: float
    ) -> AsyncGenerator[StreamEvent, None]:
        reader = AnswerReader(
            limits=self.limits,
            generation_id=response.headers.get(_GENERATION_ID),
            received=tap.received,
            hidden=self._key.get_secret_value() or None,
        )
        patience = Patience(self.clocks, end, already=_now() - sent_at)
        inflater, turn = _inflater(response), Turn()
        broken: UpstreamError | None = None
        try:
            async with aclosing(_raw(response)) as pieces:
                while data := await self._next(pieces, patience):
                    heard = reader.heard
                    for piece in inflater.feed(data):
                        for event in reader.feed(piece):
                            yield event
                            await turn.give_way()
                        await turn.give_way()
                        if reader.done:
                            return
                    if reader.heard > heard:
                        patience.heard(ended=reader.ended)
            inflater.close()
        except (AnswerTimeout, StreamBroken) as error:
            broken = error
        for event in reader.close(broken):
            yield event
            await turn.give_way()

    async def _next(self, pieces: AsyncGenerator[bytes, None], patience: Patience) -> bytes:
        """The next bytes that came, empty at the end."""
        since = _now()
        seconds, clock = patience.left(since)
        try:
            async with asyncio.timeout(seconds):
                return await anext(pieces, b"")
        except TimeoutError:
            raise out_of_time(clock, self.clocks) from None
        except _BROKEN:
            raise StreamBroken(
                "The connection broke before the end of the answer: what came is kept.", status=200
            ) from None
        finally:
            patience.waited(_now() - since)

    def _unreached(self, error: Exception) -> UpstreamError:
        """The error of a request that has no answer."""
        host = httpx.URL(self.base_url).netloc.decode(errors="replace")
        if isinstance(error, httpx.ConnectTimeout):
            return out_of_time("connect", self.clocks)
        if isinstance(error, httpx.ProxyError):
            return ConnectionFailed(
                f"The proxy on the way to {host} refused: check the proxy settings of this machine."
            )
        if isinstance(error, (httpx.ConnectError, httpx.UnsupportedProtocol, httpx.InvalidURL)):
            return connection_failed(error, host)
        return StreamBroken("The connection broke before an answer came: try again; this try may have been billed.")


async def _go_nowhere(response: httpx.Response) -> None:
    """httpx prepares the next request though it is not to send it, and stumbles over a target that is no URL."""
    response.headers.pop("location", None)


def _inflater(response: httpx.Response) -> Inflater:
    return Inflater(None if response.is_stream_consumed else response.headers.get("content-encoding"))


async def _raw(response: httpx.Response) -> AsyncGenerator[bytes, None]:
    """The body as it came over the wire, without empty pieces; some transports hand it over already read."""
    if response.is_stream_consumed:
        yield response.content
        return
    async for piece in response.aiter_raw():
        if piece:
            yield piece


def _request(http: httpx.AsyncClient, url: str, body: bytes | None, params: Mapping[str, str] | None) -> httpx.Request:
    if body is None:
        return http.build_request("GET", url, params=params or None)
    return http.build_request("POST", url, content=body, headers=_ASKING)


def _body(request: ChatRequest) -> bytes:
    payload = request.payload()
    try:
        return json.dumps(payload, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:
        return json.dumps(payload, allow_nan=False, separators=(",", ":")).encode()
    except (TypeError, ValueError):
        raise RequestError(
            "The request holds a value that JSON cannot hold, for instance an infinite number."
        ) from None


def _quoted(part: str) -> str:
    return quote(part, safe=":@").replace("~", "%7E")


def _blocking(work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work())
    raise RuntimeError("this call blocks: where a loop runs, await the async form")


def _now() -> float:
    return asyncio.get_running_loop().time()


@functools.cache
def _tls() -> ssl.SSLContext:
    """Reading the certificates takes tens of milliseconds, so once."""
    return httpx.create_ssl_context()
