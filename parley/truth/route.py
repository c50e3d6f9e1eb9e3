"""The way of a request through OpenRouter, as its `openrouter_metadata` tells it; what it does not tell is not guessed.

Source: the guide on router metadata.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from pydantic import Field

from parley.reply import Reply
from parley.value import Value

METADATA = "openrouter_metadata"


class Attempt(Value):
    """One endpoint that was asked."""

    provider: str = ""
    model: str = ""
    status: int | None = None
    """HTTP status that it answered with."""

    @property
    def answered(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


class Step(Value):
    """Something that OpenRouter did to the request or the answer on its way, such as a plugin or a guardrail."""

    name: str
    kind: str = ""
    summary: str = ""
    cost: Decimal | None = None
    """US dollars; None where nothing is said of it."""
    more: dict[str, Any] = Field(default_factory=dict)
    """What else is told of it."""


class Route(Value):
    """Everything that is told of the way, with empty values for what is not."""

    requested: str = ""
    """The model that was asked for."""
    strategy: str = ""
    """Why these endpoints: direct, auto, free, latest, alias, fallback, ..."""
    region: str = ""
    summary: str = ""
    byok: bool | None = None
    """Whether the provider bills a key of one's own."""
    attempts: tuple[Attempt, ...] = ()
    """In the order in which they were made."""
    steps: tuple[Step, ...] = ()
    available: tuple[str, ...] = ()
    """Providers of the endpoints that could have answered."""
    total: int | None = None
    """How many endpoints there were."""


def route(metadata: Mapping[str, Any]) -> Route:
    """Read the metadata; whatever has not the shape that is documented is left out."""
    endpoints = metadata.get("endpoints")
    known = endpoints if isinstance(endpoints, Mapping) else {}
    offers = [one for one in listed(known.get("available")) if isinstance(one, Mapping)]
    return Route(
        requested=word(metadata.get("requested")),
        strategy=word(metadata.get("strategy")),
        region=word(metadata.get("region")),
        summary=word(metadata.get("summary")),
        byok=metadata["is_byok"] if isinstance(metadata.get("is_byok"), bool) else None,
        attempts=tuple(attempt(one) for one in listed(metadata.get("attempts")) if isinstance(one, Mapping)),
        steps=tuple(step(one) for one in listed(metadata.get("pipeline")) if isinstance(one, Mapping)),
        available=tuple(dict.fromkeys(word(one.get("provider")) for one in offers if word(one.get("provider")))),
        total=whole(known.get("total")),
    )


def attempt(told: Mapping[str, Any]) -> Attempt:
    return Attempt(provider=word(told.get("provider")), model=word(told.get("model")), status=whole(told.get("status")))


def step(told: Mapping[str, Any]) -> Step:
    name, kind = word(told.get("name")), word(told.get("type"))
    more = {key: value for key, value in told.items() if key not in _STEP and value not in (None, {}, [])}
    return Step(
        name=name or kind or "step",
        kind=kind if name else "",
        summary=word(told.get("summary")),
        cost=dollars(told.get("cost_usd")),
        more=more,
    )


def metadata_of(reply: Reply, raws: Iterable[str] = ()) -> dict[str, Any] | None:
    """The metadata that came with an answer, or beside the error that refused it, which is only among the raw events."""
    if reply.metadata is not None:
        return reply.metadata
    for raw in raws:
        if METADATA in raw:
            try:
                told = json.loads(raw)
            except (ValueError, RecursionError):
                continue
            if isinstance(told, dict) and isinstance(told.get(METADATA), dict):
                return dict(told[METADATA])
    return None


_STEP = frozenset({"name", "type", "summary", "cost_usd"})


def listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def word(value: object) -> str:
    return value if isinstance(value, str) else ""


def whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def dollars(value: object) -> Decimal | None:
    """An amount, as the shortest number that means it."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return None
    return amount if amount.is_finite() else None
