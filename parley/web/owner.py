"""The owner cookie: what makes a browser the owner of what it does, and of the key that it gave us.

It is a random token of 256 bits that no script can read; Parley keeps only hashes of it.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Mapping

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send

OWNER_COOKIE = "parley_owner"
OWNER_HEADER = "x-parley-owner"
"""Told to Streamlit with every websocket (`server.trustedUserHeaders`), which then resumes a session for its own browser only."""
KEPT = 400 * 24 * 3600
"""Seconds; browsers keep no cookie longer."""

_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


def owner_of(cookies: Mapping[str, str]) -> str | None:
    """The owner's token among a browser's cookies (for instance `st.context.cookies`); None when there is none of ours."""
    token = cookies.get(OWNER_COOKIE, "")
    return token if isinstance(token, str) and _TOKEN.fullmatch(token) else None


class OwnerCookie:
    """Gives a browser its cookie with the first page it loads, and says of a websocket whose it is. A page with a policy of its
    own is for readers, who get none.

    A session id alone would be enough to take a session over; ids stand in upload addresses and, but for our guard, in logs.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self.app(_signed(scope), receive, send)
            return
        if scope["type"] != "http" or scope["method"] != "GET" or owner_of(_cookies(scope)):
            await self.app(scope, receive, send)
            return

        async def with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                is_page = headers.get("content-type", "").startswith("text/html")
                if is_page and "content-security-policy" not in headers:
                    headers.append("Set-Cookie", _new_cookie(secure=scope["scheme"] == "https"))
                    headers["Cache-Control"] = "no-store"
            await send(message)

        await self.app(_whole(scope), receive, with_cookie)


def _signed(scope: Scope) -> Scope:
    """The websocket with our word on whose it is, in place of anything that the caller said of that."""
    name, token = OWNER_HEADER.encode(), owner_of(_cookies(scope))
    kept = [header for header in scope["headers"] if header[0] != name]
    mark = hashlib.sha256(f"session of {token}".encode()).hexdigest() if token else "nobody"
    return {**scope, "headers": [*kept, (name, mark.encode())]}


def _whole(scope: Scope) -> Scope:
    """The call without its conditions: "not modified" would be no page, so it would bring no cookie."""
    kept = [(name, value) for name, value in scope["headers"] if name not in {b"if-none-match", b"if-modified-since"}]
    return {**scope, "headers": kept}


def _cookies(scope: Scope) -> dict[str, str]:
    return cookie_parser("; ".join(Headers(scope=scope).getlist("cookie")))


def _new_cookie(*, secure: bool) -> str:
    attributes = f"; HttpOnly; SameSite=Lax; Path=/; Max-Age={KEPT}{'; Secure' if secure else ''}"
    return f"{OWNER_COOKIE}={secrets.token_urlsafe(32)}{attributes}"
