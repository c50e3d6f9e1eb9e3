"""`/healthz`: whether this process can do its work, for probes and load balancers.

Streamlit answers every unknown path with its page and 200, so a probe needs a route of its own.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

import anyio
import anyio.to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

PATIENCE = 3.0
"""Seconds for which the store may take its time."""
MOST_CHECKS = 2
"""Checks that may hang at once, so that a stuck store cannot take every worker thread."""

_log = logging.getLogger("parley.web")


def healthz(store_answers: Callable[[], object], *, patience: float = PATIENCE) -> Route:
    """200 and `{"status": "ok"}` when `store_answers` returns in time, else 503; never says why, the log does."""
    places = anyio.CapacityLimiter(MOST_CHECKS)

    async def endpoint(request: Request) -> JSONResponse:
        healthy = False
        with anyio.move_on_after(patience):
            try:
                await anyio.to_thread.run_sync(store_answers, abandon_on_cancel=True, limiter=places)
                healthy = True
            except Exception:
                _log.warning("The store does not answer", exc_info=True)
        status = {"status": "ok" if healthy else "unavailable", "store": healthy}
        return JSONResponse(status, 200 if healthy else 503, {"Cache-Control": "no-store"})

    return Route("/healthz", endpoint, methods=["GET"], name="healthz")
