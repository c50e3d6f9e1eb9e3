"""Which models and endpoints may answer a request, in which order, and what is told of it.

Sources: OpenRouter's guides on provider routing, model fallbacks and router metadata.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from parley.catalog import Pricing
from parley.local.checks import SAMPLING, check
from parley.local.offer import Offer
from parley.local.parts import LocalModel, Refusal

OURS = frozenset(
    [
        "models",
        "provider",
        "plugins",
        "route",
        "session_id",
        "user",
        "metadata",
        "trace",
        "debug",
        "stream_options",
        "stop_server_tools_when",
    ]
)
"""What OpenRouter reads itself and hands to nobody."""
VARIANTS = {"nitro": "throughput", "floor": "price"}
SIDES = ("prompt", "completion")


@dataclass(frozen=True)
class Candidate:
    """A model, and the endpoint of it that is asked."""

    model: LocalModel
    offer: Offer

    def upstream(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """The request as this endpoint gets it: without what is OpenRouter's, and without parameters it does not know."""
        dropped = OURS | (SAMPLING - {*self.model.card.supported_by(self.offer)})
        kept = {name: value for name, value in body.items() if name not in dropped}
        return kept | {"model": self.model.card.canonical_slug}


@dataclass
class Routing:
    """Who may answer, in order, and the attempts so far: each with the HTTP status that it ended with."""

    requested: str
    strategy: str
    candidates: tuple[Candidate, ...]
    attempts: list[tuple[Candidate, int]] = field(default_factory=list)
    steps: list[Mapping[str, Any]] = field(default_factory=list)
    """What was done to the answer on its way."""

    def metadata(self) -> dict[str, Any]:
        """The `openrouter_metadata` of the answer."""
        answered = self.attempts[-1][0] if self.attempts else self.candidates[0]
        named = [(candidate.model.card.canonical_slug, candidate, status) for candidate, status in self.attempts]
        return {
            "requested": self.requested,
            "strategy": "fallback" if len(self.attempts) > 1 else self.strategy,
            "region": None,
            "summary": f"{answered.offer.provider}: {answered.model.card.description}",
            "attempt": max(1, len(self.attempts)),
            "attempts": [{"provider": c.offer.provider, "model": name, "status": status} for name, c, status in named],
            "is_byok": answered.offer.byok,
            "endpoints": endpoints(answered),
            **({"pipeline": list(self.steps)} if self.steps else {}),
        }


def endpoints(answered: Candidate) -> dict[str, Any]:
    card = answered.model.card
    available = [
        {"provider": offer.provider, "model": card.canonical_slug, "selected": offer == answered.offer}
        for offer in card.offers
    ]
    return {"total": len(available), "available": available}


def route(body: Mapping[str, Any], models: Mapping[str, LocalModel], default: str) -> Routing:
    """The candidates: the best endpoint of each model that exists and can serve. Raises Refusal when there is none."""
    names = [name for name in (body.get("model"), *(body.get("models") or [])) if name] or [default]
    refusals: list[Refusal] = []
    candidates: list[Candidate] = []
    for name in names:
        try:
            candidates.append(candidate(name, body, models))
        except Refusal as refusal:
            refusals.append(refusal)
    if not candidates:
        raise refusals[0]
    requested = models.get(names[0])
    strategy = "auto" if requested is not None and requested.card.routes_to else "direct"
    return Routing(names[0], strategy, tuple(candidates))


def candidate(name: str, body: Mapping[str, Any], models: Mapping[str, LocalModel]) -> Candidate:
    """The model of this name with its best endpoint; a router gives way to the model that it routes to."""
    plain, _, variant = name.partition(":")
    model = models.get(name) or models.get(plain)
    if model is not None and model.card.routes_to:
        model = models.get(model.card.routes_to)
    if model is None:
        raise Refusal(400, f"{name} is not a valid model ID")
    check(body, model.card)
    wishes: Mapping[str, Any] = body.get("provider") or {}
    offers = ordered(left(model, body, wishes), wishes, VARIANTS.get(variant))
    return Candidate(model, offers[0])


def left(model: LocalModel, body: Mapping[str, Any], wishes: Mapping[str, Any]) -> list[Offer]:
    """The endpoints that the wishes leave. Raises Refusal, with the wish that left none."""
    offers = list(model.card.offers)
    for narrow in (allowed, quantized, affordable):
        offers = narrow(offers, wishes)
    wanted = SAMPLING & {name for name in body if body[name] is not None}
    if wishes.get("require_parameters"):
        able = [offer for offer in offers if wanted <= {*model.card.supported_by(offer)}]
        missing = ", ".join(sorted(wanted - {*model.card.supported_by(offers[0])}))
        offers = able or none_left(
            f"No endpoints found that can handle the requested parameters: {missing}", "require_parameters"
        )
    return offers


def allowed(offers: list[Offer], wishes: Mapping[str, Any]) -> list[Offer]:
    named = wishes.get("only") or (wishes.get("order") if wishes.get("allow_fallbacks") is False else None)
    banned = wishes.get("ignore") or ()
    found = [
        offer
        for offer in offers
        if (not named or any(map(offer.goes_by, named))) and not any(map(offer.goes_by, banned))
    ]
    if not found:
        raise Refusal(
            404,
            "No allowed providers are available for the selected model.",
            metadata={"available_providers": [offer.slug for offer in offers], "requested_providers": named or []},
        )
    return found


def quantized(offers: list[Offer], wishes: Mapping[str, Any]) -> list[Offer]:
    wanted = wishes.get("quantizations")
    found = [offer for offer in offers if not wanted or (offer.quantization or "unknown") in wanted]
    return found or none_left("No endpoints found that match the requested quantizations.", "quantization")


def affordable(offers: list[Offer], wishes: Mapping[str, Any]) -> list[Offer]:
    """Those within `max_price`, which counts in dollars a million tokens."""
    asked: Mapping[str, Any] = wishes.get("max_price") or {}
    limits = {side: Decimal(str(most)) for side, most in asked.items() if side in SIDES and numeric(most)}
    found = [offer for offer in offers if all(million(offer, side) <= most for side, most in limits.items())]
    return found or none_left("No endpoints found within the requested max_price.", "max_price")


def none_left(message: str, wish: str) -> list[Offer]:
    availability = {"code": "constraint_filtered", "retryable": False, "excluded_by": [wish]}
    raise Refusal(404, message, metadata={"error_type": "not_found"}, beside={"availability": availability})


def ordered(offers: Sequence[Offer], wishes: Mapping[str, Any], variant: str | None) -> list[Offer]:
    """The endpoints by `order`, then by `sort`; those that are not well come last."""
    sort = wishes.get("sort")
    by = (sort.get("by") if isinstance(sort, Mapping) else sort) or variant
    places: list[str] = wishes.get("order") or []

    def place(offer: Offer) -> int:
        return next((number for number, name in enumerate(places) if offer.goes_by(name)), len(places))

    return sorted(offers, key=lambda offer: (place(offer), offer.status != 0, SORTS.get(by or "", unsorted)(offer)))


def by_price(offer: Offer) -> float:
    whole = million(offer, "prompt") + million(offer, "completion")
    return float(whole * (1 - Decimal(str(offer.pricing.get("discount", 0)))))


def by_throughput(offer: Offer) -> float:
    return -(offer.throughput[0] if offer.throughput else 0.0)


def by_latency(offer: Offer) -> float:
    return offer.latency[0] if offer.latency else float("inf")


def unsorted(offer: Offer) -> float:
    return 0.0


SORTS: Mapping[str, Callable[[Offer], float]] = {
    "price": by_price,
    "throughput": by_throughput,
    "latency": by_latency,
}


def million(offer: Offer, side: str) -> Decimal:
    """What a million units cost, in dollars."""
    price: Decimal | None = getattr(Pricing.model_validate(offer.pricing), side, None)
    return (price or Decimal(0)) * 1_000_000


def numeric(text: object) -> bool:
    return str(text).replace(".", "", 1).isdecimal()
