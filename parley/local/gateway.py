"""OpenRouter's API at /api/v1, for the models of this machine."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from parley.local import lookups
from parley.local.answering import HEARTBEAT, Answer, refused
from parley.local.checks import parsed
from parley.local.frames import envelope
from parley.local.generations import Generations
from parley.local.guard import Guard
from parley.local.parts import LocalModel, Refusal
from parley.local.routing import route

LARGEST = 64 * 1024 * 1024


def gateway(
    models: Iterable[LocalModel], key: str | None = None, booking_delay: float = 0.0, heartbeat: float = HEARTBEAT
) -> Starlette:
    """The application; the first of `models` answers requests that name none. With a `key`, chat needs it.

    GET /generation knows an answer `booking_delay` seconds after its end; a silent answer is kept warm every `heartbeat` seconds.
    `app.state.generations` holds what was answered, and counts the POSTs.
    """
    app = Starlette(
        routes=[
            Route("/api/v1/chat/completions", chat, methods=["POST"]),
            Route("/api/v1/models", lookups.listed),
            Route("/api/v1/models/count", lookups.counted),
            Route("/api/v1/models/user", lookups.listed),
            Route("/api/v1/models/{author}/{slug}/endpoints", lookups.endpoints),
            Route("/api/v1/providers", lookups.providers),
            Route("/api/v1/key", lookups.key_in_use),
            Route("/api/v1/credits", lookups.credits_left),
            Route("/api/v1/generation", lookups.generation),
            Route("/api/v1/posts", lookups.posts),
        ],
        middleware=[Middleware(Guard, key=key)],
        exception_handlers={Refusal: on_refusal, HTTPException: on_http_exception, Exception: on_surprise},
    )
    app.router.redirect_slashes = False
    app.state.models = {model.card.id: model for model in models}
    app.state.generations = Generations(booking_delay)
    app.state.heartbeat = heartbeat
    return app


async def chat(request: Request) -> ASGIApp:
    """POST /chat/completions."""
    remembered: Generations = request.app.state.generations
    remembered.posts += 1
    body = parsed(await body_of(request))
    models: Mapping[str, LocalModel] = request.app.state.models
    routing = route(body, models, default=next(iter(models)))
    told = request.headers.get("x-openrouter-metadata") == "enabled"
    return Answer(body, remembered.begin(routing, body), told, request.app.state.heartbeat)


async def body_of(request: Request) -> bytes:
    """The body; one that is too large is read to its end all the same, so that its sender hears the refusal."""
    received, size = bytearray(), 0
    async for piece in request.stream():
        size += len(piece)
        if size <= LARGEST:
            received += piece
    if size > LARGEST:
        raise Refusal(413, "The request body is larger than 64 MB.", metadata={"error_type": "payload_too_large"})
    return bytes(received)


async def on_refusal(request: Request, error: Exception) -> Response:
    if not isinstance(error, Refusal):
        raise error
    return refused(error)


async def on_http_exception(request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, HTTPException):
        raise error
    return JSONResponse(envelope(error.status_code, error.detail), error.status_code, headers=error.headers)


async def on_surprise(request: Request, error: Exception) -> JSONResponse:
    return JSONResponse(envelope(500, "Internal Server Error"), 500)
