"""A fork begins as its parent stands, and each goes its own way from there."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.notebook import Cell, Lane, Run, Session, chosen_runs, edits, messages
from parley.notebook.forking import fork, inherited
from parley.reply import Reply
from parley.request import ChatRequest


def run(id: str) -> Run:
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    return Run(id=id, request=ChatRequest(), reply=Reply(text=f"{id}!"), outcome="complete", created=moment)


def prompt(id: str, **facts) -> Cell:
    return Cell(id=id, message={"role": "user", "content": f"{id}?"}, **facts)


PARENT = Session(
    id="p",
    title="T",
    cells=(prompt("a"), prompt("b", chosen="b1"), Cell(id="n", kind="note", message={"content": "x"}), prompt("c")),
    settings=ChatRequest(temperature=1),
    draft="half",
    variables={"x": "1"},
    lanes=(Lane(id="l", overrides=ChatRequest(model="m")),),
    version=7,
)
ATTEMPTS = {"a": (run("a1"), run("a2")), "b": (run("b1"), run("b2")), "c": (run("c1"),)}


def test_a_fork_has_the_cells_up_to_and_with_the_one_and_names_its_parent():
    child = fork(PARENT, "n", "f", ATTEMPTS)
    assert [cell.id for cell in child.cells] == ["a", "b", "n"]
    assert (child.id, child.parent, child.parent_cell, child.version, child.draft) == ("f", "p", "n", 0, "")
    assert (child.title, child.settings, child.variables, child.lanes) == (
        PARENT.title,
        PARENT.settings,
        PARENT.variables,
        PARENT.lanes,
    )


def test_it_takes_over_all_attempts_and_pins_the_choice_among_them():
    child = fork(PARENT, "n", "f", ATTEMPTS)
    assert [(cell.chosen, cell.inherited) for cell in child.cells] == [
        ("a2", ("a1", "a2")),
        ("b1", ("b1", "b2")),
        (None, ()),
    ]
    assert inherited(child) == ("a1", "a2", "b1", "b2")


def test_what_the_parent_runs_later_changes_nothing_in_the_fork():
    child = fork(PARENT, "c", "f", ATTEMPTS)
    later = {**ATTEMPTS, "a": (*ATTEMPTS["a"], run("a3"))}
    assert messages(child, chosen_runs(child, later)) == messages(PARENT, chosen_runs(PARENT, ATTEMPTS))


def test_a_fork_of_a_fork_has_all_that_the_fork_had():
    child = fork(PARENT, "c", "f", ATTEMPTS)
    grandchild = fork(child, "b", "g", {**ATTEMPTS, "b": (*ATTEMPTS["b"], run("own"))})
    assert (grandchild.parent, grandchild.cells[1].inherited) == ("f", ("b1", "b2", "own"))


def test_a_copy_of_a_cell_in_a_fork_takes_nothing_over():
    child = edits.duplicate(fork(PARENT, "c", "f", ATTEMPTS), "a", "copy")
    assert edits.cell_of(child, "copy").inherited == ()


def test_there_is_no_fork_from_a_cell_that_is_not_there():
    with pytest.raises(KeyError):
        fork(PARENT, "gone", "f", ATTEMPTS)


@given(st.integers(0, 3), st.sampled_from(["a1", "a2", None]))
def test_at_its_beginning_a_fork_says_what_its_parent_said_there(place, choice):
    parent = edits.choose(PARENT, "a", choice)
    cell = parent.cells[place].id
    child = fork(parent, cell, "f", ATTEMPTS)
    upto = parent.model_copy(update={"cells": parent.cells[: place + 1]})
    assert messages(child, chosen_runs(child, ATTEMPTS)) == messages(upto, chosen_runs(upto, ATTEMPTS))
