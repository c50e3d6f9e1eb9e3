"""Files of the whole ledger: every row once, in order, a few at a time."""

import pytest

from parley.reply import Reply
from parley.store import RunQuery, Store


@pytest.fixture
def long(store: Store, a_run) -> Store:
    """Twelve runs: steps of five do not fit them."""
    for number in range(12):
        reply = Reply(text=f"Answer {number}")
        store.finish(a_run(f"r{number:02}", outcome="failed" if number % 3 else "complete", reply=reply))
    return store


@pytest.mark.parametrize("query", [RunQuery(), RunQuery(sort="model", descending=False), RunQuery(outcome="failed")])
def test_every_row_comes_once_in_the_order_of_the_pages(long: Store, query):
    assert tuple(long.every_row(query, at_once=5)) == long.runs(query).rows


def test_a_walk_begins_at_the_first_page_whatever_page_is_shown(long: Store):
    second = long.runs(RunQuery(limit=5)).next
    assert len(tuple(long.every_row(RunQuery(after=second, limit=5)))) == 12


def test_whole_runs_come_with_their_rows(long: Store):
    pairs = list(long.every_run(RunQuery(outcome="complete"), at_once=3))
    assert [row.id for row, _ in pairs] == ["r09", "r06", "r03", "r00"]
    assert all(run == long.run(row.id) for row, run in pairs)


def test_no_transaction_is_held_between_two_rows(long: Store, a_run):
    walk = long.every_run(at_once=2)
    next(walk)
    long.finish(a_run("later", outcome="complete"))
    long.delete_runs(["r00"])
    assert "r00" not in {row.id for row, _ in walk}


def test_a_walk_through_nothing_ends(store: Store):
    assert list(store.every_row()) == list(store.every_run()) == []


@pytest.mark.parametrize("sort", ["prompt", "comment"])
def test_a_walk_goes_on_from_a_row_that_is_gone(store: Store, a_run, sort):
    for letter in "abcdef":
        store.finish(a_run(letter, {"messages": [{"role": "user", "content": letter * 150}]}, outcome="complete"))
        store.mark([letter], comment=letter * 150)
    walk = store.every_row(RunQuery(sort=sort, descending=False), at_once=2)
    seen = [next(walk).id, next(walk).id]
    store.delete_runs(seen)
    store.remove_deleted()
    assert [*seen, *(row.id for row in walk)] == list("abcdef")
