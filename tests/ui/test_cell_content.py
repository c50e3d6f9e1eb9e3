"""What an editor shows of a cell, what it makes of it, and which cells of a long session are on screen."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.cell.content import KINDS, as_kind, attachments_of, kind_word, texts_of, with_texts
from components.cell.editor import HIGHEST, LOWEST, height_for
from components.cell.window import LATEST, MOST, window_of
from parley.notebook import Cell, Session, edits

IMAGE = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}


def text(words: str, **more: Any) -> dict[str, Any]:
    return {"type": "text", "text": words, **more}


MESSAGES = st.one_of(
    st.fixed_dictionaries({"role": st.just("user"), "content": st.one_of(st.none(), st.text())}),
    st.fixed_dictionaries(
        {"content": st.lists(st.one_of(st.just(IMAGE), st.builds(text, st.text(min_size=1))), max_size=4)}
    ),
)


@given(MESSAGES)
def test_saving_what_was_not_touched_changes_nothing(message: dict[str, Any]) -> None:
    assert with_texts(message, texts_of(message)) == message


@given(MESSAGES, st.lists(st.text(min_size=1), min_size=4, max_size=4))
def test_what_is_typed_is_what_the_editor_shows_next(message: dict[str, Any], typed: list[str]) -> None:
    words = tuple(typed[: len(texts_of(message))])
    changed = with_texts(message, words)
    assert texts_of(changed) == words
    assert attachments_of(changed) == attachments_of(message)


def test_a_text_between_images_stays_between_them_with_its_cache_breakpoint() -> None:
    message = {"role": "user", "content": [IMAGE, text("old", cache_control={"type": "ephemeral"}), IMAGE]}
    changed = with_texts(message, ["new"])["content"]
    assert changed == [IMAGE, text("new", cache_control={"type": "ephemeral"}), IMAGE]


def test_an_empty_text_among_others_goes_for_some_providers_refuse_it() -> None:
    message = {"role": "user", "content": [text("one"), text("two")]}
    assert with_texts(message, ["", "two"])["content"] == [text("two")]


def test_an_answer_of_calls_alone_stays_without_words() -> None:
    message = {"role": "assistant", "content": None, "tool_calls": [{"id": "a"}]}
    assert with_texts(message, [""]) == message


@pytest.mark.parametrize("word", KINDS)
def test_a_cell_can_become_anything_and_says_what_it_is(word: str) -> None:
    session = Session(id="s", cells=(Cell(id="c", message={"role": "user", "content": "Hello"}),))
    changed = as_kind(session, "c", word)
    assert kind_word(changed.cells[0]) == word
    assert changed.cells[0].text == "Hello"


def test_what_only_a_former_role_could_have_goes_with_it() -> None:
    said = {"role": "tool", "content": "12", "tool_call_id": "a", "name": "clock"}
    changed = as_kind(Session(id="s", cells=(Cell(id="c", kind="message", message=said),)), "c", "User message")
    assert changed.cells[0].message == {"role": "user", "content": "12", "name": "clock"}


def cells(count: int) -> tuple[Cell, ...]:
    session = Session(id="s")
    for number in range(count):
        session = edits.add_prompt(session, {"role": "user", "content": "."}, f"c{number}")
    return session.cells


@given(st.integers(0, 60), st.integers(0, 80))
def test_a_window_is_never_larger_than_it_may_be_and_holds_the_cell_it_begins_with(count: int, first: int) -> None:
    listed = cells(count)
    start, end = window_of(listed, f"c{first}")
    assert end - start <= MOST
    assert (start == first) == (first < count) or start == first == max(0, count - LATEST)
    assert end == count or end - start == MOST


def test_without_a_choice_the_window_ends_with_the_last_cell() -> None:
    assert window_of(cells(25), None) == (15, 25)
    assert window_of(cells(3), None) == (0, 3)


def test_a_box_is_as_high_as_its_text_within_bounds() -> None:
    assert height_for("") == LOWEST
    assert height_for("line\n" * 10) > LOWEST
    assert height_for("line\n" * 100) == HIGHEST
