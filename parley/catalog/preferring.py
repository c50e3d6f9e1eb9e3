"""Provider preferences against the endpoints of a model: which of them may serve, and one endpoint put into a preference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from parley.catalog.models import Endpoint
from parley.request.chat import ChatRequest
from parley.request.kept import Kept

Preference = Literal["only", "order", "ignore"]


def preferences(request: ChatRequest) -> Mapping[str, Any]:
    """The `provider` of a request as JSON; empty where it is none."""
    kept = dict(request.held()).get("provider")
    kept = kept.payload() if isinstance(kept, Kept) else kept
    return kept if isinstance(kept, dict) else {}


def named(request: ChatRequest, preference: Preference) -> tuple[str, ...]:
    """The providers that a preference names, in its order."""
    kept = preferences(request).get(preference)
    return tuple(name for name in kept if isinstance(name, str)) if isinstance(kept, list) else ()


def goes_by(endpoint: Endpoint, names: Sequence[str]) -> bool:
    """Whether one of these names means the endpoint: its tag, or its provider with or without the variant."""
    tag = (endpoint.tag or "").lower()
    own = {tag, tag.partition("/")[0], (endpoint.provider_name or "").lower()} - {""}
    return not own.isdisjoint(name.lower() for name in names)


def eligible(request: ChatRequest, endpoints: Sequence[Endpoint]) -> tuple[Endpoint, ...]:
    """The endpoints that `only`, `ignore`, and an `order` without fallbacks leave."""
    only, ignore = named(request, "only"), named(request, "ignore")
    if preferences(request).get("allow_fallbacks") is False and (order := named(request, "order")):
        endpoints = [one for one in endpoints if goes_by(one, order)]
    left = [one for one in endpoints if not only or goes_by(one, only)]
    return tuple(one for one in left if not goes_by(one, ignore))


def toggled(request: ChatRequest, preference: Preference, tag: str) -> ChatRequest:
    """The request with an endpoint put at the end of a preference, or taken out where it stands there.

    What is used is not ignored, and the other way round. A preference that is left empty is unset, and so is `provider`.
    """
    kept = dict(preferences(request))
    names = named(request, preference)
    adding = tag not in names
    kept[preference] = [*names, tag] if adding else [name for name in names if name != tag]
    for other in _contraries(preference) if adding else ():
        if other in kept:
            kept[other] = [name for name in named(request, other) if name != tag]
    return with_preferences(request, kept)


def requiring(request: ChatRequest) -> dict[str, Any]:
    """The `provider` of a request with `require_parameters` on."""
    return {**preferences(request), "require_parameters": True}


def with_preferences(request: ChatRequest, kept: Mapping[str, Any]) -> ChatRequest:
    """The request with another `provider`; lists that are left empty are unset."""
    body = request.payload()
    body["provider"] = {name: value for name, value in kept.items() if value != [] or name not in _LISTS}
    if not body["provider"]:
        del body["provider"]
    return ChatRequest.parse(body)


_LISTS = ("only", "order", "ignore")


def _contraries(preference: Preference) -> tuple[Preference, ...]:
    return ("only", "order") if preference == "ignore" else ("ignore",)
