"""The caps: how much may be spent in a session, and in a day."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from pydantic import ValidationError

from parley.errors import SettingsError
from parley.money import amount, dollars
from parley.value import Value

CapName = Literal["session", "day"]
CAP_WORDS: dict[CapName, str] = {"session": "this session", "day": "today"}
LARGEST = Decimal(1_000_000)
BILLED_THOUGH_FAILED = ("AnswerTimeout", "AnswerTooLarge", "StreamBroken", "UpstreamTimeout")
"""Kinds of failures after which an answer may be billed of which nothing came; so may any of which something came."""


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


class Paid(Value):
    """What a ledger knows of what runs have cost."""

    cost: Decimal = Decimal(0)
    doubtful: Decimal = Decimal(0)
    """What runs of unknown cost may have cost at worst, as it was told when they were sent."""
    doubted: int = 0
    """How many runs that is for."""
    unpriced: tuple[str, ...] = ()
    """Ids of runs that may have cost something, and nobody told how much: the newest first, no more than can be looked at."""
    more: int = 0
    """How many further ones there are."""


class Spent(Value):
    """What runs have cost so far, by the best figure of each."""

    cost: Decimal = Decimal(0)
    waiting: Decimal = Decimal(0)
    """What the runs that are alive may cost at worst: it is spoken for."""
    doubtful: Decimal = Decimal(0)
    """What ended runs whose cost is not known may have cost at worst: it may be gone."""
    doubted: int = 0
    """How many runs that is for."""
    unknown: int = 0
    """Runs of which not even that is known; they are in no sum."""

    @property
    def gone(self) -> Decimal:
        """Dollars that are not left."""
        return self.cost + self.waiting + self.doubtful

    @property
    def doubts(self) -> str:
        """What is not known of it, in words without a full stop; empty where everything is."""
        aside = f"{dollars(self.doubtful)} is set aside for {_answers(self.doubted)} of unknown cost"
        lost = f"what {_answers(self.unknown)} may cost cannot be told, and is not counted"
        return "; ".join([*([aside] if self.doubtful else []), *([lost] if self.unknown else [])])


def _answers(count: int) -> str:
    return "1 answer" if count == 1 else f"{count:,} answers"


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
