"""Sessions that come whole: all of them, or nothing."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from decimal import Decimal

import pytest

from parley.budget import Paid
from parley.errors import Conflict
from parley.money import Money
from parley.notebook import Cell, Session, Snapshot
from parley.reply import Reply
from parley.store import RunQuery, Store
from parley.store.rows import in_pico


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


def test_it_counts_for_no_cap_not_even_once_it_is_removed_for_good(store: Store, copy):
    paid = {"money": Money(reported=Decimal("0.5"))}
    runs = tuple(run.model_copy(update=paid) for run in copy.attempts["c"])
    store.adopt(copy.model_copy(update={"attempts": {"c": runs}}))
    assert store.spent(session="s") == Paid()
    store.delete_runs(["r1", "r2"])
    store.remove_deleted()
    assert store.spent(session="s") == Paid()


@pytest.mark.parametrize("query", [RunQuery(), RunQuery(session="s")], ids=["all", "filtered"])
def test_history_sums_what_was_paid_from_here(store: Store, copy, a_run, query):
    first, second = copy.attempts["c"]
    dear = first.model_copy(update={"money": Money(reported=Decimal("0.5"))})
    store.adopt(copy.model_copy(update={"attempts": {"c": (dear, second)}}))
    store.finish(a_run("own", session_id="s", outcome="complete", money=Money(reported=Decimal("0.25"))))
    store.finish(a_run("unknown", session_id="s", outcome="complete"))
    sums = store.totals(query)
    assert (sums.runs, sums.imported, sums.cost, sums.cost_unknown) == (4, 2, Decimal("0.25"), 1)
    assert sum(point.cost for point in store.series(query)) == Decimal("0.25")


def test_what_was_adopted_is_found_by_an_index_of_its_own(store: Store):
    sums = "SELECT sum(cost_pico) FROM runs WHERE owner = '' AND deleted IS NULL AND adopted IS NOT NULL"
    with store._database.reading() as connection:
        (step,) = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sums}")
    assert "runs_adopted" in str(step)


@pytest.mark.parametrize(
    "moment",
    [
        datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14))),
        datetime.max.replace(tzinfo=timezone(-timedelta(hours=14))),
    ],
)
def test_a_date_beyond_the_calendar_breaks_no_list(store: Store, copy, a_run, moment: datetime):
    odd = a_run("r1", outcome="complete", created=moment, money=Money.model_construct(reported=Decimal("1E+900000")))
    store.adopt(copy.model_copy(update={"attempts": {"c": (odd,)}}))
    assert [row.created.year for row in store.runs().rows] in ([1970], [9990])
    assert store.snapshot("s").attempts["c"][0].id == "r1"


@pytest.mark.parametrize(("cost", "pico"), [("1E+900000", 10**18), ("-1E+999999", -(10**18)), ("1E-900000", 0)])
def test_what_is_added_up_fits_whatever_stands_there(cost: str, pico: int):
    assert in_pico(Decimal(cost)) == pico
