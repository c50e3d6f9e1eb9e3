"""Sessions that come whole: all of them, or nothing."""

from __future__ import annotations

from decimal import Decimal

import pytest

from parley.errors import Conflict
from parley.money import Money
from parley.notebook import Cell, Session, Snapshot
from parley.reply import Reply
from parley.store import Store


@pytest.fixture
def copy(a_run) -> Snapshot:
    cell = Cell(id="c", message={"role": "user", "content": "Hello"}, chosen="r1")
    first = a_run("r1", outcome="complete", reply=Reply(text="A spring flood"))
    return Snapshot(
        session=Session(id="s", title="Tides", cells=(cell,)), attempts={"c": (first, a_run("r2", outcome="running"))}
    )


def test_it_is_there_with_its_runs_in_their_order(store: Store, copy):
    stored = store.adopt(copy, owner="me")
    kept = store.snapshot("s", owner="me")
    assert kept.session == stored == copy.session.model_copy(update={"version": 1})
    assert [run.id for run in kept.attempts["c"]] == ["r1", "r2"]
    assert kept.attempts["c"][0].request == copy.attempts["c"][0].request


def test_it_is_found_and_counted_at_once(store: Store, copy):
    store.adopt(copy)
    assert [row.id for row in store.library("flood").rows] == ["s"]
    assert [row.id for row in store.runs().rows] == ["r2", "r1"]


def test_what_was_on_its_way_counts_as_interrupted(store: Store, copy):
    store.adopt(copy)
    assert store.run("r2").outcome == "interrupted"


def test_its_raw_events_come_along(store: Store, copy):
    store.adopt(copy, {"r1": ((1.0, "raw"),)})
    assert store.events("r1") == ((1.0, "raw"),)


def test_of_a_copy_with_a_run_that_is_here_nothing_is_kept(store: Store, copy, a_run):
    store.finish(a_run("r2", outcome="complete"))
    with pytest.raises(Conflict):
        store.adopt(copy)
    assert store.sessions() == ()
    assert [row.id for row in store.runs().rows] == ["r2"]


def test_it_is_adopted_once(store: Store, copy):
    store.adopt(copy)
    with pytest.raises(Conflict):
        store.adopt(copy)


def test_what_a_file_says_was_paid_counts_for_no_cap(store: Store, copy):
    dear = {"money": Money(reported=Decimal(1_000)), "imported": "2026-12-01T00:00:00+00:00"}
    runs = tuple(run.model_copy(update=dear) for run in copy.attempts["c"])
    store.adopt(copy.model_copy(update={"attempts": {"c": runs}}))
    assert store.spent(session="s").cost == 0
    assert store.spent(since=copy.attempts["c"][0].created).unpriced == ()
    assert store.run("r1").imported == dear["imported"]
