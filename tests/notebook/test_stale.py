"""Which answers no longer fit what stands above them."""

import hashlib
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.notebook import Cell, Run, Session, chosen_runs, digest, edits, messages_for
from parley.notebook.stale import said_now, stale
from parley.reply import Reply
from parley.request import ChatRequest

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


def answered(session: Session, cell_id: str, attempts: dict, text: str, **facts) -> dict:
    """The attempts, with one more for a cell, sent what the cell would send now."""
    said = messages_for(session, cell_id, chosen_runs(session, attempts))
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    request = ChatRequest.parse({"messages": said})
    made = {"id": f"{cell_id}-{text}", "request": request, "reply": Reply(text=text), "outcome": "complete"} | facts
    return {**attempts, cell_id: (*attempts.get(cell_id, ()), Run(created=moment, **made))}


@pytest.fixture
def five() -> tuple[Session, dict]:
    """Five cells that were all run, and a note among them."""
    session, attempts = Session(id="five", variables={"who": "Ada"}), {}
    for name in "abcde":
        session = edits.add_prompt(session, {"role": "user", "content": f"{name}, {{{{who}}}}?"}, name)
    session = edits.insert(session, edits.new_cell("n", "note", "mine"), below="b")
    for name in "abcde":
        attempts = answered(session, name, attempts, f"{name}!")
    return session, attempts


@given(st.lists(st.dictionaries(st.text(max_size=3), JSON, max_size=3), max_size=4))
def test_a_fingerprint_is_that_of_the_whole_list_as_json(messages):
    text = json.dumps(messages, sort_keys=True, separators=(",", ":"))
    assert digest(messages) == hashlib.sha256(text.encode()).hexdigest()


def test_what_was_just_run_is_not_stale(five):
    assert stale(*five) == frozenset()


def test_an_edit_makes_its_own_answer_and_the_later_ones_stale_and_taking_it_back_mends_all(five):
    session, attempts = five
    edited = edits.edit_text(session, "b", "Other words")
    assert stale(edited, attempts) == set("bcde")
    assert stale(edits.edit_text(edited, "b", "b, {{who}}?"), attempts) == frozenset()


@pytest.mark.parametrize(
    ("edit", "later"),
    [
        (lambda s: edits.edit_text(s, "n", "Not for models"), ""),
        (lambda s: edits.delete(s, "n"), ""),
        (lambda s: edits.with_title(s, "Another"), ""),
        (lambda s: edits.with_settings(s, ChatRequest(temperature=1)), ""),
        (lambda s: edits.set_excluded(s, "d", True), "e"),
        (lambda s: edits.delete(s, "c"), "de"),
        (lambda s: edits.move(s, "c", 1), "cde"),
        (lambda s: edits.change_role(s, "b", "developer"), "cde"),
        (lambda s: edits.with_system_prompt(s, "Be brief.", "sys"), "abcde"),
        (lambda s: edits.with_variable(s, "who", "Grace"), "abcde"),
        (lambda s: edits.insert(s, edits.new_cell("m", "message", "Hm.", "assistant"), above="d"), "de"),
        (lambda s: edits.insert(s, edits.new_cell("m", "prompt", "Never sent"), above="d"), ""),
    ],
)
def test_what_changes_the_messages_above_makes_stale_and_nothing_else_does(five, edit, later):
    session, attempts = five
    assert stale(edit(session), attempts) == set(later)


def test_another_answer_makes_the_later_ones_stale_until_the_former_is_chosen_again(five):
    session, attempts = five
    attempts = answered(session, "b", attempts, "another")
    assert stale(session, attempts) == set("cde")
    assert stale(edits.choose(session, "b", "b-b!"), attempts) == frozenset()
    again = answered(session, "c", attempts, "c2")
    assert stale(session, again) == set("de")


def test_a_run_without_its_messages_is_judged_by_its_fingerprint(five):
    session, attempts = five
    bare = {
        cell: tuple(
            run.model_copy(update={"said": digest(run.request.payload()["messages"]), "request": ChatRequest()})
            for run in runs
        )
        for cell, runs in attempts.items()
    }
    assert stale(session, bare) == frozenset()
    assert stale(edits.edit_text(session, "d", "new"), bare) == set("de")


def test_a_prefill_is_no_difference(five):
    session, attempts = five
    said = [*messages_for(session, "e", chosen_runs(session, attempts)), {"role": "assistant", "content": "e!"}]
    continued = answered(session, "e", attempts, " And", prefill="e!", request=ChatRequest.parse({"messages": said}))
    assert stale(session, continued) == frozenset()


EDITS = st.lists(
    st.tuples(st.sampled_from(["text", "exclude", "move", "delete", "answer", "variable", "note"]), st.integers(0, 7)),
    max_size=12,
)


@given(EDITS)
def test_the_fingerprints_are_those_of_what_running_each_cell_would_send_after_any_edits(done):
    session, attempts = Session(id="any"), {}
    for number in range(4):
        session = edits.add_prompt(session, {"role": "user", "content": f"{number} {{{{x}}}}"}, f"c{number}")
    for step, (what, place) in enumerate(done):
        cell = session.cells[place % len(session.cells)].id if session.cells else None
        if cell is None or what == "variable":
            session = edits.with_variable(session, "x", str(place))
        elif what == "text":
            session = edits.edit_text(session, cell, f"text {place}")
        elif what == "exclude":
            session = edits.set_excluded(session, cell, place % 2 == 0)
        elif what == "move":
            session = edits.move(session, cell, place - 3)
        elif what == "delete":
            session = edits.delete(session, cell)
        elif what == "note":
            session = edits.change_kind(session, cell, "note")
        else:
            attempts = answered(session, cell, attempts, f"answer {step}")
        replies = chosen_runs(session, attempts)
        prompts = [cell.id for cell in session.cells if cell.kind == "prompt"]
        assert said_now(session, replies) == {one: digest(messages_for(session, one, replies)) for one in prompts}


def test_two_sessions_of_one_name_are_told_apart():
    """Ids are unique for one owner only."""
    one = Session(id="same", cells=(Cell(id="c", message={"role": "user", "content": "one"}),))
    other = Session(id="same", cells=(Cell(id="c", message={"role": "user", "content": "other"}),))
    assert said_now(one, {}) != said_now(other, {})
    assert said_now(one, {}) == {"c": digest([one.cells[0].message])}
