"""The library: sessions as a list, with their sums, found by what is said in them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from parley.money import Money
from parley.notebook import Cell, Session, Snapshot, edits
from parley.notebook.pacing import Pace
from parley.reply import Reply
from parley.store import Store


def session(id: str, title: str = "", *texts: str) -> Session:
    cells = tuple(
        Cell(id=f"{id}-{number}", message={"role": "user", "content": text}) for number, text in enumerate(texts)
    )
    return Session(id=id, title=title, cells=cells)


def found(store: Store, search: str, owner: str = "") -> list[str]:
    return [row.id for row in store.library(search, owner=owner).rows]


@pytest.fixture
def filled(store: Store, a_run) -> Store:
    store.save(session("tide", "The sea", "How high is the tide?"))
    store.save(session("note", "Ärger", "Nothing to see"))
    store.finish(
        a_run("r", session_id="note", cell_id="note-0", outcome="complete", reply=Reply(text="A spring flood"))
    )
    return store


@pytest.mark.parametrize(
    ("search", "ids"),
    [
        ("", ["note", "tide"]),
        ("SEA", ["tide"]),
        ("high tide", ["tide"]),
        ('"the tide"', ["tide"]),
        ('"tide the"', []),
        ("ärger", ["note"]),
        ("flood", ["note"]),
        ('"spring flood"', ["note"]),
        ("nothing flood", ["note"]),
        ("tide flood", []),
        ("%", []),
        ("NOT", ["note"]),
        ('"', ["note", "tide"]),
    ],
)
def test_sessions_are_found_by_titles_cells_and_answers(filled: Store, search, ids):
    assert found(filled, search) == ids


def test_what_was_taken_out_is_not_found_and_undo_brings_it_back(filled: Store):
    filled.save(edits.delete(filled.session("tide"), "tide-0"))
    assert found(filled, "high") == []
    filled.undo("tide")
    assert found(filled, "high") == ["tide"]


def test_the_list_sums_up_what_runs_cost_and_says_of_how_many_it_is_unknown(filled: Store, a_run):
    cheap = Money(reported=Decimal("0.000042"))
    filled.finish(a_run("p", session_id="tide", cell_id="tide-0", outcome="complete", money=cheap))
    rows = {row.id: row for row in filled.library().rows}
    assert (rows["tide"].runs, rows["tide"].cost, rows["tide"].unknown) == (1, Decimal("0.000042"), 0)
    assert (rows["note"].runs, rows["note"].cost, rows["note"].unknown) == (1, None, 1)


def test_what_a_stranger_paid_is_no_cost_of_the_session_here(store: Store, a_run):
    dear = a_run("r", outcome="complete", money=Money(reported=Decimal(1000)))
    store.adopt(Snapshot(session=session("s", "", "Hello"), attempts={"s-0": (dear,)}))
    (row,) = store.library().rows
    assert (row.runs, row.cost, row.unknown, row.imported) == (1, None, 0, 1)
    paid = Money(reported=Decimal("0.5"))
    store.finish(a_run("p", session_id="s", cell_id="s-0", outcome="complete", money=paid))
    (row,) = store.library().rows
    assert (row.runs, row.cost, row.unknown, row.imported) == (2, Decimal("0.5"), 0, 1)


def test_the_list_comes_a_page_at_a_time(store: Store):
    for number in range(5):
        store.save(session(f"s{number}"))
    page = store.library(first=2, most=2)
    assert ([row.id for row in page.rows], page.total) == (["s2", "s1"], 5)


def test_nobody_finds_what_is_somebody_elses(filled: Store, a_run):
    filled.save(session("mine", "Tide table"), owner="me")
    assert found(filled, "tide", owner="me") == ["mine"]
    assert found(filled, "flood", owner="me") == []
    assert "mine" not in found(filled, "tide")


def test_a_deleted_session_is_not_listed(filled: Store):
    filled.delete_session("tide")
    assert found(filled, "") == ["note"]


def test_a_snapshot_has_the_requests_as_they_were_sent(filled: Store):
    copy = filled.snapshot("note")
    assert copy.session == filled.session("note")
    assert copy.attempts["note-0"][0].request.payload()["messages"] == [{"role": "user", "content": "Hello"}]


def test_a_snapshot_tells_how_fast_answers_came_and_an_adopted_one_keeps_it(store: Store, a_run) -> None:
    store.save(Session(id="s", cells=(Cell(id="c", message={"role": "user", "content": "Hello"}),)))
    came = '{"choices": [{"index": 0, "delta": {"content": "Hello"}}]}'
    run = a_run(session_id="s", cell_id="c", outcome="complete", reply=Reply(text="Hello"))
    store.finish(run, [(12.0, came)])
    copy = store.snapshot("s")
    assert copy.attempts["c"][0].pace == Pace(text=((12.0, 5),))
    store.adopt(copy, owner="somebody else")
    assert store.snapshot("s", owner="somebody else").attempts["c"][0].pace == Pace(text=((12.0, 5),))


def test_a_message_that_several_requests_were_sent_is_one_value_in_a_snapshot(store: Store, a_run) -> None:
    said = [{"role": "user", "content": "Hello"}, {"role": "assistant", "content": "Hi"}]
    store.save(session("s", "", "Hello", "And now?"))
    for at, messages in enumerate((said[:1], [*said, {"role": "user", "content": "And now?"}])):
        run = a_run(f"r{at}", {"model": "m", "messages": messages}, session_id="s", cell_id=f"s-{at}")
        store.finish(run.model_copy(update={"outcome": "complete"}))
    (first,), (second,) = store.snapshot("s").attempts.values()
    assert first.request.messages[0] is second.request.messages[0]
    assert (first, second) == (store.run("r0"), store.run("r1"))


@pytest.mark.parametrize("messages", [None, "Hello", [], ["Hello", {"role": "user"}], [["a"]], [{"role": 3}], {"a": 1}])
def test_a_snapshot_has_messages_of_any_shape_as_they_were_sent(store: Store, a_run, messages) -> None:
    store.save(session("s", "", "Hello"))
    body = {"model": "m", "messages": messages, "odd": [messages]}
    store.finish(a_run("r", body, session_id="s", cell_id="s-0", outcome="complete"))
    assert store.snapshot("s").attempts["s-0"][0].request.payload() == body
