"""A copy of one's own has the content, and none of the ids."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime

import pytest

from parley.notebook import Cell, Run, Session, Snapshot
from parley.notebook.copying import from_elsewhere, renewed
from parley.reply import Reply
from parley.request import ChatRequest


def run(id: str) -> Run:
    return Run(
        id=id,
        owner="me",
        session_id="s",
        cell_id="c",
        request=ChatRequest(model="a/b"),
        reply=Reply(text=id),
        created=datetime(2026, 1, 1, tzinfo=UTC),
        connection="OpenRouter",
    )


@pytest.fixture
def snapshot() -> Snapshot:
    cell = Cell(id="c", message={"content": "?"}, chosen="r2", inherited=("r1",), compared=("r1", "r2", "gone"))
    note = Cell(id="n", kind="note", message={"content": "!"}, chosen="gone")
    session = Session(id="s", title="T", cells=(cell, note), draft="d", parent="p", parent_cell="x", version=7)
    return Snapshot(session=session, attempts={"c": (run("r1"), run("r2"))})


@pytest.fixture
def copy(snapshot) -> Snapshot:
    ids = map(str, itertools.count())
    return renewed(snapshot, lambda: next(ids), "Sample")


def test_no_id_owner_parent_draft_or_version_is_left(copy):
    session = copy.session
    assert (session.version, session.draft, session.parent, session.parent_cell) == (0, "", None, None)
    ids = {session.id, *(cell.id for cell in session.cells), *(one.id for one in copy.attempts[session.cells[0].id])}
    assert ids == {"0", "1", "2", "3", "4"}
    assert {one.owner for several in copy.attempts.values() for one in several} == {""}


def test_runs_stand_in_their_cell_and_come_from_elsewhere(copy):
    (cell_id,) = copy.attempts
    assert cell_id == copy.session.cells[0].id
    places = {(one.session_id, one.cell_id, one.connection) for one in copy.attempts[cell_id]}
    assert places == {(copy.session.id, cell_id, "Sample")}


def test_choices_follow_their_attempts(copy):
    cell, note = copy.session.cells
    first, second = copy.attempts[cell.id]
    assert (cell.chosen, cell.compared, cell.inherited) == (second.id, (first.id, second.id), ())
    assert note.chosen is None


def test_what_was_said_is_the_same(copy, snapshot):
    assert [cell.message for cell in copy.session.cells] == [cell.message for cell in snapshot.session.cells]
    assert [one.reply.text for one in copy.attempts[copy.session.cells[0].id]] == ["r1", "r2"]
    assert copy.session.title == "T"


def test_runs_from_elsewhere_say_since_when_they_are_here(snapshot):
    ids = map(str, itertools.count())
    copy = from_elsewhere(snapshot, lambda: next(ids), datetime(2026, 11, 22, 12, tzinfo=UTC))
    marks = {(one.imported, one.connection) for several in copy.attempts.values() for one in several}
    assert marks == {("2026-11-22T12:00:00+00:00", "OpenRouter")}
