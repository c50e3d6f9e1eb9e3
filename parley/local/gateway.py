"""OpenRouter's API at /api/v1, for the models of this machine."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.types import ASGIApp

from parley.local.answering import Answer, refused
from parley.local.checks import check, chosen, parsed
from parley.local.frames import envelope
from parley.local.generations import Generations
from parley.local.guard import Guard
from parley.local.parts import LocalModel, Refusal

LARGEST = 64 * 1024 * 1024


def gateway(models: Iterable[LocalModel], key: str | None = None) -> Starlette:
    """The application; the first of `models` answers requests that name none. With a `key`, chat needs it.

    `app.state.generations` holds what was answered, and counts the POSTs.
    """
    table = {model.card.id: model for model in models}
    app = Starlette(
        routes=[
            Route("/api/v1/chat/completions", chat, methods=["POST"]),
            Route("/api/v1/models", listed),
            Route("/api/v1/models/{author}/{slug}/endpoints", endpoints),
            Route("/api/v1/providers", providers),
            Route("/api/v1/key", key_in_use),
            Route("/api/v1/credits", credits_left),
            Route("/api/v1/generation", generation),
            Route("/api/v1/posts", posts),
        ],
        middleware=[Middleware(Guard, key=key)],
        exception_handlers={Refusal: on_refusal, HTTPException: on_http_exception, Exception: on_surprise},
    )
    app.state.models = table
    app.state.generations = Generations()
    return app


async def chat(request: Request) -> ASGIApp:
    """POST /chat/completions."""
    remembered: Generations = request.app.state.generations
    remembered.posts += 1
    body = parsed(await body_of(request))
    models: Mapping[str, LocalModel] = request.app.state.models
    model = chosen(body, models, default=next(iter(models)))
    check(body, model.card)
    metadata = routing(model, body) if request.headers.get("x-openrouter-metadata") == "enabled" else None
    return Answer(model, body, remembered.begin(model.card, body), metadata)


async def body_of(request: Request) -> bytes:
    received = bytearray()
    async for piece in request.stream():
        received += piece
        if len(received) > LARGEST:
            raise Refusal(413, "The request body is larger than 64 MB.", metadata={"error_type": "payload_too_large"})
    return bytes(received)


def routing(model: LocalModel, body: Mapping[str, Any]) -> dict[str, Any]:
    """The `openrouter_metadata` of an answer."""
    card = model.card
    return {
        "requested": body.get("model", card.id),
        "strategy": "direct",
        "region": None,
        "summary": f"{card.provider}: {card.description}",
        "attempt": 1,
        "attempts": [{"provider": card.provider, "model": card.id, "status": 200}],
        "is_byok": False,
        "endpoints": {
            "total": 1,
            "available": [{"provider": card.provider, "model": card.id, "selected": True}],
        },
    }


async def listed(request: Request) -> JSONResponse:
    """GET /models."""
    models: Mapping[str, LocalModel] = request.app.state.models
    items = [model.card.item() for model in models.values()]
    return JSONResponse({"data": items, "total_count": len(items), "links": {"next": None}})


async def endpoints(request: Request) -> JSONResponse:
    """GET /models/{author}/{slug}/endpoints."""
    name = f"{request.path_params['author']}/{request.path_params['slug']}"
    models: Mapping[str, LocalModel] = request.app.state.models
    if name not in models:
        raise Refusal(404, f"Model {name} not found")
    return JSONResponse({"data": models[name].card.endpoints()})


async def providers(request: Request) -> JSONResponse:
    """GET /providers."""
    models: Mapping[str, LocalModel] = request.app.state.models
    named = {model.card.provider_slug: model.card.provider for model in models.values()}
    unknown = dict.fromkeys(("privacy_policy_url", "terms_of_service_url", "status_page_url", "headquarters"))
    return JSONResponse(
        {"data": [{"name": name, "slug": slug, **unknown, "datacenters": []} for slug, name in named.items()]}
    )


async def key_in_use(request: Request) -> JSONResponse:
    """GET /key: no limits, and nothing is ever charged."""
    nothing = ("usage", "usage_daily", "usage_weekly", "usage_monthly")
    unset = [
        "limit",
        "limit_remaining",
        "limit_reset",
        "expires_at",
        "creator_user_id",
        "workspace_id",
        "organization_id",
        "effective_budget",
    ]
    flags = ("include_byok_in_limit", "is_management_key", "is_provisioning_key")
    byok = {f"byok_{name}": 0 for name in nothing}
    data: dict[str, Any] = {
        "label": "local",
        **dict.fromkeys(nothing, 0),
        **byok,
        **dict.fromkeys(unset),
        **dict.fromkeys(flags, False),
        "is_free_tier": False,
        "budgets": [],
        "allowed_data_regions": [],
        "free_model_daily_requests": {"limit": 0, "used": 0, "remaining": 0},
        "rate_limit": {"requests": -1, "interval": "10s", "note": "This field is deprecated and safe to ignore."},
    }
    return JSONResponse({"data": data})


async def credits_left(request: Request) -> JSONResponse:
    """GET /credits."""
    return JSONResponse({"data": {"total_credits": 0, "total_usage": 0}})


async def generation(request: Request) -> JSONResponse:
    """GET /generation?id=..."""
    found = request.app.state.generations.find(request.query_params.get("id", ""))
    if found is None:
        raise Refusal(404, f"Generation {request.query_params.get('id', '')} not found")
    return JSONResponse({"data": found.item()})


async def posts(request: Request) -> JSONResponse:
    """GET /posts, which upstream does not have: how many POSTs came, and what was answered, oldest first, no words in it.

    `?user=` keeps the answers of one `user`, so that tests that share a server can count their own.
    """
    remembered: Generations = request.app.state.generations
    user = request.query_params.get("user")
    kept = [made.item() for made in remembered.all() if user in (None, made.user)]
    return JSONResponse({"posts": remembered.posts, "data": kept})


async def on_refusal(request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, Refusal):
        raise error
    return refused(error)


async def on_http_exception(request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, HTTPException):
        raise error
    return JSONResponse(envelope(error.status_code, error.detail), error.status_code)


async def on_surprise(request: Request, error: Exception) -> JSONResponse:
    return JSONResponse(envelope(500, "Internal Server Error"), 500)
