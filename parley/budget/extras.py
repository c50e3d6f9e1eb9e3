"""What a request may be billed for beside its tokens, by prices that no list of models has."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from parley.catalog.models import Model
from parley.money import part

_OWN_TOOLS = frozenset({"function", "openrouter:datetime"})
"""Tools that cost nothing but their tokens."""
_PLAIN_PLUGINS = frozenset({"response-healing", "context-compression", "moderation", "auto-router", "auto-beta-router"})
"""Plugins that cost nothing, or choose the model, whose price is another question."""
_LISTED_TIERS = frozenset({"auto", "default", "standard", "flex"})
"""Service tiers at the listed price, or below it."""
_SEARCHES = re.compile(r"^perplexity/|[-/](re)?search\b")
"""Ids of models that search unasked. A listed fee for searching says nothing: most models have one, for when they are asked to."""


def billed_apart(body: Mapping[str, Any], asked: Sequence[str], found: Sequence[Model | None] = ()) -> str:
    """What of the request has a price that nobody can foretell, in words; empty where nothing has. The models that are `asked` are
    those that were `found`."""
    return next(_billed_apart(body, asked, [model for model in found if model is not None]), "")


def copies(body: Mapping[str, Any]) -> int:
    """How many answers are asked for: `n` is no field of OpenRouter's, and servers like it bill each."""
    wanted = body.get("n")
    return wanted if isinstance(wanted, int) and not isinstance(wanted, bool) and wanted > 1 else 1


def _billed_apart(body: Mapping[str, Any], asked: Sequence[str], found: Sequence[Model]) -> Iterator[str]:
    if body.get("preset") or any("@preset/" in slug for slug in asked):
        yield "what the preset adds"
    for tool in _items(body.get("tools")):
        if (kind := part(tool, "type")) not in _OWN_TOOLS:
            yield f"the server's tool {kind}"
    for plugin in _items(body.get("plugins")):
        if (name := part(plugin, "id")) not in _PLAIN_PLUGINS and part(plugin, "enabled") is not False:
            yield f"the plugin {name}"
    if "web_search_options" in body or any(slug.partition("@")[0].endswith(":online") for slug in asked):
        yield "web search"
    if any(slug.startswith("perplexity/") for slug in asked) or any(map(_searches, found)):
        yield "the searches that this model makes"
    if (tier := body.get("service_tier")) is not None and tier not in _LISTED_TIERS:
        yield f"the service tier {tier}"


def _searches(model: Model) -> bool:
    """Whether it searches of its own accord, and is billed for that."""
    return bool(model.pricing and model.pricing.web_search and _SEARCHES.search(model.id))


def _items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
