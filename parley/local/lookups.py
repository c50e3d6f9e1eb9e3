"""Everything of the API that is looked up: models, endpoints, providers, the key, credits, past answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse

from parley.local.generations import Generations
from parley.local.guard import is_management_key
from parley.local.listing import listing
from parley.local.parts import LocalModel, Refusal

CREDITS = 10.0
USED = ("usage", "usage_daily", "usage_weekly", "usage_monthly")
UNSET = (
    "limit",
    "limit_remaining",
    "limit_reset",
    "expires_at",
    "creator_user_id",
    "workspace_id",
    "organization_id",
    "effective_budget",
)


async def listed(request: Request) -> JSONResponse:
    """GET /models, with its filters."""
    found, total = listing([model.card for model in models(request).values()], request.query_params)
    return JSONResponse({"data": found, "total_count": total, "links": {"next": None}})


async def counted(request: Request) -> JSONResponse:
    """GET /models/count."""
    _, total = listing([model.card for model in models(request).values()], request.query_params)
    return JSONResponse({"data": {"count": total}})


async def endpoints(request: Request) -> JSONResponse:
    """GET /models/{author}/{slug}/endpoints; a dated slug is a name, too."""
    name = f"{request.path_params['author']}/{request.path_params['slug']}"
    for model in models(request).values():
        if name in (model.card.id, model.card.canonical_slug):
            return JSONResponse({"data": model.card.endpoints()})
    raise Refusal(404, f"Model {name} not found", metadata={"error_type": "not_found"})


async def providers(request: Request) -> JSONResponse:
    """GET /providers."""
    named = {offer.slug: offer.provider for model in models(request).values() for offer in model.card.offers}
    unknown = dict.fromkeys(("privacy_policy_url", "terms_of_service_url", "status_page_url", "headquarters"))
    return JSONResponse(
        {"data": [{"name": name, "slug": slug, **unknown, "datacenters": []} for slug, name in named.items()]}
    )


async def key_in_use(request: Request) -> JSONResponse:
    """GET /key: no limits; what is used is the play money that scripted models charge."""
    data: dict[str, Any] = {
        "label": "local",
        **dict.fromkeys(USED, generations(request).spent),
        **{f"byok_{name}": 0 for name in USED},
        **dict.fromkeys(UNSET),
        "include_byok_in_limit": False,
        "is_management_key": manages(request),
        "is_provisioning_key": manages(request),
        "is_free_tier": False,
        "budgets": [],
        "allowed_data_regions": [],
        "free_model_daily_requests": {"limit": 0, "used": 0, "remaining": 0},
        "rate_limit": {"requests": -1, "interval": "10s", "note": "This field is deprecated and safe to ignore."},
    }
    return JSONResponse({"data": data})


async def credits_left(request: Request) -> JSONResponse:
    """GET /credits, for management keys only."""
    if not manages(request):
        raise Refusal(403, "Only management keys can perform this operation")
    return JSONResponse({"data": {"total_credits": CREDITS, "total_usage": generations(request).spent}})


async def generation(request: Request) -> JSONResponse:
    """GET /generation?id=...: 404 until it is booked."""
    id = request.query_params.get("id")
    if not id:
        raise Refusal(400, "id: required", metadata={"error_type": "invalid_request"})
    found = generations(request).find(id)
    if found is None:
        raise Refusal(404, f"Generation {id} not found", metadata={"error_type": "not_found"})
    return JSONResponse({"data": found.item()})


async def posts(request: Request) -> JSONResponse:
    """GET /posts, which upstream does not have: how many POSTs came, and what was answered, oldest first, no words in it.

    `?user=` keeps the answers of one `user`, so that tests that share a server can count their own.
    """
    user = request.query_params.get("user")
    kept = [made.item() for made in generations(request).all() if user in (None, made.user)]
    return JSONResponse({"posts": generations(request).posts, "data": kept})


def models(request: Request) -> Mapping[str, LocalModel]:
    table: Mapping[str, LocalModel] = request.app.state.models
    return table


def generations(request: Request) -> Generations:
    remembered: Generations = request.app.state.generations
    return remembered


def manages(request: Request) -> bool:
    return is_management_key(request.headers.get("authorization", ""))
