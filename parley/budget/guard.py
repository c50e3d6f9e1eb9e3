"""The guard: whether what is about to be sent may cost more than is left, and what would make it fit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import ROUND_UP, Decimal

from parley.budget.caps import CAP_WORDS, LARGEST, CapName, Caps, Spent
from parley.budget.forecast import LIMITS, Forecast
from parley.money import dollars
from parley.request import ChatRequest
from parley.value import Value

SHORTEST = 16
"""The least `max_completion_tokens` that every provider takes."""
USUAL = 32_768
"""The longest answer that is offered where the model names no limit."""
Worst = Callable[[int | None], Decimal | None]
"""What everything costs at worst, with no answer longer than so many tokens, or as it is."""


class Standing(Value):
    """The caps, and what was spent of each."""

    caps: Caps = Caps()
    session: Spent = Spent()
    day: Spent = Spent()

    def left(self, name: CapName) -> Decimal | None:
        """Dollars; None without a cap."""
        cap: Decimal | None = getattr(self.caps, name)
        spent: Spent = getattr(self, name)
        return None if cap is None else max(cap - spent.gone, Decimal(0))

    @property
    def tightest(self) -> tuple[CapName, Decimal] | None:
        """The cap of which least is left."""
        names: tuple[CapName, ...] = ("session", "day")
        known = [(name, left) for name in names if (left := self.left(name)) is not None]
        return min(known, key=lambda one: one[1]) if known else None


class Held(Value):
    """Why something is not sent, and the ways out."""

    cap: CapName
    left: Decimal
    worst: Decimal | None = None
    """None where nobody can tell."""
    why: str = ""
    """Why nobody can tell."""
    raise_to: Decimal | None = None
    """The cap under which it could be sent; None where no cap may be that high."""
    fits: int | None = None
    """`max_completion_tokens` with which it could be sent; None where none is low enough."""
    doubts: str = ""
    """What is not known of what was spent."""
    waits: bool = False
    """Whether its price is only on its way: it may be known in a moment."""

    @property
    def reason(self) -> str:
        """What is wrong, in a sentence."""
        doubts = f"; {self.doubts}" if self.doubts else ""
        left = f"{dollars(self.left)} is left for {CAP_WORDS[self.cap]}{doubts}"
        if self.worst is None:
            return f"What this may cost at most is not known, because {self.why}, and {left}."
        return f"This may cost up to {dollars(self.worst)} (estimate), and {left}."

    @property
    def sentence(self) -> str:
        """The same, for where nothing else says that it was not sent."""
        return f"Held back: {self.reason[0].lower()}{self.reason[1:]}"


def worst_of(forecasts: Sequence[Forecast]) -> Worst:
    """Of requests that are sent beside one another."""

    def worst(limit: int | None) -> Decimal | None:
        costs = [one.most(limit) for one in forecasts]
        return None if None in costs else sum((cost for cost in costs if cost is not None), Decimal(0))

    return worst


def worst_in_turn(forecasts: Sequence[Forecast]) -> Worst:
    """Of requests that are sent one after another, each with the answers of those before it."""

    def worst(limit: int | None) -> Decimal | None:
        more, whole = 0, Decimal(0)
        for one in forecasts:
            cost, answer = one.most(limit, more), one.answer(limit)
            if cost is None:
                return None
            whole, more = whole + cost, more + (answer or 0)
        return whole

    return worst


def held(forecasts: Sequence[Forecast], standing: Standing, worst: Worst | None = None) -> Held | None:
    """Why these requests are not sent together; None where they may be. Without a cap nothing is held."""
    tightest = standing.tightest
    if tightest is None:
        return None
    cap, left = tightest
    worst = worst or worst_of(forecasts)
    most = worst(None)
    if most is not None and most <= left:
        return None
    spent: Spent = getattr(standing, cap)
    known = Held(cap=cap, left=left, fits=lowered(worst, left, most_tokens(forecasts)), doubts=spent.doubts)
    if most is None:
        waits = any(one.waits for one in forecasts)
        return known.model_copy(update={"why": why_unknown(forecasts), "waits": waits})
    return known.model_copy(update={"worst": most, "raise_to": _raised(standing, cap, most)})


def lowered(worst: Worst, left: Decimal, most: int | None) -> int | None:
    """The largest round `max_completion_tokens` with which it fits; None where even the shortest answer is too dear."""

    def fits(limit: int) -> bool:
        cost = worst(limit)
        return cost is not None and cost <= left

    low, high = SHORTEST, most or USUAL
    if high < low or not fits(low):
        return None
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(middle) else (low, middle - 1)
    return _round(low)


def limited(request: ChatRequest, limit: int) -> ChatRequest:
    """The request with an answer of at most so many tokens; a lower limit that it had stays."""
    body = request.payload()
    limits = [body.pop(name, None) for name in LIMITS]
    known = [one for one in limits if isinstance(one, int) and not isinstance(one, bool) and one > 0]
    return ChatRequest.parse({**body, "max_completion_tokens": min([limit, *known])})


def most_tokens(forecasts: Sequence[Forecast]) -> int | None:
    """The longest answer that any of them allows."""
    return max((one.answer() or 0 for one in forecasts), default=0) or None


def why_unknown(forecasts: Sequence[Forecast]) -> str:
    """Why no bound can be told of the first of which none can."""
    one = next((one for one in forecasts if one.most() is None), None)
    if one is None:
        return "nothing is sent"
    if one.waits:
        return f"{one.waits} is still on its way"
    if one.apart:
        return f"{one.apart} is billed apart"
    model = one.model or "the account's default model"
    if not one.offers:
        return f"nobody lists a price for {model}"
    if any(not offer.pricing.known for offer in one.offers):
        return f"the price of {model} is not fixed"
    return f"nothing limits how long an answer of {model} may be"


def _raised(standing: Standing, cap: CapName, worst: Decimal) -> Decimal | None:
    """Enough for this, in whole cents where it is a cent or more."""
    spent: Spent = getattr(standing, cap)
    sum_ = spent.gone + worst
    if sum_ > LARGEST:
        return None
    step = Decimal("0.01") if sum_ >= Decimal("0.01") else Decimal(1).scaleb(sum_.adjusted() - 1)
    return sum_.quantize(step, rounding=ROUND_UP)


def _round(limit: int) -> int:
    """Two digits that matter, and never more than it was."""
    size: int = 10 ** max(len(str(limit)) - 2, 0)
    return limit // size * size
