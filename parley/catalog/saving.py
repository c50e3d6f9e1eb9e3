"""What a provider's cache of prompts saved: the list price of a usage against that of the same usage without a cache."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from parley.catalog.prices import Pricing
from parley.money import part
from parley.reply import Usage


def cached_of(usage: Usage | None) -> tuple[int, int]:
    """Tokens of the prompt that were read from a cache, and written into one."""
    read, written = (part(usage, "prompt_tokens_details", name) for name in ("cached_tokens", "cache_write_tokens"))
    return (read if isinstance(read, int) else 0), (written if isinstance(written, int) else 0)


def caches(pricing: Pricing | None) -> bool:
    """Whether tokens from a cache have a price of their own."""
    return pricing is not None and pricing.input_cache_read is not None


def saved(pricing: Pricing | None, usage: Usage, at: datetime | None = None) -> Decimal | None:
    """Dollars, by list price; less than 0 where writing cost more than reading saved. None where nobody can tell."""
    read, written = cached_of(usage)
    if pricing is None or not (read or written) or (read and not caches(pricing)):
        return None
    details = usage.prompt_tokens_details
    plain = usage.model_copy(
        update={
            "prompt_tokens_details": details
            and details.model_copy(update={"cached_tokens": None, "cache_write_tokens": None})
        }
    )
    without, within = pricing.cost(plain, at), pricing.cost(usage, at)
    return None if without is None or within is None else without - within
