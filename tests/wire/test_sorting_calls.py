from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

Reader = Callable[..., Any]
Piece = tuple[int | None, str | None, str | None, str]


def called(read: Reader, *deltas: list[Piece]) -> list[tuple[str | None, str | None, str]]:
    """What calls a stream of these deltas makes; a piece is index, id, name, arguments."""
    answer = ""
    for pieces in deltas:
        calls = [{"index": i, "id": id, "function": {"name": name, "arguments": said}} for i, id, name, said in pieces]
        answer += f"data: {json.dumps({'choices': [{'delta': {'tool_calls': calls}}]})}\n\n"
    reply = read(f"{answer}data: [DONE]\n\n".encode()).reply
    return [(call.id, call.name, call.arguments) for call in reply.tool_calls]


@pytest.mark.parametrize(("pieces", "calls"), [
    ([(0, "A", "f", '{"a"'), (0, "B", "g", '{"b"'), (0, "A", None, ":1}"), (0, "B", "", ":2}")], [("A", "f", '{"a":1}'), ("B", "g", '{"b":2}')]),
    ([(0, "A", "f", "{"), (0, "B", "g", "["), (0, "A", None, "1"), (0, None, None, "}"), (0, "B", None, "]")], [("A", "f", "{1}"), ("B", "g", "[]")]),
    ([(0, "A", "f", '"\ud83d'), (0, "B", "g", "{}")], [("A", "f", '"\ufffd'), ("B", "g", "{}")]),
    ([(0, None, "f", '"\ud83d'), (0, None, "g", "{}")], [(None, "f", '"\ufffd'), (None, "g", "{}")]),
    ([(0, None, "f", '"\ud83d'), (0, "A", None, '\ude00"')], [("A", "f", '"😀"')]),
    ([(0, "A", "f", '"\ud83d'), (0, "B", "g", "{}"), (0, "A", None, '\ude00"')], [("A", "f", '"😀"'), ("B", "g", "{}")]),
    ([(None, None, "f", "{}"), (None, None, "g", "{}")], [(None, "f", "{}"), (None, "g", "{}")]),
    ([(0, None, "f", '{"a":1}'), (0, None, "f", '{"a":2}')], [(None, "f", '{"a":1}'), (None, "f", '{"a":2}')]),
    ([(0, None, "f", '{"a"'), (0, None, "f", ":1}"), (0, None, "g", "{"), (0, None, None, "}")], [(None, "f", '{"a":1}'), (None, "g", "{}")]),
    ([(0, None, "f", ""), (0, "A", "f", "{}")], [("A", "f", "{}")]),
    ([(0, "A", "f", "{}"), (0, "A", "g", "{}"), (0, "A", None, " ")], [("A", "f", "{}"), ("A", "g", "{} ")]),
])  # fmt: skip
def test_every_piece_finds_its_call(
    read: Reader, pieces: list[Piece], calls: list[tuple[str | None, str | None, str]]
) -> None:
    assert called(read, *([piece] for piece in pieces)) == calls
    assert called(read, *([(piece[0] or 0, *piece[1:])] for piece in pieces)) == calls


def test_calls_of_one_delta_without_index_or_id_stay_apart(read: Reader) -> None:
    whole: list[Piece] = [(None, None, "f", "{}"), (None, None, "g", "{}")]
    assert called(read, whole) == [(None, "f", "{}"), (None, "g", "{}")]
    assert called(read, [(0, *piece[1:]) for piece in whole]) == [(None, "f", "{}"), (None, "g", "{}")]


@given(st.lists(st.tuples(st.integers(0, 1), st.sampled_from("ABC"), st.booleans(), st.text("ä😀x", max_size=2))))
def test_calls_that_speak_in_turns_keep_their_words(read: Reader, turns: list[tuple[int, str, bool, str]]) -> None:
    said: dict[tuple[int, str], str] = {}
    pieces: list[list[Piece]] = []
    for index, id, named, words in turns:
        said[index, id] = said.get((index, id), "") + words
        pieces.append([(index, id, f"f{id}" if named else None, words)])
    assert sorted((id, words) for id, _, words in called(read, *pieces)) == sorted(
        (id, words) for (_, id), words in said.items()
    )
