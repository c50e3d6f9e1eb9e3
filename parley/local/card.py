"""How a model of this server describes itself in OpenRouter's lists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from parley.local.offer import FREE, Offer

DEFAULTS = ("temperature", "top_p", "top_k", "frequency_penalty", "presence_penalty", "repetition_penalty")


@dataclass(frozen=True)
class Card:
    """What GET /models and GET /models/{author}/{slug}/endpoints say of one model; `provider` is the display name.

    `canonical` is the dated slug by which answers name the model, `routes_to` the model that answers for a router. Without
    `given_offers` there is one, by `provider` at `pricing`.
    """

    id: str
    name: str
    description: str
    provider: str
    context_length: int
    max_completion_tokens: int | None
    created: int
    supported_parameters: tuple[str, ...] = ()
    input_modalities: tuple[str, ...] = ("text",)
    output_modalities: tuple[str, ...] = ("text",)
    tokenizer: str = "Other"
    instruct_type: str | None = None
    quantization: str | None = None
    hugging_face_id: str | None = None
    default_parameters: Mapping[str, float] = field(default_factory=dict)
    reasoning: Mapping[str, Any] | None = None
    pricing: Mapping[str, Any] = field(default_factory=lambda: FREE)
    given_offers: tuple[Offer, ...] = ()
    canonical: str | None = None
    routes_to: str | None = None

    @property
    def provider_slug(self) -> str:
        """The name that `provider.only` and `provider.order` want."""
        return self.id.partition("/")[0]

    @property
    def canonical_slug(self) -> str:
        return self.canonical or self.id

    @cached_property
    def offers(self) -> tuple[Offer, ...]:
        """Who serves the model, the preferred one first."""
        alone = Offer(self.provider, self.provider_slug, self.pricing, quantization=self.quantization)
        return tuple(self._limited(offer) for offer in self.given_offers or (alone,))

    def supported_by(self, offer: Offer) -> tuple[str, ...]:
        return tuple(name for name in self.supported_parameters if name not in offer.without)

    def item(self) -> dict[str, Any]:
        """The model as GET /models lists it."""
        first = self.offers[0]
        listed: dict[str, Any] = {
            "id": self.id,
            "canonical_slug": self.canonical_slug,
            "hugging_face_id": self.hugging_face_id,
            "name": self.name,
            "created": self.created,
            "description": self.description,
            "context_length": self.context_length,
            "architecture": self._architecture(),
            "pricing": {name: price for name, price in first.pricing.items() if name != "discount"},
            "top_provider": {
                "context_length": first.context_length,
                "max_completion_tokens": first.max_completion_tokens,
                "is_moderated": False,
            },
            "per_request_limits": None,
            "supported_parameters": list(self.supported_parameters),
            "default_parameters": {name: self.default_parameters.get(name) for name in DEFAULTS},
            "supported_voices": None,
            "knowledge_cutoff": None,
            "expiration_date": None,
            "links": {"details": f"/api/v1/models/{self.id}/endpoints"},
        }
        return listed | ({"reasoning": dict(self.reasoning)} if self.reasoning is not None else {})

    def endpoints(self) -> dict[str, Any]:
        """The model with the endpoints that serve it; a router has none of its own."""
        offers = () if self.routes_to else self.offers
        return {
            "id": self.id,
            "name": self.name,
            "created": self.created,
            "description": self.description,
            "architecture": self._architecture(),
            "endpoints": [offer.row(self.id, self.name, self.supported_by(offer)) for offer in offers],
        }

    def _limited(self, offer: Offer) -> Offer:
        """The offer with the model's limits where it has none of its own."""
        return replace(
            offer,
            context_length=offer.context_length or self.context_length,
            max_completion_tokens=offer.max_completion_tokens or self.max_completion_tokens,
        )

    def _architecture(self) -> dict[str, Any]:
        return {
            "modality": f"{'+'.join(self.input_modalities)}->{'+'.join(self.output_modalities)}",
            "input_modalities": list(self.input_modalities),
            "output_modalities": list(self.output_modalities),
            "tokenizer": self.tokenizer,
            "instruct_type": self.instruct_type,
        }
