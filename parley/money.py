"""What a run cost, as three figures that never pass for one another: estimated, reported, audited. Unknown is None, never 0."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Literal

from parley.value import Value

MoneySource = Literal["audited", "reported", "estimate"]
_TRUSTED_FIRST: tuple[MoneySource, ...] = ("audited", "reported", "estimate")
_DIGITS_BELOW_A_DOLLAR = 4


class Money(Value):
    """The cost of one run in US dollars, by who says so."""

    estimate: Decimal | None = None
    """List price times counted tokens: a lower bound where a dearer provider answered."""
    reported: Decimal | None = None
    """`usage.cost` of the answer: what OpenRouter took from the credits."""
    audited: Decimal | None = None
    """What GET /generation booked afterwards."""
    upstream: Decimal | None = None
    """With one's own provider key (BYOK): what the provider bills apart from the credits."""

    @property
    def best(self) -> tuple[Decimal, MoneySource] | None:
        """The most trustworthy known figure with its source: audited before reported before estimate."""
        for source in _TRUSTED_FIRST:
            known: Decimal | None = getattr(self, source)
            if known is not None:
                return known, source
        return None


def money_of(usage: object | None) -> Money:
    """What an answer's `usage` says of its cost.

    With one's own provider key `cost` is only OpenRouter's fee, and the provider's bill stands in
    `cost_details.upstream_inference_cost`; without it that figure is already part of `cost` and is left out.
    """
    own_key = part(usage, "is_byok") is True
    bill = part(usage, "cost_details", "upstream_inference_cost") if own_key else None
    return Money(reported=amount(part(usage, "cost")), upstream=amount(bill))


def amount(raw: object) -> Decimal | None:
    """A sum or price as it came (text or number); None for what is missing, negative (`"-1"` is unknown) or no number."""
    if raw is None or isinstance(raw, bool):
        return None
    try:
        number = Decimal(str(raw))
    except InvalidOperation:
        return None
    return number if number.is_finite() and number >= 0 else None


def dollars(sum_: Decimal | None) -> str:
    """A sum for people: cents from a dollar up, four significant digits below it, `$0` for exactly nothing."""
    if sum_ is None:
        return "unknown"
    sign, size = ("-" if sum_ < 0 else ""), abs(sum_)
    if size == 0:
        return "$0"
    rounded = size if size >= 1 else round(size, _DIGITS_BELOW_A_DOLLAR - 1 - size.adjusted())
    return f"{sign}${rounded:,.2f}" if rounded >= 1 else f"{sign}${_at_least_cents(rounded)}"


def _at_least_cents(size: Decimal) -> str:
    whole, _, fraction = f"{size:f}".partition(".")
    return f"{whole}.{fraction.rstrip('0'):0<2}"


def part(value: object, *path: str) -> object:
    """What stands at a path of keys or attributes, in JSON and in values alike; None where nothing does."""
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else getattr(value, name, None)
    return value
