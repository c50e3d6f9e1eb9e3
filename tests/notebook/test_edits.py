"""Whatever is done to a session, and in whatever order, these things hold."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parley.notebook import Cell, Session, edits
from parley.notebook.edits import cell_of, new_cell, position
from parley.request import ChatRequest


def three() -> Session:
    cells = (
        new_cell("sys", "message", "Be brief."),
        new_cell("one", "prompt", "First?"),
        new_cell("two", "note", "A note"),
    )
    return Session(id="s", title="T", cells=cells, draft="d", version=7, settings=ChatRequest(model="m"))


def ids(session: Session) -> list[str]:
    return [cell.id for cell in session.cells]


def test_a_prompt_is_added_at_the_end_and_proposes_the_title():
    session = edits.add_prompt(Session(id="s"), {"role": "user", "content": "# Why is the sky **blue**?"}, "c")
    assert session.title == "Why is the sky blue?"
    assert edits.add_prompt(session, {"role": "user", "content": "And red?"}, "d").title == session.title
    assert session.cells == (Cell(id="c", message={"role": "user", "content": "# Why is the sky **blue**?"}),)


def test_cells_are_inserted_above_and_below():
    cell = new_cell("new", "note")
    assert ids(edits.insert(three(), cell, above="sys")) == ["new", "sys", "one", "two"]
    assert ids(edits.insert(three(), cell, below="sys")) == ["sys", "new", "one", "two"]
    assert ids(edits.insert(three(), cell)) == ["sys", "one", "two", "new"]


@pytest.mark.parametrize(
    ("by", "order"), [(1, "sys two one"), (-1, "one sys two"), (9, "sys two one"), (-9, "one sys two")]
)
def test_a_cell_moves_as_far_as_there_is_room(by, order):
    assert ids(edits.move(three(), "one", by)) == order.split()


def test_a_prompt_in_another_role_is_a_message():
    cell = cell_of(edits.change_role(three(), "one", "assistant"), "one")
    assert (cell.kind, cell.message) == ("message", {"role": "assistant", "content": "First?"})


@pytest.mark.parametrize(("kind", "role"), [("prompt", "user"), ("message", "system"), ("note", None)])
def test_a_cell_of_another_kind_keeps_its_words(kind, role):
    cell = cell_of(edits.change_kind(three(), "two", kind), "two")
    assert (cell.kind, cell.message.get("role"), cell.text) == (kind, role, "A note")


def test_editing_the_words_keeps_pictures_and_what_the_text_part_carried():
    image = {"type": "image_url", "image_url": {"url": "u"}}
    text = {"type": "text", "text": "old", "cache_control": {"type": "ephemeral"}}
    session = edits.edit_message(
        three(), "one", {"role": "user", "content": [image, text, {"type": "text", "text": "2"}]}
    )
    assert cell_of(edits.edit_text(session, "one", "new"), "one").message["content"] == [{**text, "text": "new"}, image]
    assert cell_of(edits.edit_text(session, "one", ""), "one").message["content"] == [image]


def test_a_duplicate_stands_right_below_without_a_choice():
    session = edits.duplicate(edits.choose(three(), "one", "r1"), "one", "copy")
    assert ids(session) == ["sys", "one", "copy", "two"]
    assert (cell_of(session, "one").chosen, cell_of(session, "copy").chosen) == ("r1", None)


def test_an_id_is_never_used_twice():
    with pytest.raises(ValueError, match="already"):
        edits.insert(three(), new_cell("one", "note"))


@pytest.mark.parametrize(
    "edit",
    [
        lambda s: edits.move(s, "no", 1),
        lambda s: edits.edit_text(s, "no", ""),
        lambda s: edits.delete(s, "no"),
        lambda s: edits.insert(s, new_cell("x", "note"), above="no"),
        lambda s: edits.duplicate(s, "no", "x"),
        lambda s: edits.choose(s, "no", None),
    ],
)
def test_a_cell_that_is_not_there_is_a_key_error(edit):
    with pytest.raises(KeyError):
        edit(three())


def test_the_sidebar_holds_no_messages():
    session = edits.with_settings(three(), ChatRequest.parse({"messages": [], "top_p": 0}))
    assert session.settings.payload() == {"top_p": 0}


def test_a_title_is_one_line():
    assert edits.with_title(three(), " a\n b ").title == "a b"


Step = tuple[str, int, int]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["add", "insert", "move", "role", "kind", "text", "duplicate", "delete", "exclude", "choose"]),
        st.integers(0, 30),
        st.integers(-3, 3),
    ),
    max_size=25,
)


def stepped(session: Session, number: int, step: Step) -> Session:
    name, where, by = step
    fresh = f"new{number}"
    if name == "add" or not session.cells:
        return edits.add_prompt(session, {"role": "user", "content": f"text {number}"}, fresh)
    target = session.cells[where % len(session.cells)].id
    table: dict[str, Any] = {
        "insert": lambda: edits.insert(session, new_cell(fresh, ("prompt", "message", "note")[by % 3]), above=target),
        "move": lambda: edits.move(session, target, by),
        "role": lambda: edits.change_role(session, target, ("user", "assistant", "tool")[by % 3]),
        "kind": lambda: edits.change_kind(session, target, ("prompt", "message", "note")[by % 3]),
        "text": lambda: edits.edit_text(session, target, f"text {number}"),
        "duplicate": lambda: edits.duplicate(session, target, fresh),
        "delete": lambda: edits.delete(session, target),
        "exclude": lambda: edits.set_excluded(session, target, by > 0),
        "choose": lambda: edits.choose(session, target, f"r{by}" if by else None),
    }
    edited: Session = table[name]()
    return edited


@settings(max_examples=150, deadline=None)
@given(STEPS)
def test_any_edits_keep_a_session_a_session(steps):
    session = three()
    for number, step in enumerate(steps):
        before, frozen = session, session.model_dump_json()
        session = stepped(session, number, step)
        assert before.model_dump_json() == frozen
        assert len(set(ids(session))) == len(session.cells)
        assert Session.model_validate(session.model_dump()) == session
        assert (session.id, session.version, session.draft) == ("s", 7, "d")
        for cell in session.cells:
            assert ("role" in cell.message) == (cell.kind != "note")
            assert cell.kind != "prompt" or cell.message["role"] == "user"


@settings(max_examples=100, deadline=None)
@given(st.permutations(["sys", "one", "two"]), st.integers(-5, 5))
def test_moving_only_moves(order, by):
    session = three().model_copy(update={"cells": tuple(cell_of(three(), cell_id) for cell_id in order)})
    moved = edits.move(session, "one", by)
    others = [cell_id for cell_id in ids(moved) if cell_id != "one"]
    assert others == [cell_id for cell_id in order if cell_id != "one"]
    assert position(moved, "one") == min(max(position(session, "one") + by, 0), 2)


def test_a_system_message_that_is_left_out_is_no_system_prompt():
    session = edits.set_excluded(three(), "sys", True)
    assert edits.system_prompt(session) == ""
    changed = edits.with_system_prompt(session, "Be long.", "new")
    assert [(cell.id, cell.text, cell.excluded) for cell in changed.cells[:2]] == [
        ("new", "Be long.", False),
        ("sys", "Be brief.", True),
    ]
