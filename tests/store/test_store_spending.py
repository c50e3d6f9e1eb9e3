"""What runs have cost, for the caps: of a session, since a moment, deleted ones included."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from parley.budget import Spent
from parley.money import Money
from parley.notebook import Run
from parley.store import Store

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
Ended = Callable[..., Run]


@pytest.fixture
def ended(store: Store, a_run: Callable[..., Run]) -> Ended:
    """A run that has ended, with what it cost."""

    def make(name: str, cost: str | None, owner: str = "", outcome: str = "complete", **facts: Any) -> Run:
        run = a_run(name, **({"created": NOON, "session_id": "s"} | facts))
        store.begin(run, owner=owner)
        money = Money(reported=None if cost is None else Decimal(cost))
        store.finish(run.model_copy(update={"outcome": outcome, "money": money}), owner=owner)
        return run

    return make


def test_the_runs_of_a_session_are_summed_to_the_last_digit(store: Store, ended: Ended) -> None:
    ended("a", "0.1")
    ended("b", "0.000000000001")
    ended("c", "5", session_id="other")
    assert store.spent(session="s") == Spent(cost=Decimal("0.100000000001"))


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


def test_what_ended_without_a_cost_is_counted_but_for_what_failed(store: Store, ended: Ended) -> None:
    ended("a", None)
    ended("b", None, outcome="stopped")
    ended("c", None, outcome="failed")
    assert store.spent(session="s") == Spent(unknown=2)


def test_nobody_pays_for_another_owner(store: Store, ended: Ended) -> None:
    ended("a", "0.1", owner="somebody")
    assert store.spent(session="s") == store.spent(since=NOON) == Spent()
    assert store.spent(session="s", owner="somebody").cost == Decimal("0.1")
