"""The purse: nothing that may have cost something counts as nothing, and nothing counts twice."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from parley.budget import Caps, Paid, Purse, Standing, forecast
from parley.catalog import Catalog
from parley.money import Money
from parley.notebook import Run, Timings
from parley.request import ChatRequest

LISTED = Catalog.parse(
    [{"id": "a/b", "context_length": 9_000, "pricing": {"prompt": "0.000001", "completion": "0.00001"}}]
)
ASKED = ChatRequest.parse({"model": "a/b", "messages": [{"role": "user", "content": "Hello"}]})
WORST = forecast(ASKED, LISTED).most() or Decimal("NaN")
BOTH = Caps(session=Decimal(10), day=Decimal(10))


class Ledger:
    """What is written: of which runs the cost is known, and of which it is not."""

    def __init__(self) -> None:
        self.costs: dict[str, Decimal] = {}
        self.lost: dict[str, Run] = {}
        self.read: list[str] = []
        self.more = 0
        self.aside = Paid()

    def spent(
        self, *, session: str | None = None, since: datetime | None = None, but_for: Collection[str] = ()
    ) -> Paid:
        cost = sum((cost for name, cost in self.costs.items() if name not in but_for), Decimal(0))
        unpriced = tuple(name for name in self.lost if name not in but_for)
        return self.aside.model_copy(update={"cost": cost, "unpriced": unpriced, "more": self.more})

    def unpriced(self, run_ids: Sequence[str]) -> list[Run]:
        self.read += run_ids
        return [self.lost[name] for name in run_ids]


class Handle:
    """A run that this process began."""

    prices = LISTED

    def __init__(self, run: Run, *, kept: bool = False) -> None:
        self.run, self._kept = run, kept

    def kept(self) -> bool:
        return self._kept


class Hand:
    def __init__(self) -> None:
        self.handles: list[Handle] = []

    def at_hand(self) -> list[Handle]:
        return self.handles


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


@pytest.fixture
def hand() -> Hand:
    return Hand()


Standings = Callable[..., Standing]


@pytest.fixture
def standing(ledger: Ledger, hand: Hand) -> Standings:
    purse = Purse(ledger, hand)
    return lambda caps=BOTH, listed=LISTED: purse.standing(caps, "s", lambda connection: listed)


def a_run(name: str = "r", **facts: Any) -> Run:
    return Run(**{"id": name, "session_id": "s", "request": ASKED, "created": datetime.now(UTC), **facts})


def test_without_a_cap_nobody_is_asked(ledger: Ledger, standing: Standings) -> None:
    ledger.lost["r"] = a_run(outcome="stopped")
    assert standing(Caps()) == Standing()
    assert not ledger.read


def test_what_is_alive_is_spoken_for(hand: Hand, standing: Standings) -> None:
    hand.handles = [Handle(a_run("r", outcome="running")), Handle(a_run("q", outcome="running", session_id="other"))]
    now = standing()
    assert (now.session.waiting, now.day.waiting) == (WORST, 2 * WORST)
    assert now.left("day") == 10 - 2 * WORST


def test_a_run_counts_once_from_its_end_until_it_is_written_and_after(
    ledger: Ledger, hand: Hand, standing: Standings
) -> None:
    paid = Money(reported=Decimal("0.02"))
    hand.handles = [Handle(a_run(outcome="complete", money=paid))]
    assert standing().session.cost == Decimal("0.02")
    ledger.costs["r"] = Decimal("0.02")
    assert standing().session.cost == Decimal("0.02")
    hand.handles = [Handle(a_run(outcome="complete", money=paid), kept=True)]
    assert standing().session.cost == Decimal("0.02")


@pytest.mark.parametrize("outcome", ["stopped", "interrupted", "truncated", "complete", "running"])
def test_a_run_whose_cost_nobody_knows_is_set_aside_at_its_worst(
    ledger: Ledger, standing: Standings, outcome: str
) -> None:
    ledger.lost["r"] = a_run(outcome=outcome)
    now = standing()
    assert (now.day.doubtful, now.day.doubted, now.day.unknown) == (WORST, 1, 0)
    assert "set aside for 1 answer of unknown cost" in now.day.doubts


def test_what_was_stopped_a_moment_ago_is_set_aside_too_and_what_was_refused_is_not(
    hand: Hand, standing: Standings
) -> None:
    begun = Timings(first_token_ms=3.0)
    hand.handles = [
        Handle(a_run("a", outcome="stopped")),
        Handle(a_run("b", outcome="failed")),
        Handle(a_run("c", outcome="failed", timings=begun)),
    ]
    assert standing().session.doubtful == 2 * WORST


def test_a_request_is_read_once_though_it_is_asked_for_at_every_draw(ledger: Ledger, standing: Standings) -> None:
    ledger.lost["r"] = a_run(outcome="stopped")
    assert standing() == standing()
    assert ledger.read == ["r"]


def test_what_nobody_can_tell_is_said_and_asked_again_once_prices_have_come(
    ledger: Ledger, standing: Standings
) -> None:
    ledger.lost["r"] = a_run(outcome="stopped")
    ledger.more = 3
    first = [standing(listed=Catalog()) for _ in range(3)][-1]
    assert (first.day.doubtful, first.day.unknown, ledger.read) == (0, 4, ["r"])
    assert "what 4 answers may cost cannot be told" in first.day.doubts
    assert standing().day.doubtful == WORST


def test_what_ran_for_free_leaves_no_doubt(ledger: Ledger, standing: Standings) -> None:
    ledger.lost["r"] = a_run(outcome="stopped", request=ChatRequest.parse({**ASKED.payload(), "model": "a/b:free"}))
    assert standing().day.doubts == ""


def test_a_run_of_yesterday_is_not_of_today(hand: Hand, standing: Standings) -> None:
    hand.handles = [Handle(a_run(outcome="running", created=datetime.now(UTC) - timedelta(days=1)))]
    now = standing()
    assert (now.session.waiting, now.day.waiting) == (WORST, 0)


def test_what_the_ledger_set_aside_is_not_left(ledger: Ledger, standing: Standings) -> None:
    ledger.aside = Paid(doubtful=Decimal("0.5"), doubted=2)
    ledger.lost["r"] = a_run(outcome="stopped")
    now = standing()
    assert (now.session.doubtful, now.session.doubted, now.session.unknown) == (WORST + Decimal("0.5"), 3, 0)
    assert now.left("session") == 10 - WORST - Decimal("0.5")
