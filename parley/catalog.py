"""The models that can be asked, and what they charge: parsed lists, lookup by any spelling of an id, price of a usage.

Sources: GET /models and GET /models/{author}/{slug}/endpoints. Everything is optional, and what cannot be read is None: the
lists grow and change weekly, and an odd item must not cost the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Any, TypeVar

from pydantic import BeforeValidator, Field, ValidationError, ValidatorFunctionWrapHandler, WrapValidator

from parley.money import Money, amount, money_of, part
from parley.value import Received, Value

T = TypeVar("T", bound=Received)


def _none_if_odd(raw: Any, read: ValidatorFunctionWrapHandler) -> Any:
    try:
        return read(raw)
    except (ValidationError, ValueError, RecursionError):
        return None


def _words(raw: Any) -> tuple[str, ...]:
    return tuple(word for word in raw if isinstance(word, str)) if isinstance(raw, list | tuple) else ()


def _items(raw: Any) -> tuple[Mapping[str, Any], ...]:
    return tuple(item for item in raw if isinstance(item, Mapping)) if isinstance(raw, list | tuple) else ()


Text = Annotated[str | None, WrapValidator(_none_if_odd)]
Count = Annotated[int | None, WrapValidator(_none_if_odd)]
Number = Annotated[float | None, WrapValidator(_none_if_odd)]
Flag = Annotated[bool | None, WrapValidator(_none_if_odd)]
Words = Annotated[tuple[str, ...], BeforeValidator(_words)]
Price = Annotated[Decimal | None, BeforeValidator(amount)]


class Prices(Received):
    """US dollars per unit: per token, but for `request` and `web_search`. None is no such charge, or an unknown one (`"-1"`)."""

    prompt: Price = None
    completion: Price = None
    request: Price = None
    image: Price = None
    image_output: Price = None
    audio: Price = None
    audio_output: Price = None
    input_audio_cache: Price = None
    input_cache_read: Price = None
    input_cache_write: Price = None
    input_cache_write_1h: Price = None
    internal_reasoning: Price = None
    web_search: Price = None
    discount: Price = None
    """A share of the whole, 0 to 1."""


class Override(Prices):
    """Other prices under conditions, all of which must hold; then the whole request is charged at them."""

    min_prompt_tokens: Count = None
    """Holds for strictly more prompt tokens than this."""
    utc_start: Count = None
    """HHMM, inclusive."""
    utc_end: Count = None
    """HHMM, exclusive; before `utc_start` the window runs over midnight."""
    utc_days: Words = ()

    def holds(self, prompt_tokens: int, at: datetime | None) -> bool:
        """Whether these prices are charged; without a time nothing that depends on the time of day is."""
        enough = self.min_prompt_tokens is None or prompt_tokens > self.min_prompt_tokens
        return enough and self._in_window(at) and self._on_day(at)

    def _in_window(self, at: datetime | None) -> bool:
        if self.utc_start is None or self.utc_end is None:
            return True
        if at is None:
            return False
        now, start, end = at.hour * 100 + at.minute, self.utc_start, self.utc_end
        return start <= now < end if start <= end else now >= start or now < end

    def _on_day(self, at: datetime | None) -> bool:
        days = {day[:3].lower() for day in self.utc_days}
        return not days or (at is not None and _DAYS[at.weekday()] in days)


_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Pricing(Prices):
    """The prices of a model or of one of its endpoints."""

    overrides: Annotated[tuple[Override, ...], BeforeValidator(_items)] = ()

    @property
    def known(self) -> bool:
        return self.prompt is not None and self.completion is not None

    @property
    def free(self) -> bool:
        return self.known and not (self.prompt or self.completion or self.request)

    def applied(self, prompt_tokens: int, at: datetime | None = None) -> Prices:
        """The prices of a request of this size at this time (UTC): later overrides win, key by key."""
        changed = self
        for override in self.overrides:
            if override.holds(prompt_tokens, at):
                named = {key: getattr(override, key) for key in Prices.model_fields if key in override.model_fields_set}
                changed = changed.model_copy(update=named)
        return changed

    def cost(self, usage: object, at: datetime | None = None) -> Decimal | None:
        """The list price of a usage, in dollars; None where prices or tokens are unknown. With one's own key it is 0."""
        if part(usage, "is_byok") is True:
            return Decimal(0)
        if part(usage, "prompt_tokens") is None and part(usage, "completion_tokens") is None:
            return None
        prices = self.applied(_count(usage, "prompt_tokens"), at)
        if prices.prompt is None or prices.completion is None:
            return None
        searches = _count(usage, "server_tool_use_details", "web_search_requests") * (prices.web_search or 0)
        tokens = _prompt_side(prices, usage) + _completion_side(prices, usage)
        return (tokens + (prices.request or 0) + searches) * (1 - (prices.discount or 0))


def _prompt_side(prices: Prices, usage: object) -> Decimal:
    """Cached, written and heard tokens are counted inside `prompt_tokens`; Gemini counts written ones as cached, too."""
    each = prices.prompt or Decimal(0)
    read, written, heard = (
        _count(usage, "prompt_tokens_details", kind) for kind in ("cached_tokens", "cache_write_tokens", "audio_tokens")
    )
    plain = _count(usage, "prompt_tokens") - read - heard
    plain = plain - written if plain >= written else plain
    return (
        max(plain, 0) * each
        + read * _or(prices.input_cache_read, each)
        + written * _or(prices.input_cache_write, each)
        + heard * _or(prices.audio, each)
    )


def _completion_side(prices: Prices, usage: object) -> Decimal:
    """Reasoning tokens are already counted inside `completion_tokens`."""
    each = prices.completion or Decimal(0)
    drawn = _count(usage, "completion_tokens_details", "image_tokens")
    written = max(_count(usage, "completion_tokens") - drawn, 0)
    return written * each + drawn * _or(prices.image_output, each)


def _or(price: Decimal | None, otherwise: Decimal) -> Decimal:
    return otherwise if price is None else price


def _count(usage: object, *path: str) -> int:
    count = part(usage, *path)
    return max(count, 0) if isinstance(count, int) and not isinstance(count, bool) else 0


class Architecture(Received):
    """What goes in and what comes out."""

    modality: Text = None
    input_modalities: Words = ()
    output_modalities: Words = ()
    tokenizer: Text = None
    instruct_type: Text = None


class TopProvider(Received):
    """Limits of the endpoint that is asked first."""

    context_length: Count = None
    max_completion_tokens: Count = None
    is_moderated: Flag = None


class Reasoning(Received):
    """How the model reasons; absent where it does not."""

    mandatory: Flag = None
    default_enabled: Flag = None
    default_effort: Text = None
    supported_efforts: Annotated[tuple[str, ...] | None, WrapValidator(_none_if_odd)] = None
    """None means all of them."""
    supports_max_tokens: Flag = None


class Percentiles(Received):
    """Of the last 30 minutes."""

    p50: Number = None
    p75: Number = None
    p90: Number = None
    p99: Number = None


class Model(Received):
    """One item of GET /models."""

    id: str
    canonical_slug: Text = None
    """The dated slug that answers name; several ids can share one."""
    name: Text = None
    description: Text = None
    created: Count = None
    """Seconds since 1970."""
    context_length: Count = None
    architecture: Annotated[Architecture | None, WrapValidator(_none_if_odd)] = None
    pricing: Annotated[Pricing | None, WrapValidator(_none_if_odd)] = None
    top_provider: Annotated[TopProvider | None, WrapValidator(_none_if_odd)] = None
    supported_parameters: Words = ()
    """The union over the endpoints."""
    default_parameters: Annotated[dict[str, Any] | None, WrapValidator(_none_if_odd)] = None
    reasoning: Annotated[Reasoning | None, WrapValidator(_none_if_odd)] = None
    expiration_date: Text = None
    """YYYY-MM-DD on which it retires."""
    alias_target: Annotated[dict[str, Any] | None, WrapValidator(_none_if_odd)] = None

    @property
    def label(self) -> str:
        return self.name or self.id

    @property
    def free(self) -> bool:
        return self.pricing is not None and self.pricing.free


class Endpoint(Received):
    """One provider's offer of a model; the same provider may have several."""

    provider_name: Text = None
    """As answers name it, for instance `Amazon Bedrock`."""
    tag: Text = None
    """What `provider.order`, `only` and `ignore` want."""
    name: Text = None
    model_id: Text = None
    quantization: Text = None
    context_length: Count = None
    max_completion_tokens: Count = None
    max_prompt_tokens: Count = None
    pricing: Annotated[Pricing | None, WrapValidator(_none_if_odd)] = None
    supported_parameters: Words = ()
    status: Count = None
    """0 is normal; the meaning of the negative ones is not documented."""
    uptime_last_5m: Number = None
    uptime_last_30m: Number = None
    """Per cent, 0 to 100."""
    uptime_last_1d: Number = None
    latency_last_30m: Annotated[Percentiles | None, WrapValidator(_none_if_odd)] = None
    """Milliseconds."""
    throughput_last_30m: Annotated[Percentiles | None, WrapValidator(_none_if_odd)] = None
    """Tokens per second."""
    supports_implicit_caching: Flag = None


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
        return cls(models=tuple(_read(Model, part(body, "data") or body)))

    def with_endpoints(self, body: object) -> Catalog:
        """This catalogue with the answer of GET /models/{author}/{slug}/endpoints added."""
        model_id = part(body, "data", "id")
        if not isinstance(model_id, str):
            return self
        offers = tuple(_read(Endpoint, part(body, "data", "endpoints")))
        return self.model_copy(update={"endpoints": {**self.endpoints, model_id: offers}})

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
        prices = self._asked(model, provider) or model.pricing
        return prices.cost(usage, at) if prices else None

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


def _read(kind: type[T], items: object) -> Iterable[T]:
    for item in _items(items):
        try:
            yield kind.model_validate(item)
        except (ValidationError, RecursionError):
            continue
