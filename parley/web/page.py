"""Streamlit's one page, with our name and style in it from its first byte.

A style that a script brings comes with a piece of the browser's code of its own, up to a second after the first words are drawn;
until then they stand in colours that cannot be read, and everything moves when it arrives.
"""

from __future__ import annotations

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

TITLE = b"<title>Streamlit</title>"
END = b"</body>"
"""The style stands behind what Streamlit's code puts into the head, so of two equal rules ours holds."""

_ASKED_PLAINLY = {b"accept-encoding", b"if-none-match", b"if-modified-since", b"range", b"if-range"}


class PageStyle:
    """Writes the style and the title into every HTML page that brings no policy of its own; one that does is ours already."""

    def __init__(self, app: ASGIApp, *, title: str, style: str) -> None:
        self.app = app
        self._title = f"<title>{title}</title>".encode()
        self._style = f"<style>\n{style}\n</style>\n".encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if (
            scope["type"] != "http"
            or scope["method"] != "GET"
            or "text/html" not in Headers(scope=scope).get("accept", "")
        ):
            await self.app(scope, receive, send)
            return
        plainly = [(name, value) for name, value in scope["headers"] if name not in _ASKED_PLAINLY]
        start: Message | None = None
        page = b""

        async def dressed(message: Message) -> None:
            nonlocal start, page
            if message["type"] == "http.response.start" and _is_streamlits(message):
                start = message
            elif start is None:
                await send(message)
            elif message["type"] == "http.response.body":
                page += message.get("body", b"")
                if not message.get("more_body"):
                    await self._answer(start, page, send)

        await self.app({**scope, "headers": plainly}, receive, dressed)

    async def _answer(self, start: Message, page: bytes, send: Send) -> None:
        before, end, after = page.replace(TITLE, self._title, 1).rpartition(END)
        body = before + self._style + end + after if end else page
        headers = MutableHeaders(scope=start)
        headers["Content-Length"] = str(len(body))
        for name in ("ETag", "Last-Modified", "Accept-Ranges"):
            del headers[name]
        await send(start)
        await send({"type": "http.response.body", "body": body})


def _is_streamlits(start: Message) -> bool:
    headers = Headers(raw=start["headers"])
    return (
        start["status"] == 200
        and headers.get("content-type", "").startswith("text/html")
        and "content-security-policy" not in headers
        and "content-encoding" not in headers
    )
