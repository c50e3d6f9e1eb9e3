"""Caps on what comes in: per request, per session, per process, before it takes any memory.

Streamlit keeps uploads in memory and knows a cap per file only. What counts here is what it holds now and what is on its way.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple, Protocol

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from parley.bundle import LARGEST_MB
from parley.web.gate import refuse

MB = 1024 * 1024
UPLOAD = re.compile(r"/_stcore/upload_file/(?P<session>[^/]+)/[^/]+$")


class Caps(NamedTuple):
    """In bytes."""

    request: int = (LARGEST_MB + 1) * MB
    """One upload with its framing. The largest file is a session; what else takes files says what it takes."""
    session: int = (LARGEST_MB + 60) * MB
    """A session that comes in, and the attachments of the page."""
    process: int = 512 * MB
    other: int = 1 * MB
    """The body of a request that is no upload."""


class Uploads(Protocol):
    """What the server that keeps the files knows; called on the event loop, so it must be quick."""

    def knows(self, session: str) -> bool:
        """Whether there is such a session now."""
        ...

    def held(self) -> Mapping[str, int]:
        """Bytes held now, by session."""
        ...


class Refusal(NamedTuple):
    status: int
    sentence: str


class TooMuch(Exception):
    """A body went on past its cap."""


class UploadCaps:
    """Refuses a body that is too large, or that would be too much together with what is held: 413, 429 and a sentence."""

    def __init__(self, app: ASGIApp, *, uploads: Uploads, caps: Caps) -> None:
        self.app = app
        self._uploads = uploads
        self._caps = caps
        self._coming: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        upload = UPLOAD.search(scope["path"]) if scope["type"] == "http" else None
        if scope["type"] != "http":
            await self.app(scope, receive, send)
        elif upload and scope["method"] in {"PUT", "POST"}:
            await self._upload(upload["session"], scope, receive, send)
        else:
            await self._other(scope, receive, send)

    async def _upload(self, session: str, scope: Scope, receive: Receive, send: Send) -> None:
        size = _announced(scope)
        refusal = self._refusal(session, size)
        if refusal or size is None:
            await _drain(receive, self._caps.session)
            await refuse(scope, receive, send, *(refusal or Refusal(411, "An upload must say how large it is.")))
            return
        self._coming[session] += size
        try:
            await self.app(scope, receive, send)
        finally:
            self._coming[session] -= size
            self._coming += Counter()

    def _refusal(self, session: str, size: int | None) -> Refusal | None:
        if not self._uploads.knows(session):
            return Refusal(403, "This upload belongs to no open page. Reload the page and try again.")
        if size is None:
            return None
        if size > self._caps.request:
            return Refusal(413, f"This file is too large: one file may have {(self._caps.request // MB) - 1} MB.")
        held = self._uploads.held()
        if held.get(session, 0) + self._coming[session] + size > self._caps.session:
            return Refusal(
                429,
                f"This page already holds files near its limit of {self._caps.session // MB} MB. "
                "Remove an attachment, then add this one.",
            )
        if sum(held.values()) + self._coming.total() + size > self._caps.process:
            return Refusal(429, "The server holds as many files as it can. Try again in a few minutes.")
        return None

    async def _other(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False
        seen = 0

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > self._caps.other:
                raise TooMuch
            return message

        async def noted(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            if (_announced(scope) or 0) > self._caps.other:
                raise TooMuch
            await self.app(scope, counted, noted)
        except TooMuch:
            if started:
                raise
            await refuse(scope, receive, send, 413, f"A request here may have {self._caps.other // MB} MB.")


def _announced(scope: Scope) -> int | None:
    length = Headers(scope=scope).get("content-length", "")
    return int(length) if length.isascii() and length.isdecimal() else None


async def _drain(receive: Receive, most: int) -> None:
    """Read a refused body and drop it: a browser that is cut off while sending never sees the answer."""
    seen = 0
    while seen <= most:
        message = await receive()
        seen += len(message.get("body", b""))
        if message["type"] != "http.request" or not message.get("more_body", False):
            return
