"""The known models and their endpoints: lookup by any spelling of an id, price of a usage."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from functools import cached_property

from pydantic import Field

from parley.catalog.models import Endpoint, Model
from parley.catalog.prices import Pricing
from parley.catalog.tolerant import read
from parley.money import Money, money_of, part
from parley.value import Value

SEARCHING = "perplexity/sonar"
"""How the ids of models begin that search once for every answer, and do not say so in its usage."""


class Catalog(Value):
    """The known models, and the endpoints of those that were asked for."""

    models: tuple[Model, ...] = ()
    endpoints: dict[str, tuple[Endpoint, ...]] = Field(default_factory=dict)
    """By model id."""

    def __iter__(self) -> Iterator[Model]:  # type: ignore[override]
        return iter(self.models)

    def __len__(self) -> int:
        return len(self.models)

    @classmethod
    def parse(cls, body: object) -> Catalog:
        """The answer of GET /models, or its `data`; items without an id are left out, nothing is raised."""
        return cls(models=tuple(read(Model, part(body, "data") or body)))

    def with_endpoints(self, body: object) -> Catalog:
        """This catalogue with the answer of GET /models/{author}/{slug}/endpoints added."""
        model_id = part(body, "data", "id")
        if not isinstance(model_id, str):
            return self
        return self.offering(model_id, tuple(read(Endpoint, part(body, "data", "endpoints"))))

    def offering(self, model_id: str, endpoints: tuple[Endpoint, ...]) -> Catalog:
        """This catalogue with the endpoints of a model in place of those that were known."""
        return self.model_copy(update={"endpoints": {**self.endpoints, model_id: endpoints}})

    def find(self, slug: str | None) -> Model | None:
        """The model behind any spelling: id, dated slug, either with `:nitro` and the like or `@preset/...`; None if unknown."""
        if not slug:
            return None
        plain = slug.partition("@")[0]
        return self._index.get(plain) or self._index.get(plain.partition(":")[0])

    def price(
        self, slug: str | None, usage: object, *, provider: str | None = None, at: datetime | None = None
    ) -> Decimal | None:
        """What the usage costs by list, in dollars; None where it cannot be known.

        The prices are those of the endpoint that answered (`provider` as the answer names it) where that is known, else the
        model's, which are a lower bound. `at` is the time of the request in UTC, for prices that change over the day.
        """
        model = self.find(slug)
        if model is None or slug is None:
            return None
        if slug.partition("@")[0].endswith(":free"):
            return Decimal(0)
        prices = self.pricing(slug, provider)
        return prices.cost(usage, at, unsaid=int(model.id.startswith(SEARCHING))) if prices else None

    def pricing(self, slug: str | None, provider: str | None = None) -> Pricing | None:
        """The prices of the endpoint that answered, where that is known, else the model's."""
        model = self.find(slug)
        return (self._asked(model, provider) or model.pricing) if model is not None else None

    def money(
        self, slug: str | None, usage: object, *, provider: str | None = None, at: datetime | None = None
    ) -> Money:
        """What the answer reports of its cost; where it has tokens but no cost, an estimate by list price."""
        money = money_of(usage)
        if money.reported is not None:
            return money
        return money.model_copy(update={"estimate": self.price(slug, usage, provider=provider, at=at)})

    def _asked(self, model: Model, provider: str | None) -> Pricing | None:
        offers = [offer for offer in self.endpoints.get(model.id, ()) if provider and offer.provider_name == provider]
        prices = {offer.pricing.model_dump_json(): offer.pricing for offer in offers if offer.pricing}
        return next(iter(prices.values())) if len(prices) == 1 else None

    @cached_property
    def _index(self) -> dict[str, Model]:
        by_slug = {model.canonical_slug: model for model in reversed(self.models) if model.canonical_slug}
        plain = {m.canonical_slug: m for m in reversed(self.models) if m.canonical_slug and ":" not in m.id}
        return {**by_slug, **plain, **{model.id: model for model in reversed(self.models)}}
