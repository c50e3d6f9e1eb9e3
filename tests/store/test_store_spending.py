"""What runs have cost, for the caps: of a session, since a moment, deleted ones included."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from parley.budget import Paid
from parley.errors import Missing
from parley.money import Booked, Money
from parley.notebook import Failure, Run, Timings
from parley.reply import Reply
from parley.store import Store
from parley.store.spending import MOST_UNPRICED

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
Ended = Callable[..., Run]


@pytest.fixture
def ended(store: Store, a_run: Callable[..., Run]) -> Ended:
    """A run that has ended, with what it cost."""

    def make(
        name: str,
        cost: str | None,
        owner: str = "",
        outcome: str = "complete",
        end: Any = None,
        worst: str | None = None,
        **facts: Any,
    ) -> Run:
        run = a_run(name, **({"created": NOON, "session_id": "s"} | facts))
        store.begin(run, worst=None if worst is None else Decimal(worst), owner=owner)
        money = Money(reported=None if cost is None else Decimal(cost))
        store.finish(run.model_copy(update={"outcome": outcome, "money": money, **(end or {})}), owner=owner)
        return run

    return make


def test_the_runs_of_a_session_are_summed_to_the_last_digit(store: Store, ended: Ended) -> None:
    ended("a", "0.1")
    ended("b", "0.000000000001")
    ended("c", "5", session_id="other")
    assert store.spent(session="s") == Paid(cost=Decimal("0.100000000001"))


def test_a_day_begins_at_its_moment(store: Store, ended: Ended) -> None:
    ended("a", "0.1", created=NOON - timedelta(seconds=1))
    ended("b", "0.2")
    ended("c", "0.4", session_id=None)
    assert store.spent(since=NOON).cost == Decimal("0.6")
    assert store.spent(since=NOON, session="s").cost == Decimal("0.2")


def test_a_deleted_run_was_paid_for(store: Store, ended: Ended) -> None:
    ended("a", "0.1")
    store.delete_runs(["a"])
    assert store.spent(session="s").cost == store.spent(since=NOON).cost == Decimal("0.1")


def test_what_may_be_billed_and_nobody_knows_how_much_is_named(store: Store, ended: Ended, a_run: Ended) -> None:
    ended("complete", None)
    ended("stopped", None, outcome="stopped")
    ended("refused", None, outcome="failed", end={"failure": Failure(kind="RateLimited", message="Wait.")})
    ended("silent", None, outcome="failed", end={"failure": Failure(kind="AnswerTimeout", message="Nothing came.")})
    ended("broken", None, outcome="failed", end={"timings": Timings(first_token_ms=5.0)})
    store.begin(a_run("alive", created=NOON, session_id="s"))
    assert store.spent(session="s") == Paid(unpriced=("alive", "broken", "silent", "stopped", "complete"))
    assert store.spent(since=NOON, but_for=["alive", "silent"]).unpriced == ("broken", "stopped", "complete")


def test_what_is_looked_for_elsewhere_is_in_no_sum(store: Store, ended: Ended) -> None:
    ended("a", "0.1")
    ended("b", "0.2")
    assert store.spent(session="s", but_for=["a"]) == Paid(cost=Decimal("0.2"))


def test_more_than_can_be_looked_at_are_counted(store: Store, ended: Ended) -> None:
    for number in range(MOST_UNPRICED + 2):
        ended(str(number), None)
    paid = store.spent(session="s")
    assert (len(paid.unpriced), paid.more, paid.unpriced[0]) == (MOST_UNPRICED, 2, str(MOST_UNPRICED + 1))


def test_requests_can_be_looked_at_whole_though_deleted_or_beside_a_damaged_one(
    store: Store, ended: Ended, url: str
) -> None:
    run, _ = ended("a", None), ended("b", None)
    store.delete_runs(["a"])
    with contextlib.closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as raw, raw:
        raw.execute("UPDATE bodies SET request = x'7a7878' WHERE run = (SELECT sequence FROM runs WHERE id = 'b')")
    assert [one.request for one in store.unpriced(["a", "b"])] == [run.request]


def test_a_run_that_is_removed_for_good_was_paid_for(store: Store, ended: Ended) -> None:
    """In its session and in its day, whenever and in however many removals."""
    ended("a", "0.1")
    ended("b", "0.2", created=NOON + timedelta(minutes=59))
    ended("c", None)
    ended("d", "0.4", created=NOON - timedelta(seconds=1))
    ended("e", "999999", session_id=None)
    whole = store.spent(session="s"), store.spent(since=NOON), store.spent(since=NOON + timedelta(hours=1))
    for names in (["a", "d"], ["b", "c", "e"]):
        store.delete_runs(names)
        store.remove_deleted()
    left = store.spent(session="s"), store.spent(since=NOON), store.spent(since=NOON + timedelta(hours=1))
    assert [one.cost for one in left] == [one.cost for one in whole] == [Decimal("0.7"), Decimal("999999.3"), 0]
    assert [one.more for one in left] == [len(one.unpriced) for one in whole] == [1, 1, 0]


def test_what_a_run_may_cost_at_worst_is_set_aside_until_its_cost_is_known(store: Store, ended: Ended) -> None:
    ended("a", None, worst="0.06")
    ended("b", None, worst="0")
    ended("c", "0.1", worst="5")
    assert store.spent(session="s") == Paid(cost=Decimal("0.1"), doubtful=Decimal("0.06"), doubted=1)
    store.settle("a", Booked(cost=Decimal("0.01")))
    assert store.spent(since=NOON) == Paid(cost=Decimal("0.11"))


def test_it_is_set_aside_though_the_run_is_removed_for_good(store: Store, ended: Ended) -> None:
    """Whenever, and in however many removals."""
    for name, worst in (("a", "0.06"), ("b", "0.5"), ("c", None)):
        ended(name, None, outcome="stopped", worst=worst)
        store.delete_runs([name])
        store.remove_deleted()
    left = Paid(doubtful=Decimal("0.56"), doubted=2, more=1)
    assert store.spent(session="s") == store.spent(since=NOON) == left
    assert store.spent(session="s", owner="somebody") == Paid()


def test_what_is_booked_after_the_removal_takes_the_place_of_what_was_set_aside(store: Store, ended: Ended) -> None:
    facts = {"outcome": "stopped", "created": datetime.now(UTC), "end": {"reply": Reply(generation_id="gen-1")}}
    for name, worst in (("a", "0.06"), ("b", None), ("c", "0.5")):
        ended(name, None, worst=worst, **facts)
    store.delete_runs("abc")
    store.remove_deleted()
    booked = Booked(cost=Decimal("0.01"))
    assert (store.settle("a", booked), store.settle("b", booked)) == (None, None)
    assert store.spent(session="s") == Paid(cost=Decimal("0.02"), doubtful=Decimal("0.5"), doubted=1)
    for name, owner in (("a", ""), ("c", "somebody")):
        with pytest.raises(Missing):
            store.settle(name, booked, owner=owner)


def test_it_is_set_aside_of_however_many(store: Store, ended: Ended) -> None:
    for number in range(MOST_UNPRICED + 2):
        ended(str(number), None, worst="0.01")
    assert store.spent(session="s") == Paid(doubtful=(MOST_UNPRICED + 2) * Decimal("0.01"), doubted=MOST_UNPRICED + 2)


def test_nobody_pays_for_another_owner(store: Store, ended: Ended) -> None:
    ended("a", "0.1", owner="somebody")
    assert store.spent(session="s") == store.spent(since=NOON) == Paid()
    assert store.spent(session="s", owner="somebody").cost == Decimal("0.1")


def test_what_two_processes_remove_at_once_is_removed_and_paid_for_once(store: Store, ended: Ended, url: str) -> None:
    names = [f"r{number}" for number in range(120)]
    for number, name in enumerate(names):
        ended(name, None if number % 2 else "0.01", outcome="stopped", worst="0.5")
        store.delete_runs([name])
    with Store(url) as other, ThreadPoolExecutor(2) as both:
        removed = [one.result() for one in [both.submit(which.remove_deleted) for which in (store, other)]]
        assert sum(removed) == len(names)
        paid = Paid(cost=60 * Decimal("0.01"), doubtful=60 * Decimal("0.5"), doubted=60)
        assert store.spent(session="s") == other.spent(session="s") == paid
