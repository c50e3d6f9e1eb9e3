"""What differs between two answers, and between two requests."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import MISSING

from parley.notebook.differing import Change, Piece, changes, word_difference
from parley.request import ChatRequest

TEXT = st.one_of(
    st.text(max_size=60), st.lists(st.sampled_from(["the ", "cat", "dog", ", ", "\n", "日", "_"])).map("".join)
)


def told(a: str, b: str) -> str:
    marks = {"same": "{}", "gone": "[-{}-]", "new": "[+{}+]"}
    return "".join(marks[kind].format(text) for kind, text in word_difference(a, b))


@given(TEXT, TEXT)
def test_the_pieces_make_up_both_texts_to_the_letter(a, b):
    pieces = word_difference(a, b)
    assert "".join(piece.text for piece in pieces if piece.kind != "new") == a
    assert "".join(piece.text for piece in pieces if piece.kind != "gone") == b


@given(TEXT, TEXT)
def test_no_piece_is_empty_and_no_two_neighbours_could_be_one(a, b):
    pieces = word_difference(a, b)
    assert all(piece.text for piece in pieces)
    assert all(one.kind != other.kind and (one.kind, other.kind) != ("new", "gone") for one, other in pairwise(pieces))


@given(TEXT)
def test_a_text_does_not_differ_from_itself(text):
    assert word_difference(text, text) == ((Piece("same", text),) if text else ())


@pytest.mark.parametrize(
    ("a", "b", "shown"),
    [
        ("The quick brown fox.", "The slow brown cat.", "The [-quick-][+slow+] brown [-fox-][+cat+]."),
        ("It is not so.", "It is so.", "It is [-not -]so."),
        ("one two", "one\ntwo", "one[- -][+\n+]two"),
        ("about red roofs", "about old houses", "about [-red roofs-][+old houses+]"),
        ("日本語の文", "日本の文章", "日本[-語-]の文[+章+]"),
        ("", "All new.", "[+All new.+]"),
    ],
)
def test_words_that_changed_are_shown_as_people_would(a, b, shown):
    assert told(a, b) == shown


def test_a_word_lost_in_a_rewritten_passage_does_not_tear_it():
    assert told("one two three four the five six seven eight", "uno dos tres cuatro the cinco seis siete ocho") == (
        "[-one two three four the five six seven eight-][+uno dos tres cuatro the cinco seis siete ocho+]"
    )


def test_two_long_answers_differ_in_what_was_changed_alone():
    words = [f"word{number % 700}" for number in range(9000)]
    changed = ["changed" if number % 100 == 50 else word for number, word in enumerate(words)]
    pieces = word_difference(" ".join(words), " ".join(changed))
    assert [piece.text for piece in pieces if piece.kind == "new"] == ["changed"] * 90


def test_changes_are_what_loading_a_request_would_do_to_the_settings():
    sent = ChatRequest.parse({"model": "m", "messages": [], "temperature": 1.0, "stop": None, "odd": 1})
    now = ChatRequest.parse({"model": "m", "temperature": 1, "top_p": 0.5})
    assert changes(sent, now) == (
        Change("temperature", 1, 1.0),
        Change("stop", MISSING, None),
        Change("odd", MISSING, 1),
        Change("top_p", 0.5, MISSING),
    )


def test_the_order_of_keys_and_the_messages_are_no_change():
    one = ChatRequest.parse(
        {"messages": [{"role": "user", "content": "a"}], "provider": {"only": ["x"], "sort": "price"}}
    )
    assert changes(one, ChatRequest.parse({"provider": {"sort": "price", "only": ["x"]}})) == ()
