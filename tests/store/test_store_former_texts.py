"""Former words of an edited cell stay reachable, whatever was done since."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parley.errors import Missing
from parley.notebook import Session, edits
from parley.request import ChatRequest
from parley.store import Store

OPAQUE = "QUJD" * 600


@pytest.fixture
def session(store: Store) -> Session:
    session = edits.add_prompt(Session(id="s"), {"role": "user", "content": "one"}, "c")
    return store.save(edits.insert(session, edits.new_cell("other", "note", "of another cell")))


def written(store: Store, session: Session, *texts: str) -> Session:
    for text in texts:
        session = store.save(edits.edit_text(session, "c", text))
    return session


def former(store: Store, cell: str = "c") -> list[str]:
    return [one.text for one in store.former_texts("s", cell)]


def test_they_come_latest_first_each_once_and_without_the_present_one(store: Store, session):
    session = written(store, session, "two", "one", "three", "")
    assert former(store) == ["three", "one", "two"]
    written(store, session, "two")
    assert former(store) == ["three", "one"]


def test_each_has_the_moment_it_was_last_written(store: Store, session):
    written(store, session, "two", "three")
    two, one = store.former_texts("s", "c")
    assert one.moment <= two.moment
    assert two.moment.tzinfo is not None


def test_other_edits_leave_no_trace(store: Store, session):
    store.save(edits.with_settings(edits.edit_text(session, "other", "changed"), ChatRequest(temperature=1)))
    assert (former(store), former(store, "other")) == ([], ["of another cell"])


def test_words_of_a_way_that_was_undone_are_there_too(store: Store, session):
    written(store, session, "left")
    written(store, store.undo("s"), "right")
    assert former(store) == ["left", "one"]


def test_a_deleted_cell_still_has_its_words(store: Store, session):
    store.save(edits.delete(written(store, session, "two"), "c"))
    assert former(store) == ["two", "one"]
    assert former(store, "never there") == []


def test_long_and_lifted_texts_come_back_to_the_letter(store: Store, session):
    image = {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{OPAQUE}"}}
    parts = [{"type": "text", "text": OPAQUE}, image]
    store.save(
        edits.edit_text(store.save(edits.edit_message(session, "c", {"role": "user", "content": parts})), "c", "now")
    )
    assert former(store) == [OPAQUE, "one"]


def test_of_a_session_that_is_not_there_nothing_is_told(store: Store, session):
    store.delete_session("s")
    with pytest.raises(Missing):
        store.former_texts("s", "c")


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from(["a", "b", "c", "undo", "redo"]), max_size=15))
def test_nothing_that_was_ever_written_is_lost(done):
    with Store("sqlite://") as store:
        session = written(store, store.save(edits.add_prompt(Session(id="s"), {"role": "user", "content": "a"}, "c")))
        ever = {"a"}
        for step in done:
            if step in ("undo", "redo"):
                session = getattr(store, step)("s")
            else:
                session = written(store, session, step)
                ever.add(step)
        assert {*former(store), session.cells[0].text} == ever
        assert session.cells[0].text not in former(store)
