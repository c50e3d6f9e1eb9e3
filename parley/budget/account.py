"""What a server says of the key it is asked with: its limit, what it used, what is left of the account's credits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from parley.money import amount, dollars
from parley.value import Value
from parley.wire.redaction import without_keys


class Account(Value):
    """Sums in US dollars; None is unknown. Source: GET /key and GET /credits."""

    label: str = ""
    """What the server calls the key, such as its beginning and end; never the key, though some repeat it."""
    limit: Decimal | None = None
    """The most that the key may spend; None where it has no limit."""
    left: Decimal | None = None
    """What is left of that limit."""
    reset: str = ""
    """When the limit starts anew: `daily`, `weekly`, `monthly`; empty for never."""
    used: Decimal | None = None
    used_today: Decimal | None = None
    """Since midnight UTC."""
    own_keys: Decimal | None = None
    """What went over one's own provider keys (BYOK), billed by the providers."""
    free_tier: bool = False
    credits: Decimal | None = None
    """What is left of the credits that were bought; only a management key may ask."""

    @classmethod
    def of(cls, key: Mapping[str, Any], credits: Mapping[str, Any] | None = None) -> Account:
        """From what the server told; an answer that tells nothing of keys is an account of which nothing is known."""
        bought, gone = (amount((credits or {}).get(name)) for name in ("total_credits", "total_usage"))
        return cls(
            label=without_keys(str(key.get("label") or "")),
            limit=amount(key.get("limit")),
            left=_left(key),
            reset=without_keys(str(key.get("limit_reset") or "")),
            used=amount(key.get("usage")),
            used_today=amount(key.get("usage_daily")),
            own_keys=amount(key.get("byok_usage")) or None,
            free_tier=key.get("is_free_tier") is True,
            credits=None if bought is None or gone is None else max(bought - gone, Decimal(0)),
        )

    @property
    def facts(self) -> tuple[str, ...]:
        """What is known, in words, what is left first."""
        return tuple(self._facts())

    @property
    def left_words(self) -> str:
        """What is left, of the limit and of the credits, in words; empty where nothing is known of either."""
        return ", ".join(self._rest())

    def _rest(self) -> Iterator[str]:
        if self.limit is not None:
            anew = f", anew {self.reset}" if self.reset else ""
            yield f"{dollars(self.left)} of the key's {dollars(self.limit)} left{anew}"
        elif self.left is not None:
            yield f"{dollars(self.left)} of the key's limit left"
        if self.credits is not None:
            yield f"{dollars(self.credits)} of the account's credits left"

    def _facts(self) -> Iterator[str]:
        yield from self._rest()
        if self.limit is None and self.left is None and self.label:
            yield "the key has no limit"
        if self.used is not None:
            today = f" ({dollars(self.used_today)} today, UTC)" if self.used_today is not None else ""
            yield f"used {dollars(self.used)}{today}"
        if self.own_keys is not None:
            yield f"{dollars(self.own_keys)} over your own provider keys"
        if self.free_tier:
            yield "free tier"


def _left(key: Mapping[str, Any]) -> Decimal | None:
    """A limit that was overdrawn has nothing left."""
    told = key.get("limit_remaining")
    negative = isinstance(told, int | float) and not isinstance(told, bool) and told < 0
    return Decimal(0) if negative else amount(told)
