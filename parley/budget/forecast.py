"""What a request may cost, before it is sent: from its prompt alone to the dearest answer that it allows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from math import ceil
from typing import Any

from parley.budget.extras import billed_apart, copies
from parley.catalog.catalog import Catalog
from parley.catalog.models import Model
from parley.catalog.preferring import eligible, preferences
from parley.catalog.prices import Prices, Pricing
from parley.money import amount, part
from parley.request import ChatRequest
from parley.tokens import SURE, Count, Family, count_prompt, family_of
from parley.value import Value

MILLION = 1_000_000
LIMITS = ("max_completion_tokens", "max_tokens")
FREE = Pricing(prompt=Decimal(0), completion=Decimal(0))


class Offer(Value):
    """What one endpoint that may answer charges, and how much it takes and gives."""

    pricing: Pricing
    context: int | None = None
    completion: int | None = None
    """The most tokens of an answer, reasoning included."""
    ceiling: tuple[Decimal | None, Decimal | None] = (None, None)
    """The most dollars for a token of the prompt and of the answer, as `provider.max_price` has it."""

    def answer(self, fewest: int, limit: int | None) -> int | None:
        """The most tokens that the answer to a prompt of no fewer than these can have; None where nothing bounds it."""
        room = None if self.context is None else max(self.context - fewest, 0)
        bounds = [bound for bound in (self.completion, room, limit) if bound is not None]
        return min(bounds) if bounds else None


class Forecast(Value):
    """What is known of a request's cost before it is sent. Unknown is None, never 0."""

    model: str = ""
    prompt: Count
    context: int | None = None
    """The tokens that the asked model takes; None where it is not listed."""
    offers: tuple[Offer, ...] = ()
    """Everything that may be charged, the asked model's list price first; none where nobody lists the model."""
    limit: int | None = None
    """`max_completion_tokens` of the request."""
    wants: tuple[str, ...] = ()
    """Prices that this request may be charged at instead of the plain ones."""
    apart: str = ""
    """What is billed apart from tokens, so that no bound can be told; empty where nothing is."""
    waits: str = ""
    """What is on its way without which no bound can be told, in words; empty where nothing is."""
    copies: int = 1
    """Answers to the one prompt."""
    predicted: int = 0
    """Tokens at most of an answer that the request foretells: those that do not come are billed beside those that do."""
    at: datetime | None = None

    @property
    def least(self) -> Decimal | None:
        """Dollars for the prompt alone, as far as it is text, by list price and without a cache: the lower end."""
        if not self.offers:
            return None
        prices = self.offers[0].pricing.applied(self.prompt.tokens, self.at)
        if prices.prompt is None:
            return None
        return (self.prompt.tokens * prices.prompt + (prices.request or 0)) * (1 - (prices.discount or 0))

    @property
    def free(self) -> bool:
        """Whether it costs nothing, however long the answer is."""
        return self.most() == 0

    def answer(self, limit: int | None = None) -> int | None:
        """The most tokens that an answer can have, by whoever gives it."""
        known = [self._answer(offer, limit) for offer in self.offers]
        return None if not known or None in known else max(count for count in known if count is not None)

    def most(self, limit: int | None = None, more: int = 0) -> Decimal | None:
        """Dollars in the worst case: the context at its price, and the longest answer at its price, by whoever is dearest.

        `limit` is a lower `max_completion_tokens` than the request has, `more` tokens that come into the context until it is sent.
        """
        costs = [self._worst(offer, limit, more) for offer in self.offers]
        if self.apart or self.waits or not costs or None in costs:
            return None
        return max(cost for cost in costs if cost is not None)

    def _answer(self, offer: Offer, limit: int | None) -> int | None:
        """The prompt may be as much shorter than it was counted as it may be longer, and leave more room."""
        limits = [one for one in (limit, self.limit) if one is not None]
        return offer.answer(int(self.prompt.tokens / SURE), min(limits) if limits else None)

    def _worst(self, offer: Offer, limit: int | None, more: int) -> Decimal | None:
        sent = offer.context if self.prompt.most is None else self.prompt.most + more
        answer = self._answer(offer, limit)
        if sent is None or answer is None:
            return Decimal(0) if offer.pricing.free else None
        sent = sent if offer.context is None else min(sent, offer.context)
        prices = offer.pricing.applied(sent, self.at)
        each, written = self._dearest(prices, offer)
        if each is None or written is None:
            return None
        whole = sent * each + self.copies * (answer + self.predicted) * written + (prices.request or 0)
        return whole * (1 - (prices.discount or 0))

    def _dearest(self, prices: Prices, offer: Offer) -> tuple[Decimal | None, Decimal | None]:
        """A token of the prompt and one of the answer, at the dearest of the prices that may be charged for it."""
        sent, written = offer.ceiling
        others = {name: getattr(prices, name) for name in self.wants}
        answered = [others[name] for name in self.wants if name in _ANSWERED]
        asked = [others[name] for name in self.wants if name not in _ANSWERED]
        return _bound(prices.prompt, sent, asked), _bound(prices.completion, written, answered)


_ANSWERED = frozenset({"internal_reasoning", "image_output", "audio_output"})


def _bound(price: Decimal | None, ceiling: Decimal | None, others: Iterable[Decimal | None]) -> Decimal | None:
    known = [one for one in (price, ceiling) if one is not None]
    return max([min(known), *(one for one in others if one is not None)]) if known else None


def forecast(
    request: ChatRequest,
    catalog: Catalog,
    *,
    said: Sequence[Mapping[str, Any]] | None = None,
    model: str = "",
    at: datetime | None = None,
    waits: str = "",
) -> Forecast:
    """What is known of the request's cost.

    `said` are its messages where it has none of its own, `model` is asked where it names none, `at` is the time it is sent (UTC),
    `waits` is what is still on its way that would tell its price.
    """
    body = request.payload() if said is None else {**request.payload(), "messages": list(said)}
    asked = asked_models(body, model)
    found = [catalog.find(slug) for slug in asked]
    first = found[0] if found else None
    tokenizer = first.architecture.tokenizer if first and first.architecture else None
    family = family_of(first.id if first else "", tokenizer)
    offers = [offer for slug, one in zip(asked, found, strict=True) for offer in _offers(slug, one, request, catalog)]
    return Forecast(
        model=asked[0] if asked else "",
        prompt=count_prompt(body, family),
        context=first.context_length if first else None,
        offers=tuple(offers) if found and all(found) else (),
        limit=_limit(body),
        wants=tuple(_wants(body)),
        apart=billed_apart(body, asked, found),
        waits=waits,
        copies=copies(body),
        predicted=_predicted(body, family),
        at=at,
    )


def asked_models(body: Mapping[str, Any], model: str = "") -> list[str]:
    """Whichever may answer, the first one first; `model` where the request names none."""
    return [slug for slug in (body.get("model") or model, *_words(body.get("models"))) if isinstance(slug, str)]


def _offers(slug: str, model: Model | None, request: ChatRequest, catalog: Catalog) -> Iterator[Offer]:
    """The model's list price, and the prices of those of its endpoints that may answer."""
    if model is None:
        return
    if slug.partition("@")[0].endswith(":free"):
        yield Offer(pricing=FREE)
        return
    top, ceiling = model.top_provider, _ceiling(request)
    own = top.max_completion_tokens if top else None
    yield Offer(pricing=model.pricing or Pricing(), context=model.context_length, completion=own, ceiling=ceiling)
    for one in eligible(request, catalog.endpoints.get(model.id, ())):
        context, longest = one.context_length or model.context_length, one.max_completion_tokens or own
        yield Offer(pricing=one.pricing or Pricing(), context=context, completion=longest, ceiling=ceiling)


def _ceiling(request: ChatRequest) -> tuple[Decimal | None, Decimal | None]:
    """`provider.max_price` is in dollars for a million tokens; prices of the catalogue are for one."""
    most = part(preferences(request), "max_price")
    prompt, completion = (amount(part(most, side)) for side in ("prompt", "completion"))
    return (
        None if prompt is None else prompt / MILLION,
        None if completion is None else completion / MILLION,
    )


def _limit(body: Mapping[str, Any]) -> int | None:
    """Where both are set nobody says which of them a server obeys."""
    limits = [body.get(name) for name in LIMITS]
    known = [one for one in limits if isinstance(one, int) and not isinstance(one, bool) and one > 0]
    return max(known) if known else None


def _predicted(body: Mapping[str, Any], family: Family) -> int:
    foretold = part(body.get("prediction"), "content")
    if not foretold:
        return 0
    return ceil(SURE * count_prompt({"messages": [{"content": foretold}]}, family).tokens)


def _wants(body: Mapping[str, Any]) -> Iterator[str]:
    """Prices beside the plain ones at which tokens of this request may be charged."""
    yield "internal_reasoning"
    if _names(body, "cache_control") or "prompt_cache_options" in body:
        yield from ("input_cache_write", "input_cache_write_1h")
    if any(kind == "input_audio" for kind in _kinds(body)):
        yield "audio"
    modes = _words(body.get("modalities"))
    yield from (name for name, mode in (("image_output", "image"), ("audio_output", "audio")) if mode in modes)


def _names(value: Any, key: str) -> bool:
    """Whether a key stands anywhere in messages, tools or the body itself."""
    if isinstance(value, Mapping):
        return key in value or any(_names(one, key) for name, one in value.items() if name != "text")
    return isinstance(value, list) and any(_names(one, key) for one in value)


def _kinds(body: Mapping[str, Any]) -> Iterator[Any]:
    for message in body.get("messages") or ():
        content = part(message, "content")
        yield from (part(one, "type") for one in content) if isinstance(content, list) else ()


def _words(value: Any) -> Sequence[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []
