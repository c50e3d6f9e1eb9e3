"""Answers side by side: what stands there, and how lanes differ."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from pydantic import MISSING

from parley import Store
from parley.notebook import Cell, Outcome, Run, Session, chosen, edits
from parley.notebook.comparing import side_by_side, told_apart
from parley.request import ChatRequest

CELL = Cell(id="c", message={"role": "user", "content": "Hi"})
SESSION = Session(id="s", cells=(CELL,))


def run(run_id: str, outcome: Outcome = "complete", **request: Any) -> Run:
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    return Run(id=run_id, cell_id="c", request=ChatRequest.parse(request), outcome=outcome, created=moment)


def ids(cell: Cell, *runs: Run) -> list[str]:
    return [one.id for one in side_by_side(cell, runs)]


def test_lanes_stand_in_their_order_and_the_first_is_chosen() -> None:
    cell = edits.cell_of(edits.compare(SESSION, "c", ["b", "a"]), "c")
    assert ids(cell, run("a"), run("other"), run("b")) == ["b", "a"]
    assert cell.chosen == "b"


def test_keeping_one_leaves_it_alone_on_screen() -> None:
    session = edits.choose(edits.compare(SESSION, "c", ["a", "b"]), "c", "b")
    cell = edits.cell_of(session, "c")
    assert cell.chosen == "b"
    assert ids(cell, run("a"), run("b")) == []


def test_keeping_one_while_others_are_alive_leaves_them_on_screen() -> None:
    session = edits.compare(SESSION, "c", ["a", "b"], keep="b")
    assert edits.cell_of(session, "c").chosen == "b"
    assert edits.cell_of(session, "c").compared == ("a", "b")


RUNS = st.lists(st.sampled_from("abcd"), max_size=5)
EDIT = st.one_of(
    st.tuples(st.just("compare"), RUNS, st.sampled_from(["a", "d", None])), st.tuples(st.just("choose"), RUNS)
)


@given(st.lists(EDIT, max_size=6))
def test_whatever_is_laid_side_by_side_one_of_it_is_chosen_and_none_stands_twice(steps: list[Any]) -> None:
    session = SESSION
    for kind, some, *keep in steps:
        if kind == "compare":
            session = edits.compare(session, "c", some, *keep)
        else:
            session = edits.choose(session, "c", some[0] if some else None)
    cell, attempts = edits.cell_of(session, "c"), [run(one) for one in "abcd"]
    side, picked = side_by_side(cell, attempts), chosen(cell, attempts)
    assert len(set(cell.compared)) == len(cell.compared)
    assert picked is not None
    assert not side or picked in side


def test_a_lane_that_was_never_sent_or_is_gone_leaves_no_hole() -> None:
    assert ids(edits.cell_of(edits.compare(SESSION, "c", ["a", "gone", "b"]), "c"), run("a"), run("b")) == ["a", "b"]
    assert ids(edits.cell_of(edits.compare(SESSION, "c", ["a", "gone"]), "c"), run("a")) == []


def test_what_is_alive_can_always_be_seen() -> None:
    assert ids(CELL, run("old"), run("a", "running"), run("b", "queued")) == ["a", "b"]
    assert ids(CELL, run("a", "running"), run("b")) == ["a", "b"]
    assert ids(CELL, run("old"), run("a", "running")) == []


def test_a_copy_of_a_cell_has_nothing_side_by_side() -> None:
    session = edits.duplicate(edits.compare(SESSION, "c", ["a", "b"]), "c", "copy")
    assert edits.cell_of(session, "copy").compared == ()


def test_what_stands_side_by_side_is_kept_and_undone(tmp_path: Any) -> None:
    store = Store(f"sqlite:///{tmp_path}/parley.db")
    saved = store.save(SESSION)
    store.save(edits.compare(saved, "c", ["a", "b"]))
    assert store.session("s").cells[0].compared == ("a", "b")
    assert store.undo("s").cells[0].compared == ()
    store.close()


def test_lanes_are_told_apart_by_what_differs() -> None:
    one = ChatRequest.parse({"model": "m", "seed": 1, "messages": [{"role": "user", "content": "a"}]})
    other = ChatRequest.parse({"model": "m", "seed": 1.0, "top_p": 0.5, "messages": []})
    assert told_apart([one, other]) == ({"seed": 1, "top_p": MISSING}, {"seed": 1.0, "top_p": 0.5})
    assert told_apart([one, one]) == ({}, {})
