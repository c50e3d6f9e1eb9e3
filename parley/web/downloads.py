"""`/downloads/…`: files that are sent while they are made, so that nobody ever holds a large one whole.

A page offers a file to its own browser and links to the address it is given. The address holds a ticket that cannot be guessed,
and serves the browser of that page alone, by its cookie. What ends too early ends as a download that failed, never as a short file.
"""

from __future__ import annotations

import hmac
import secrets
import threading
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Iterator
from typing import NamedTuple

from starlette.concurrency import iterate_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from parley.errors import ParleyError
from parley.web.owner import owner_of

OFFERED = 2000
"""Files on offer at once; who comes for one that is not any more is told to reload the page."""
AT_ONCE = 8
"""Files on their way at once."""
_GONE = "This file is not on offer any more. Reload the page that it stands on, and ask for it there."
_TOO_MANY = "Too many files are being sent at this moment. Wait until one of them is done."
SHOWN = frozenset({"application/pdf"})
"""Media types that a tab shows; all else is kept as a file."""
_NO_STORE = {"Cache-Control": "no-store"}


class Download(NamedTuple):
    """A file for one browser."""

    browser: str | None
    """The token of its cookie, see `owner_of`."""
    name: str
    """What the file is called: letters of ASCII, digits, `-`, `_` and `.`."""
    media_type: str
    make: Callable[[], Iterator[bytes]]
    """Called once for each time it is fetched; its pieces are asked for on worker threads."""


class Cut(Exception):
    """The process is told to end while a file is on its way."""


class Downloads:
    """The files that a process has on offer."""

    def __init__(self, most: int = OFFERED) -> None:
        self._secret = secrets.token_bytes(32)
        self._most = most
        self._offers: OrderedDict[str, Download] = OrderedDict()
        self._lock = threading.Lock()
        self._under_way = 0

    def offer(self, what: str, download: Download) -> str:
        """The path at which the browser fetches the file. The same thing, by `what`, has the same path each time a page is drawn."""
        told = repr((download.browser, what, download.name)).encode()
        ticket = hmac.new(self._secret, told, "sha256").hexdigest()[:32]
        with self._lock:
            self._offers[ticket] = download
            self._offers.move_to_end(ticket)
            while len(self._offers) > self._most:
                self._offers.popitem(last=False)
        return f"downloads/{ticket}/{download.name}"

    def find(self, ticket: str, browser: str | None) -> Download | None:
        """What stands under a ticket for this browser."""
        with self._lock:
            found = self._offers.get(ticket)
        return found if found is not None and found.browser == browser else None

    def answer(self, download: Download, closing: Callable[[], bool]) -> Response:
        if self._under_way >= AT_ONCE:
            return PlainTextResponse(_TOO_MANY, 503, {**_NO_STORE, "Retry-After": "10"})
        way = "inline" if download.media_type in SHOWN else "attachment"
        headers = {**_NO_STORE, "Content-Disposition": f'{way}; filename="{download.name}"'}
        return StreamingResponse(self._sent(download, closing), headers=headers, media_type=download.media_type)

    async def _sent(self, download: Download, closing: Callable[[], bool]) -> AsyncIterator[bytes]:
        self._under_way += 1
        try:
            async for piece in iterate_in_threadpool(download.make()):
                if closing():
                    raise Cut
                yield piece
        finally:
            self._under_way -= 1


def downloads_route(on_offer: Callable[[], Downloads], closing: Callable[[], bool] = lambda: False) -> Route:
    """The route; `closing` says that the process is told to end, which does not wait for a file."""

    async def fetch(request: Request) -> Response:
        try:
            offers = on_offer()
        except ParleyError as error:
            return PlainTextResponse(f"{error}\n", 503, _NO_STORE)
        download = offers.find(request.path_params["ticket"], owner_of(request.cookies))
        if download is None or download.name != request.path_params["name"]:
            return PlainTextResponse(_GONE, 404, _NO_STORE)
        if request.method == "HEAD":
            return Response(headers=_NO_STORE, media_type=download.media_type)
        return offers.answer(download, closing)

    return Route("/downloads/{ticket}/{name}", fetch, methods=["GET"], name="downloads")
