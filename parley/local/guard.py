"""Who may talk to this server: no web page, by any name, and on chat completions only who holds the key."""

from __future__ import annotations

import hmac

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from parley.local.frames import envelope

LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})
MANAGEMENT = "-management"
"""The ending that makes a management key of any key: upstream they are keys apart, for accounts and not for chat."""
PUBLIC = ("/api/v1/models", "/api/v1/providers")


class Guard:
    """Middleware: the Host must be loopback, a request from a web page is refused, and `key` is asked for when there is one.

    A name that resolves to 127.0.0.1 (DNS rebinding) fails the Host check. A browser sends Origin with every request that
    could do something or be read, and no page has business here. As upstream, the lists need no key.
    """

    def __init__(self, app: ASGIApp, key: str | None) -> None:
        self._app = app
        self._key = key

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        refused = self._refusal(Headers(scope=scope), scope["method"], scope["path"])
        await (refused or self._app)(scope, receive, send)

    def _refusal(self, headers: Headers, method: str, path: str) -> JSONResponse | None:
        if host_name(headers.get("host", "")) not in LOOPBACK:
            return no(403, "This server answers only under a loopback name.")
        if "origin" in headers:
            return no(403, "This server does not answer web pages.")
        if self._key is None or (method in ("GET", "HEAD") and path.startswith(PUBLIC)):
            return None
        scheme, _, given = headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not given.strip():
            return no(401, "Missing Authentication header")
        plain = given.strip().removesuffix(MANAGEMENT)
        matches = hmac.compare_digest(plain.encode(), self._key.encode())
        return None if matches else no(401, "User not found.")


def is_management_key(authorization: str) -> bool:
    """Whether an Authorization header carries a management key."""
    return authorization.strip().endswith(MANAGEMENT)


def host_name(host: str) -> str:
    """The name in a Host header, without its port."""
    name, colon, port = host.rpartition(":")
    return (name if colon and port.isdigit() else host).lower()


def no(status: int, message: str) -> JSONResponse:
    return JSONResponse(envelope(status, message), status)
