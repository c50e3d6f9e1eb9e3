"""The caps: how much may be spent in a session, and in a day."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from pydantic import ValidationError

from parley.errors import SettingsError
from parley.money import amount
from parley.value import Value

CapName = Literal["session", "day"]
CAP_WORDS: dict[CapName, str] = {"session": "this session", "day": "today"}
LARGEST = Decimal(1_000_000)


class Caps(Value):
    """US dollars; None is no cap, 0 lets through only what is free."""

    session: Decimal | None = None
    """For each session."""
    day: Decimal | None = None
    """For a day, which begins at midnight UTC, as OpenRouter's own days do."""

    @property
    def any(self) -> bool:
        return self.session is not None or self.day is not None

    def raised(self, name: CapName, to: Decimal) -> Caps:
        return self.model_copy(update={name: to})


class Spent(Value):
    """What runs have cost so far, by the best figure of each."""

    cost: Decimal = Decimal(0)
    waiting: Decimal = Decimal(0)
    """What the runs that are alive may cost at worst: it is spoken for."""
    unknown: int = 0
    """Ended runs whose cost is not known; they are not in `cost`."""


def typed_cap(text: str) -> Decimal | None:
    """A cap as it was typed: `2.50`, `$2.50`; empty is none. Raises SettingsError."""
    plain = text.strip().removeprefix("$").strip()
    if not plain:
        return None
    sum_ = amount(plain)
    if sum_ is None or sum_ > LARGEST:
        raise SettingsError(f"A cap is a sum in dollars, such as 2.50, or empty for none; {plain[:20]!r} is none.")
    return sum_


def shown_cap(cap: Decimal | None) -> str:
    """As it is typed."""
    return "" if cap is None else f"{cap.normalize():f}"


def stored_caps(caps: Caps) -> dict[str, str] | None:
    """As the store keeps them; None where there are none."""
    return {name: str(sum_) for name, sum_ in caps if sum_ is not None} or None


def restored_caps(kept: object) -> Caps:
    """What was kept; whatever else was kept is no cap."""
    try:
        return Caps.model_validate(kept) if isinstance(kept, dict) else Caps()
    except ValidationError:
        return Caps()
