"""The ASGI side of the app: who may call, what may come in, what every answer wears, and the owner's cookie.

Everything here is plain ASGI and knows nothing of Streamlit: what it must know of the server is handed in. `build()` puts
it together; the order of its middleware is the order in which a request meets it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from starlette.middleware import Middleware
from starlette.routing import BaseRoute

from parley.settings import Settings
from parley.web.downloads import Download, Downloads, downloads_route
from parley.web.events import Events
from parley.web.following import Runs, Watched
from parley.web.gate import Gate
from parley.web.headers import SecurityHeaders
from parley.web.health import healthz
from parley.web.keyring import Keyring
from parley.web.logs import LogGuard, redact
from parley.web.owner import OWNER_COOKIE, OwnerCookie, owner_of
from parley.web.page import PageStyle
from parley.web.shares import Shared, Tickets, share_routes
from parley.web.uploads import Caps, UploadCaps, Uploads

__all__ = [
    "OWNER_COOKIE",
    "Caps",
    "Download",
    "Downloads",
    "Events",
    "Frame",
    "Keyring",
    "LogGuard",
    "Runs",
    "Shared",
    "Tickets",
    "Uploads",
    "Watched",
    "build",
    "owner_of",
    "redact",
]


class Frame(NamedTuple):
    """What `st.App` takes besides its script."""

    routes: list[BaseRoute]
    middleware: list[Middleware]


def build(
    settings: Settings,
    *,
    store_answers: Callable[[], object],
    uploads: Uploads,
    events: Events | None = None,
    downloads: Callable[[], Downloads] | None = None,
    shared: Shared | None = None,
    caps: Caps | None = None,
    title: str = "Parley",
    style: str = "",
) -> Frame:
    """Routes and middleware of a Parley process.

    `store_answers` is called on a worker thread by `/healthz` and raises when the store does not answer; `uploads` says which
    Streamlit sessions there are and how many bytes each of them holds; `events`, where given, tells browsers of
    their runs; `downloads` gives the files on offer; `shared` finds what links lead to; `title` and `style` are written into Streamlit's page.
    """
    closing = (lambda: events.closing) if events else lambda: False
    return Frame(
        routes=[
            healthz(store_answers),
            *([events.route()] if events else []),
            *([downloads_route(downloads, closing)] if downloads else []),
            *(share_routes(shared, proxies=settings.proxies) if shared else []),
        ],
        middleware=[
            Middleware(SecurityHeaders),
            Middleware(Gate, allowed_hosts=settings.allowed_hosts),
            Middleware(UploadCaps, uploads=uploads, caps=caps or Caps()),
            Middleware(OwnerCookie),
            Middleware(PageStyle, title=title, style=style),
        ],
    )
