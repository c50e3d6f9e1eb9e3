"""The gate: which names Parley answers to, and which pages may talk to it.

A page of another site can make a browser call 127.0.0.1, and can point its own name at it (DNS rebinding). The first is told
by its Origin, the second by its Host; both are checked here, for HTTP and for websockets, before anything else sees the call.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from parley.settings import LOOPBACK

CLOSED = re.compile(r"/(_stcore/(metrics|agent|script-health-check)|auth/(login|logout)|oauth2callback)(/|$)")
"""Doors of Streamlit that nobody of ours uses: figures about sessions, driving the app without a browser, and its login."""

_AUTHORITY = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(?::([0-9]{1,5}))?")
_DEFAULT_PORT = {"http": 80, "ws": 80, "https": 443, "wss": 443}

_STRANGE_HOST = (
    "Parley does not answer to this name. Open it at the address it printed when it started, "
    "or name this host in PARLEY_ALLOWED_HOSTS."
)
_STRANGE_ORIGIN = "This request came from a page of another site, so Parley refused it."


class Authority(NamedTuple):
    """Where a Host or an Origin points; `port` is None where it is the scheme's own."""

    name: str
    port: int | None

    @classmethod
    def parse(cls, text: str) -> Authority | None:
        found = _AUTHORITY.fullmatch(text.lower())
        if not found:
            return None
        return cls(found[1].strip("[]"), int(found[2]) if found[2] else None)

    def at(self, scheme: str) -> tuple[str, int]:
        return self.name, self.port if self.port is not None else _DEFAULT_PORT[scheme]


class Gate:
    """Lets a call in when its Host is one of ours and its Origin, if it has one, is exactly that Host.

    Loopback names count with the port that the call really arrived at; `allowed_hosts` as they are written, a name alone with
    any port. Browsers name the Origin of every websocket and of every call across sites; a call without one is a person's own,
    or comes from no browser.
    """

    def __init__(self, app: ASGIApp, *, allowed_hosts: tuple[str, ...] = ()) -> None:
        self.app = app
        self._allowed = frozenset(found for host in allowed_hosts if (found := Authority.parse(host)))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
        elif (host := self._host(scope)) is None:
            await refuse(scope, receive, send, 400, _STRANGE_HOST)
        elif not self._origin_fits(scope, host):
            await refuse(scope, receive, send, 403, _STRANGE_ORIGIN)
        elif CLOSED.search(scope["path"]):
            await refuse(scope, receive, send, 404, "There is nothing here.")
        else:
            await self.app(scope, receive, send)

    def _host(self, scope: Scope) -> Authority | None:
        """The one Host of the call, if it is one of ours."""
        named = Headers(scope=scope).getlist("host")
        host = Authority.parse(named[0]) if len(named) == 1 else None
        if host is None:
            return None
        return host if self._is_named(host) or self._is_loopback(host, scope) else None

    def _is_named(self, host: Authority) -> bool:
        return host in self._allowed or Authority(host.name, None) in self._allowed

    def _is_loopback(self, host: Authority, scope: Scope) -> bool:
        port = (scope.get("server") or (None, None))[1]
        return host.name in LOOPBACK and host.at(scope["scheme"])[1] == port

    def _origin_fits(self, scope: Scope, host: Authority) -> bool:
        origins = Headers(scope=scope).getlist("origin")
        if not origins:
            return True
        scheme, mark, place = origins[0].partition("://")
        origin = Authority.parse(place)
        if len(origins) > 1 or not mark or origin is None or scheme not in self._schemes(scope, host):
            return False
        return origin.at(scheme) == host.at(scheme)

    def _schemes(self, scope: Scope, host: Authority) -> frozenset[str]:
        """A named host may stand behind a proxy that ends TLS and speaks plain HTTP to us."""
        if scope["scheme"] in {"https", "wss"}:
            return frozenset({"https"})
        return frozenset({"http", "https"} if self._is_named(host) else {"http"})


async def refuse(scope: Scope, receive: Receive, send: Send, status: int, sentence: str) -> None:
    """Turn a call away with one sentence; a websocket is closed before it opens, which the browser sees as 403."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008, "reason": ""})
        return
    await PlainTextResponse(sentence + "\n", status, {"Cache-Control": "no-store"})(scope, receive, send)
