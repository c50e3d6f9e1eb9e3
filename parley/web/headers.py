"""The headers that every answer wears, so that hostile text on a page stays text.

The policy is strict enough to hold on its own, should a painter ever let an image or a script through: nothing is fetched from
another host. Streamlit's page has one inline script, allowed by its hash; a test computes it from the installed version.
"""

from __future__ import annotations

import re

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

STREAMLIT_SCRIPT = "sha256-THxz9J9+wf7rhwR2YkXJoSZ13UCmYyC+3lNDv2+8ugA="
PAGE_POLICY = "; ".join(
    [
        "default-src 'none'",
        f"script-src 'self' '{STREAMLIT_SCRIPT}'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "media-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self' blob:",  # the microphone's own recording is read back from there; a blob is of this page alone
        "worker-src 'self' blob:",
        "manifest-src 'self'",
        "frame-src 'none'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    ]
)
MEDIA_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'"
EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-DNS-Prefetch-Control": "off",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "camera=(), geolocation=(), payment=(), usb=(), microphone=(self), clipboard-write=(self)",
}
SHOWN_IN_PLACE = frozenset(
    {"image/png", "image/jpeg", "image/webp", "image/gif", "audio/wav", "audio/x-wav", "audio/mpeg", "audio/mp4"}
    | {"audio/ogg", "audio/webm", "audio/flac", "video/mp4", "video/webm", "video/ogg", "video/quicktime"}
)
"""Media types that a tab may show when somebody opens their address; everything else under /media is a download."""

_MEDIA = re.compile(r"(^|/)media/")


class SecurityHeaders:
    """Adds what is missing to every HTTP answer; a policy of the answer's own stands."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                _dress(MutableHeaders(scope=message), is_media=bool(_MEDIA.search(scope["path"])))
            await send(message)

        await self.app(scope, receive, dressed)


def _dress(headers: MutableHeaders, *, is_media: bool) -> None:
    for name, value in EVERYWHERE.items():
        headers.setdefault(name, value)
    if not is_media:
        headers.setdefault("Content-Security-Policy", PAGE_POLICY)
        return
    headers["Content-Security-Policy"] = MEDIA_POLICY
    headers["Cache-Control"] = "private, no-store"
    if headers.get("content-type", "").partition(";")[0].strip().lower() not in SHOWN_IN_PLACE:
        headers.setdefault("Content-Disposition", "attachment")
