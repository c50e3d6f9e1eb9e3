"""Prices, sizes and ages of the catalogue as people read them. What is unknown says so; only what costs nothing is free."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal

from parley.catalog.models import Model
from parley.catalog.prices import Override, Prices, Pricing
from parley.money import dollars

MILLION = 1_000_000
SCRIPTED = "scripted, no model runs"
PRICES: dict[str, str] = {
    "prompt": "Prompt",
    "completion": "Answer",
    "input_cache_read": "Prompt, read from the cache",
    "input_cache_write": "Prompt, written to the cache",
    "input_cache_write_1h": "Prompt, written to the cache for an hour",
    "internal_reasoning": "Reasoning",
    "image": "Image in",
    "image_output": "Image out",
    "audio": "Audio in",
    "audio_output": "Audio out",
    "input_audio_cache": "Audio, read from the cache",
    "request": "Request",
    "web_search": "Web search",
}
_EACH = {"request": "each", "web_search": "each"}
VARIANTS: dict[str, str] = {
    "nitro": "the fastest endpoint first",
    "floor": "the cheapest endpoint first",
    "exacto": "endpoints that call tools best first",
    "free": "free endpoints only",
    "extended": "a longer context",
    "thinking": "with reasoning",
    "online": "with web search",
    "batch": "answers later, at a lower price",
}
"""What a suffix of a slug asks for. Source: guides/routing/model-variants."""


def is_scripted(model: Model) -> bool:
    """Whether it is one of the gateway's models behind which no model runs."""
    return model.id.startswith("scripted/")


def per_million(price: Decimal | None) -> str:
    """`$0.15`, `free`, `unknown`: a price for one token as what a million of them cost."""
    if price is None:
        return "unknown"
    return dollars(price * MILLION) if price else "free"


def price_line(pricing: Pricing | None) -> str:
    """`$0.15 in, $0.60 out`, for a million tokens; `free`, or `price unknown`."""
    if pricing is None or not pricing.known:
        return "price unknown"
    return "free" if pricing.free else f"{per_million(pricing.prompt)} in, {per_million(pricing.completion)} out"


def price_rows(pricing: Pricing | None) -> Iterator[tuple[str, str]]:
    """Every price that is listed: what for, and how much for a million tokens or as said, prices under conditions last."""
    if pricing is None:
        return
    yield from _listed(pricing, pricing)
    if pricing.discount:
        yield "Discount", f"{(pricing.discount * 100).normalize():f} % off"
    for override in pricing.overrides:
        condition = conditions(override)
        for label, words in _listed(override, pricing):
            yield f"{label}, {condition}", words


def _listed(prices: Prices, base: Prices) -> Iterator[tuple[str, str]]:
    for name, label in PRICES.items():
        price: Decimal | None = getattr(prices, name)
        if price is not None:
            yield label, _with_unit(name, price, base)
        elif name in ("prompt", "completion") and not isinstance(prices, Override):
            yield label, "unknown"


def _with_unit(name: str, price: Decimal, base: Prices) -> str:
    """Lists of today price an image in by the token, as its prompt; those of 2025 priced it whole."""
    whole = _EACH.get(name) or ("an image" if name == "image" and price != base.prompt else "")
    if not price:
        return "free"
    return f"{dollars(price)} {whole}" if whole else per_million(price)


def conditions(override: Override) -> str:
    """`over 128,000 prompt tokens, 22:00 to 04:00 UTC, monday`."""
    parts = []
    if override.min_prompt_tokens is not None:
        parts.append(f"over {override.min_prompt_tokens:,} prompt tokens")
    if override.utc_start is not None and override.utc_end is not None:
        parts.append(f"{_clock(override.utc_start)} to {_clock(override.utc_end)} UTC")
    return ", ".join([*parts, *override.utc_days]) or "at times"


def _clock(hhmm: int) -> str:
    return f"{hhmm // 100:02}:{hhmm % 100:02}"


def tokens(count: int | None) -> str:
    """`4.1K`, `128K`, `1M`; `unknown` for None."""
    if count is None:
        return "unknown"
    for size, unit in ((MILLION, "M"), (1_000, "K")):
        if count >= size:
            number = count / size
            return f"{number:.0f}{unit}" if number >= 10 else f"{number:.1f}".removesuffix(".0") + unit
    return str(count)


def ago(seconds: float) -> str:
    """`just now`, `5 min ago`, `3 h ago`, `2 days ago`."""
    minutes = int(max(seconds, 0) // 60)
    if minutes < 1:
        return "just now"
    if minutes < 60:
        return f"{minutes} min ago"
    hours = minutes // 60
    return f"{hours} h ago" if hours < 48 else f"{hours // 24} days ago"


def day(created: int | None) -> str:
    """`2026-08-15`; empty where no day is known."""
    try:
        return f"{datetime.fromtimestamp(created, UTC):%Y-%m-%d}" if created else ""
    except (ValueError, OverflowError, OSError):
        return ""


def variant_words(slug: str) -> str:
    """What the suffix of a slug asks for, and which preset it names; empty where it has none."""
    plain, _, preset = slug.partition("@")
    suffix = plain.partition(":")[2]
    asked = [f":{suffix} asks for {VARIANTS[suffix]}" if suffix in VARIANTS else f":{suffix}" if suffix else ""]
    named = preset.removeprefix("preset/")
    return "; ".join(part for part in (*asked, f"with the preset {named} of your account" if named else "") if part)
