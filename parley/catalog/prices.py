"""What a model or one of its endpoints charges, and the price of a usage. Source: `pricing` of GET /models."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated

from pydantic import BeforeValidator

from parley.catalog.tolerant import Count, Price, Share, Words, items_in
from parley.money import part
from parley.value import Received


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
    discount: Share = None
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

    overrides: Annotated[tuple[Override, ...], BeforeValidator(items_in)] = ()

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

    def cost(self, usage: object, at: datetime | None = None, *, unsaid: int = 0) -> Decimal | None:
        """The list price of a usage, in dollars; None where prices or tokens are unknown. With one's own key it is 0.

        `unsaid` are searches that were made though the usage may not name them.
        """
        if part(usage, "is_byok") is True:
            return Decimal(0)
        if part(usage, "prompt_tokens") is None and part(usage, "completion_tokens") is None:
            return None
        prices = self.applied(_count(usage, "prompt_tokens"), at)
        if prices.prompt is None or prices.completion is None:
            return None
        searches = max(_count(usage, "server_tool_use_details", "web_search_requests"), unsaid) * (
            prices.web_search or 0
        )
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
    """Reasoning tokens are already counted inside `completion_tokens`, and so are drawn and spoken ones."""
    each = prices.completion or Decimal(0)
    drawn, spoken = (_count(usage, "completion_tokens_details", kind) for kind in ("image_tokens", "audio_tokens"))
    written = max(_count(usage, "completion_tokens") - drawn - spoken, 0)
    return written * each + drawn * _or(prices.image_output, each) + spoken * _or(prices.audio_output, each)


def _or(price: Decimal | None, otherwise: Decimal) -> Decimal:
    return otherwise if price is None else price


def _count(usage: object, *path: str) -> int:
    count = part(usage, *path)
    return max(count, 0) if isinstance(count, int) and not isinstance(count, bool) else 0
