"""What a frozen copy takes along, and what stays behind."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from parley.notebook import Cell, Run, Session, Snapshot
from parley.reply import Reply
from parley.request import ChatRequest


def run(id: str, cell: str, **facts) -> Run:
    asked = ChatRequest.parse({"messages": [{"role": "user", "content": "Hello"}]})
    moment = datetime(2026, 11, 22, tzinfo=UTC)
    return Run(**({"id": id, "cell_id": cell, "request": asked, "created": moment, "outcome": "complete"} | facts))


def cell(id: str, text: str = "Hello", **facts) -> Cell:
    return Cell(id=id, message={"role": "user", "content": text}, **facts)


@pytest.fixture
def whole() -> Snapshot:
    cells = (cell("a", chosen="a1", compared=("a1", "a2"), inherited=("a1",)), cell("b", "Hi {{name}}"), cell("c"))
    attempts = {"a": (run("a1", "a"), run("a2", "a")), "b": (run("b1", "b", owner="me"),)}
    session = Session(
        id="s", cells=cells, draft="secret", parent="p", parent_cell="q", variables={"name": "x", "old": "y"}
    )
    return Snapshot(session=session, attempts=attempts)


def test_nobody_is_named_and_nothing_goes_along_unseen(whole):
    left = whole.anonymous()
    assert (left.session.draft, left.session.parent, left.session.parent_cell) == ("", None, None)
    assert left.session.variables == {"name": "x"}
    assert left.attempts["b"][0].owner == ""
    assert left.anonymous() == left


def test_an_answer_on_its_way_stays_behind(whole):
    begun = Snapshot(session=whole.session, attempts={"a": (run("a1", "a"), run("a2", "a", outcome="running"))})
    assert [one.id for one in begun.anonymous().attempts["a"]] == ["a1"]


def test_a_copy_up_to_a_cell_has_nothing_of_what_is_below(whole):
    left = whole.until("a")
    assert [one.id for one in left.session.cells] == ["a"]
    assert left.attempts.keys() == {"a"}
    assert left.anonymous().session.variables == {}
    with pytest.raises(KeyError):
        whole.until("nowhere")


def test_of_the_attempts_only_those_that_count_go_along(whole):
    left = whole.chosen_only()
    assert {key: [one.id for one in runs] for key, runs in left.attempts.items()} == {"a": ["a1"], "b": ["b1"]}
    assert "a2" not in left.model_dump_json()
    assert left.session.cells[0].chosen == "a1"


def test_without_a_choice_the_newest_counts():
    two = Snapshot(session=Session(id="s", cells=(cell("a"),)), attempts={"a": (run("1", "a"), run("2", "a"))})
    assert [one.id for one in two.chosen_only().attempts["a"]] == ["2"]


def test_what_a_copy_says_is_what_the_session_says(whole):
    left = whole.chosen_only()
    assert left.attempts["a"][0].reply == Reply()
    assert [one.message for one in left.session.cells] == [one.message for one in whole.session.cells]
