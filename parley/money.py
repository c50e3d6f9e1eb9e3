"""What a run cost, as three figures that never pass for one another: estimated, reported, audited. Unknown is None, never 0."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Literal, get_args

from pydantic import BeforeValidator

from parley.value import Value

MoneySource = Literal["audited", "reported", "estimate"]
_TRUSTED_FIRST: tuple[MoneySource, ...] = get_args(MoneySource)
_DIGITS_BELOW_A_DOLLAR = 4
_NATIVE = ("prompt", "completion", "reasoning", "cached")
_TOLERATED = Decimal("0.05")
_LARGEST, _SMALLEST_EXPONENT = Decimal(10) ** 9, -40
"""Dollars beyond which, and powers of ten below which, nothing costs what somebody says: sums are multiplied, and shown."""
MOST_TOKENS = 10**12
"""More than any answer has. The ledger adds tokens up in 64 bits, which hold nine million times as many."""


def amount(raw: Any) -> Decimal | None:
    """A sum or price as it came (text or number); None for what is missing, negative (`"-1"` is unknown), no number, or larger or
    smaller than anything costs."""
    if raw is None or isinstance(raw, bool):
        return None
    try:
        number = Decimal(str(raw))
    except (InvalidOperation, ValueError):
        return None
    if not number.is_finite() or not 0 <= number <= _LARGEST:
        return None
    return number if not number or number.adjusted() >= _SMALLEST_EXPONENT else None


def tokens(raw: Any) -> int | None:
    """A count of tokens as it came; None for what is missing, negative, a fraction of one, no number, or more than any answer has."""
    if isinstance(raw, bool) or not isinstance(raw, int | float | Decimal):
        return None
    if isinstance(raw, Decimal) and not raw.is_finite():
        return None
    return int(raw) if 0 <= raw <= MOST_TOKENS and raw == int(raw) else None


Cost = Annotated[Decimal | None, BeforeValidator(amount)]
"""US dollars as anybody may have written them, an answer or a file: one that cannot be is unknown, and is never worked with."""
Count = Annotated[int | None, BeforeValidator(tokens)]


def by_trust(sources: Collection[MoneySource]) -> tuple[MoneySource, ...]:
    """Each once, the most trustworthy first. A sum is as certain as the last of them."""
    return tuple(source for source in _TRUSTED_FIRST if source in sources)


class Money(Value):
    """The cost of one run in US dollars, by who says so."""

    estimate: Cost = None
    """List price times counted tokens: a lower bound where a dearer provider answered."""
    reported: Cost = None
    """`usage.cost` of the answer: what OpenRouter took from the credits."""
    audited: Cost = None
    """What GET /generation booked afterwards."""
    upstream: Cost = None
    """With one's own provider key (BYOK): what the provider bills apart from the credits."""

    @property
    def best(self) -> tuple[Decimal, MoneySource] | None:
        """The most trustworthy known figure with its source: audited before reported before estimate."""
        for source in _TRUSTED_FIRST:
            known: Decimal | None = getattr(self, source)
            if known is not None:
                return known, source
        return None

    @property
    def disputed(self) -> bool:
        """Whether what was booked differs by more than 5 % from what the answer said."""
        if self.audited is None or self.reported is None:
            return False
        return abs(self.audited - self.reported) > _TOLERATED * max(self.audited, self.reported)

    def settled(self, booked: Booked) -> Money:
        """With what was booked; what the provider bills on one's own key stays where the answer named it."""
        upstream = booked.upstream if self.upstream is None else self.upstream
        return Money(estimate=self.estimate, reported=self.reported, audited=booked.cost, upstream=upstream)


class Booked(Value):
    """What GET /generation knows of an answer, once it does: also of one that was stopped. Tokens are the model's own."""

    cost: Annotated[Decimal, BeforeValidator(amount)]
    """US dollars."""
    upstream: Cost = None
    """What the provider bills apart from that, on one's own key."""
    provider: str | None = None
    prompt_tokens: Count = None
    completion_tokens: Count = None
    reasoning_tokens: Count = None
    cached_tokens: Count = None


def booked_of(record: Mapping[str, object]) -> Booked | None:
    """The answer of GET /generation as a value; None where it names no cost.

    `upstream_inference_cost` counts on one's own key alone, and only above 0: recorded answers had 0 where something was billed.
    """
    cost = amount(record.get("total_cost"))
    if cost is None and (cost := amount(record.get("usage"))) is None:
        return None
    bill = amount(record.get("upstream_inference_cost")) if record.get("is_byok") is True else None
    provider = record.get("provider_name")
    return Booked(
        cost=cost,
        upstream=bill or None,
        provider=provider if isinstance(provider, str) and provider else None,
        **{f"{kind}_tokens": tokens(record.get(f"native_tokens_{kind}")) for kind in _NATIVE},
    )


def money_of(usage: object | None) -> Money:
    """What an answer's `usage` says of its cost.

    With one's own provider key `cost` is only OpenRouter's fee, and the provider's bill stands in
    `cost_details.upstream_inference_cost`; without it that figure is already part of `cost` and is left out.
    """
    own_key = part(usage, "is_byok") is True
    bill = part(usage, "cost_details", "upstream_inference_cost") if own_key else None
    return Money(reported=amount(part(usage, "cost")), upstream=amount(bill))


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
