"""`/share/{token}`: a frozen copy as a plain page, for whoever has its link.

Nothing here writes, runs or spends. A wrong, an expired and a revoked link are answered alike, and whoever tries many of them is
told to wait, whether or not one of them is good. An address is answered one request at a time, so that no try of many at once
goes uncounted, and nobody takes the places of others.
"""

from __future__ import annotations

import hashlib
import ipaddress
import re
import secrets
import threading
import time
from collections import Counter, OrderedDict, deque
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Final, NamedTuple

import anyio
import anyio.to_thread
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from parley.errors import StoreError
from parley.settings import LOOPBACK_NETWORKS, Network

TRIES = 30
"""Links that lead nowhere which an address may ask for within a minute."""
READS = 300
"""Links of any kind which it may ask for within a minute: many people may sit behind one address."""
MINUTE = 60.0
ADDRESSES = 10_000
"""Addresses that are remembered; the one that was quiet longest goes first."""
AT_ONCE = 4
"""Pages that are made at once, so that readers cannot take every thread of the process."""
VALID = 600.0
"""Seconds for which a ticket to a copy of one's own is good."""
TICKETS = 10_000
PAGES, PAGES_BYTES = 16, 2**25
"""Pages that are kept, and their bytes all together."""
POLICY = (
    "default-src 'none'; img-src data:; media-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'; sandbox allow-popups allow-popups-to-escape-sandbox allow-downloads"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cache-Control": "private, no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}
_NOTICE = (
    '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    '<meta name="color-scheme" content="light dark"><title>Parley</title><style>'
    "html{{background:#fcfbf7;color:#1d2326}}b{{color:#0f6478}}h1{{font-size:1.6rem;margin:.2rem 0 .6rem}}"
    "body{{font:1.125rem/1.6 system-ui,sans-serif;max-width:34rem;margin:18vh auto;padding:0 1.5rem}}"
    "@media(prefers-color-scheme:dark){{html{{background:#14191b;color:#e8e5de}}b{{color:#7cc4d6}}}}"
    "</style></head><body><b>Parley</b><h1>{head}</h1><p>{words}</p></body></html>\n"
)
_NOWHERE = _NOTICE.format(
    head="This link leads nowhere",
    words="It may be incomplete, it may have expired, or whoever made it took it back. Ask them for a new one.",
)
_TOO_MANY = _NOTICE.format(
    head="Too many tries",
    words="Many links, or several that lead nowhere, were asked for from here. Wait a minute, then try again.",
)
_UNAVAILABLE = _NOTICE.format(
    head="Not at this moment", words="Parley cannot read what this link leads to just now. Try again in a minute."
)
_PORTED: Final = re.compile(r"(?:\[([0-9a-fA-F:.]+)\]|([0-9.]+))(?::[0-9]{1,5})?")


class Guesses:
    """Counts, by address, the links that were asked for."""

    def __init__(self, most: int = TRIES, within: float = MINUTE, clock: Callable[[], float] = time.monotonic) -> None:
        self._most, self._within, self._clock = most, within, clock
        self._tries: OrderedDict[str, deque[float]] = OrderedDict()

    def too_many(self, address: str) -> bool:
        tries = self._tries.get(address)
        return tries is not None and len(tries) >= self._most and self._clock() - tries[0] < self._within

    def note(self, address: str) -> None:
        self._tries.setdefault(address, deque(maxlen=self._most)).append(self._clock())
        self._tries.move_to_end(address)
        while len(self._tries) > ADDRESSES:
            self._tries.popitem(last=False)


class Turns:
    """One at a time of each address. For one event loop."""

    def __init__(self) -> None:
        self._locks: dict[str, anyio.Lock] = {}
        self._here: Counter[str] = Counter()

    @asynccontextmanager
    async def of(self, address: str) -> AsyncIterator[None]:
        self._here[address] += 1
        try:
            async with self._locks.setdefault(address, anyio.Lock()):
                yield
        finally:
            self._here[address] -= 1
            if not self._here[address]:
                del self._here[address], self._locks[address]


class Pages:
    """Pages that were made lately, by the hash of their links: a frozen copy cannot change. Safe to use from any thread."""

    def __init__(self) -> None:
        self._pages: OrderedDict[bytes, bytes] = OrderedDict()
        self._lock = threading.Lock()

    def page(self, token: str, link: str, shared: Shared) -> bytes | None:
        """The page, made once; None, and kept no longer, where its link leads nowhere."""
        name = hashlib.sha256(f"{token} {link}".encode("utf-8", "replace")).digest()
        is_open = shared.is_open(token)
        with self._lock:
            kept = self._pages.pop(name, None)
            if kept is not None and is_open:
                self._pages[name] = kept
                return kept
        made = shared.page(token, link) if is_open else None
        return None if made is None else self._keep(name, made.encode("utf-8", "replace"))

    def _keep(self, name: bytes, page: bytes) -> bytes:
        with self._lock:
            self._pages[name] = page
            while len(self._pages) > PAGES or sum(map(len, self._pages.values())) > PAGES_BYTES:
                self._pages.popitem(last=False)
        return page


class _Ticket(NamedTuple):
    token: str
    until: float


class Tickets:
    """Ways from a shared page into a notebook: each is good once and for some minutes, so that no link stands in an address
    that anything else could keep. Safe to use from any thread."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._tickets: OrderedDict[str, _Ticket] = OrderedDict()
        self._lock = threading.Lock()

    def issue(self, token: str) -> str:
        """A ticket for the link of this token."""
        ticket = secrets.token_urlsafe(16)
        with self._lock:
            self._tickets[ticket] = _Ticket(token, self._clock() + VALID)
            while len(self._tickets) > TICKETS:
                self._tickets.popitem(last=False)
        return ticket

    def redeem(self, ticket: str) -> str | None:
        """The token that a ticket stands for, once; None for one that was used, is too old or never was."""
        with self._lock:
            held = self._tickets.pop(ticket, None)
        return held.token if held is not None and self._clock() < held.until else None


class Shared(NamedTuple):
    """What the routes ask for; both are called on worker threads."""

    page: Callable[[str, str], str | None]
    """The page behind a token, given where its reader gets a copy of their own; None for a link that leads nowhere. It may
    raise StoreError."""
    is_open: Callable[[str], bool]
    """Whether a token leads somewhere."""
    tickets: Callable[[], Tickets]


def share_routes(
    shared: Shared,
    guesses: Guesses | None = None,
    reads: Guesses | None = None,
    proxies: Iterable[Network] = LOOPBACK_NETWORKS,
) -> list[Route]:
    """The page of a copy, and the way from there into one's own notebook: a redirection to `?copy=` and a ticket.

    `proxies` are those whose word on who calls is taken."""
    wrong, all_ = guesses or Guesses(), reads or Guesses(READS)
    places, turns, pages, trusted = anyio.CapacityLimiter(AT_ONCE), Turns(), Pages(), tuple(proxies)

    async def answered(request: Request, answer: Callable[[str], Response | None]) -> Response:
        address = address_of(request, trusted)
        async with turns.of(address):
            if wrong.too_many(address) or all_.too_many(address):
                return HTMLResponse(_TOO_MANY, 429, {**HEADERS, "Retry-After": "60"})
            all_.note(address)
            try:
                made = await anyio.to_thread.run_sync(answer, request.path_params["token"], limiter=places)
            except StoreError:
                return HTMLResponse(_UNAVAILABLE, 503, {**HEADERS, "Retry-After": "60"})
            if made is None:
                wrong.note(address)
                return HTMLResponse(_NOWHERE, 404, HEADERS)
            return made

    async def look(request: Request) -> Response:
        def page(token: str) -> Response | None:
            made = pages.page(token, f"{request.url.path.rstrip('/')}/copy", shared)
            return None if made is None else HTMLResponse(made, headers=HEADERS)

        return await answered(request, page)

    async def take(request: Request) -> Response:
        def notebook(token: str) -> Response | None:
            if not shared.is_open(token):
                return None
            ticket = shared.tickets().issue(token)
            return RedirectResponse(f"../../?copy={ticket}", 303, HEADERS)

        return await answered(request, notebook)

    return [
        Route("/share/{token}", look, methods=["GET"], name="share"),
        Route("/share/{token}/copy", take, methods=["GET"], name="copy"),
    ]


def address_of(request: Request, proxies: Iterable[Network] = LOOPBACK_NETWORKS) -> str:
    """Who calls: an address, of IPv6 the network that one household has. Behind one of the proxies it is whom that names last;
    nobody else is believed, for then each try would come from where its sender likes."""
    peer = request.client.host if request.client else ""
    told = request.headers.get("x-forwarded-for", "").rpartition(",")[2].strip()
    try:
        near = _address(peer)
        caller = _address(told) if told and any(near in network for network in proxies) else near
    except ValueError:
        return peer
    if isinstance(caller, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((caller, 64), strict=False))
    return str(caller)


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """An address of IPv4 that a socket for both spells in IPv6 is itself: all of them would be one network; some proxies name
    the port, too. Raises ValueError."""
    ported = _PORTED.fullmatch(text)
    address = ipaddress.ip_address(ported[1] or ported[2] if ported else text)
    return getattr(address, "ipv4_mapped", None) or address
