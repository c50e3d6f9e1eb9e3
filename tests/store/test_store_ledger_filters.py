"""Every filter and every order of the ledger, in each of the three ways in which rows are found."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import get_args

import pytest

from parley.money import Money
from parley.notebook import Run, Session, Timings
from parley.reply import Reply, Usage
from parley.request import ChatRequest
from parley.store import RunQuery, Store
from parley.store.query import SortKey

START = datetime(2026, 1, 1, tzinfo=UTC)
ROWS = 60


class Walking(Store):
    """Takes every filter for one that leaves too many rows to look them up."""

    few = -1


class Crossing(Walking):
    """Gives every walk up at once."""

    far = 0


@pytest.fixture(scope="module", params=[Store, Walking, Crossing], ids=["looked up", "walked", "crossed"])
def ledger(request) -> Iterator[Store]:
    with request.param("sqlite://") as store:
        for number, title in enumerate(["Rome", "Athens", "Rome"]):
            store.save(Session(id=f"s{number}", title=title))
        for n in range(ROWS):
            said = {"role": "user", "content": f"Question {n}{' tide' if n % 2 else ''}"}
            run = Run(
                id=f"r{n:02}",
                request=ChatRequest.parse({"model": f"m{n % 3}", "messages": [said]}),
                created=START + timedelta(hours=n * 37 % ROWS),
                session_id=None if n % 7 == 0 else f"s{n % 4}",
                connection="local" if n % 2 else "OpenRouter",
            )
            store.begin(run)
            ended = {
                "outcome": "complete" if n % 5 else "failed",
                "money": Money(reported=None if n % 4 == 0 else Decimal(n * 7 % 20) / 100),
                "timings": Timings(first_token_ms=n * 13 % 30, total_ms=None if n % 6 == 0 else 100 + n * 17 % 40),
                "reply": Reply(
                    text=f"Answer {n}",
                    model=f"m{n % 3}-x",
                    provider=f"p{n % 3}" if n % 8 else None,
                    finish_reason="stop" if n % 5 else None,
                    usage=Usage(prompt_tokens=n * 11 % 40, completion_tokens=n),
                ),
            }
            store.finish(run.model_copy(update=ended))
        store.mark([f"r{n:02}" for n in range(0, ROWS, 6)], star=True, rating=4, add_tags=["good", "long"])
        store.mark([f"r{n:02}" for n in range(0, ROWS, 9)], rating=2, add_tags=["bad"], comment="Poor " * 30)
        store.mark([f"r{n:02}" for n in range(0, ROWS, 10)], comment="Fine")
        yield store


FILTERS = {
    "model asked": ({"model": "m1"}, lambda n: n % 3 == 1),
    "models": ({"model": ("m1-x", "m2")}, lambda n: n % 3 > 0),
    "finish reason": ({"finish_reason": "stop"}, lambda n: n % 5),
    "cost source": ({"cost_source": "reported"}, lambda n: n % 4),
    "provider": ({"provider": ("p1", "p2")}, lambda n: n % 8 and n % 3),
    "session": ({"session": ("s1", "s2")}, lambda n: n % 7 and n % 4 in (1, 2)),
    "starred": ({"starred": True}, lambda n: n % 6 == 0),
    "not starred": ({"starred": False}, lambda n: n % 6),
    "rating": ({"rating": (3, None)}, lambda n: n % 6 == 0 and n % 9),
    "tag": ({"tag": "good"}, lambda n: n % 6 == 0),
    "tags": ({"tag": ("good", "bad", "long")}, lambda n: n % 6 == 0 or n % 9 == 0),
    "prompt tokens": ({"prompt_tokens": (10, 20)}, lambda n: 10 <= n * 11 % 40 <= 20),
    "completion tokens": ({"completion_tokens": (None, 20)}, lambda n: n <= 20),
    "cost": ({"cost": ("0.05", "0.15")}, lambda n: n % 4 and 5 <= n * 7 % 20 <= 15),
    "first token": ({"first_token_ms": (5, None)}, lambda n: n * 13 % 30 >= 5),
    "total time": ({"total_ms": (None, 120.5)}, lambda n: n % 6 and n * 17 % 40 <= 20.5),
    "since": ({"since": START + timedelta(hours=10)}, lambda n: n * 37 % ROWS >= 10),
    "a time": (
        {"since": START + timedelta(hours=10), "until": START + timedelta(hours=30)},
        lambda n: 10 <= n * 37 % ROWS < 30,
    ),
    "words": ({"search": "tide question"}, lambda n: n % 2),
    "words and more": (
        {"search": "tide", "model": ("m0", "m1"), "outcome": "complete", "prompt_tokens": (5, 35)},
        lambda n: n % 2 and n % 3 < 2 and n % 5 and 5 <= n * 11 % 40 <= 35,
    ),
    "nothing": ({"model": "none", "tag": "good"}, lambda n: False),
    "no time": ({"until": START}, lambda n: False),
}


def pages(store: Store, **asked) -> list[str]:
    found, after = [], None
    while True:
        page = store.runs(RunQuery(**asked, after=after, limit=13, totals=False))
        found += [row.id for row in page]
        after = page.next
        if after is None:
            return found


@pytest.mark.parametrize("name", FILTERS)
def test_a_filter_lets_through_what_it_says(ledger: Store, name):
    asked, kept = FILTERS[name]
    wanted = [f"r{n:02}" for n in range(ROWS) if kept(n)]
    assert pages(ledger, **asked) == wanted[::-1]
    assert pages(ledger, **asked, descending=False) == wanted
    assert ledger.totals(RunQuery(**asked)).runs == len(wanted)


@pytest.mark.parametrize("descending", [True, False])
@pytest.mark.parametrize("filter_", ["everything", "models", "cost", "words", "total time", "tags"])
@pytest.mark.parametrize("sort", get_args(SortKey))
def test_pages_put_together_are_the_whole_in_order(ledger: Store, sort, filter_, descending):
    asked, kept = FILTERS.get(filter_, ({}, lambda n: True))
    whole = ledger.runs(RunQuery(**asked, limit=ROWS)).rows
    found = pages(ledger, **asked, sort=sort, descending=descending)
    assert sorted(found) == sorted(row.id for row in whole) == [f"r{n:02}" for n in range(ROWS) if kept(n)]
    rows = {row.id: row for row in whole}
    stars = {f"r{n:02}": 1 for n in range(0, ROWS, 6)}
    shown = {
        "session": lambda one: rows[one].session_title,
        "starred": stars.get,
        "comment": lambda one: rows[one].comment or None,
        "tags": lambda one: next(iter(rows[one].tags), None),
    }.get(sort, lambda one: getattr(rows[one], sort))
    keys = [shown(one) for one in found]
    known = [key for key in keys if key is not None]
    assert keys == sorted(known, reverse=descending) + [None] * (len(keys) - len(known))


def test_a_row_shows_its_marks(ledger: Store):
    (row,) = (row for row in ledger.runs(RunQuery(tag="bad")) if row.id == "r18")
    assert (row.starred, row.rating, row.comment, row.tags) == (
        True,
        2,
        ("Poor " * 30).strip(),
        ("bad", "good", "long"),
    )


def test_what_can_be_chosen_is_all_there_is(ledger: Store):
    offered = ledger.offered()
    assert (offered.finish_reasons, offered.cost_sources, offered.tags) == (
        ("stop",),
        ("reported",),
        ("bad", "good", "long"),
    )
    assert offered.models == ("m0", "m0-x", "m1", "m1-x", "m2", "m2-x")
    assert dict(ledger.totals(RunQuery(model="m1"))).items() >= dict(offered).items()


def test_a_deleted_run_is_in_no_answer(store: Store, a_run):
    for number in range(4):
        run = a_run(f"r{number}", session_id="s", timings=Timings(first_token_ms=number, total_ms=9))
        store.begin(run)
        store.finish(run.model_copy(update={"outcome": "complete"}))
    store.mark(["r1"], star=True, add_tags=["good"])
    token = store.delete_runs(["r1", "r2"])
    for asked in ({}, {"search": "hello"}, {"sort": "session"}, {"tag": "good"}, {"starred": True}, {"session": "s"}):
        assert {row.id for row in store.runs(RunQuery(**asked))} <= {"r0", "r3"}, asked
    assert store.offered().tags == ()
    assert (store.totals().runs, store.percentiles().total_ms.known, store.series()[0].runs) == (2, 2, 2)
    store.undelete(token)
    assert store.offered().tags == ("good",)
    assert store.totals(RunQuery(search="hello")).runs == 4
