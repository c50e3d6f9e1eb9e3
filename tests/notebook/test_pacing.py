"""A copy plays as its answer really came, and its pace holds none of the words."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from parley.notebook import Mark, Run, Timings
from parley.notebook.pacing import MOST, Pace, pace_of, paced
from parley.notebook.playback import Playback, with_pace
from parley.reply import Reply, TextDelta, ToolCall
from parley.request import ChatRequest

STREAMED = [
    (105.0, {"reasoning": "Hm."}),
    (205.0, {"content": "Hello"}),
    (305.0, {"content": " there"}),
    (355.0, {"tool_calls": [{"index": 0, "id": "c", "function": {"name": "now", "arguments": "{}"}}]}),
]
EVENTS = [(ms, json.dumps({"choices": [{"index": 0, "delta": delta}]})) for ms, delta in STREAMED]
REPLY = Reply(text="Hello there", reasoning="Hm.", tool_calls=(ToolCall(id="c", name="now", arguments="{}"),))
BEATS = st.lists(st.tuples(st.floats(0, 10**4), st.integers(0, 20)), max_size=9).map(tuple)


def a_run(**facts: object) -> Run:
    known = {"id": "r", "request": ChatRequest.parse({"model": "m"}), "created": datetime(2026, 11, 21, tzinfo=UTC)}
    told = {"reply": REPLY, "outcome": "complete", "timings": Timings(first_token_ms=100, total_ms=400)}
    return Run.model_validate({**known, **told, "timeline": (Mark(ms=5, what="sent"),), **facts})


def test_a_copy_plays_as_the_recording_does() -> None:
    recorded, copy = Playback(a_run(), EVENTS), Playback(with_pace(a_run(), EVENTS))
    assert copy.recorded
    for ms in (0, 99, 100, 199, 200, 299, 300, 349, 350, 399):
        one, other = recorded.at(ms).reply, copy.at(ms).reply
        assert (one.text, one.reasoning, len(one.tool_calls)) == (other.text, other.reasoning, len(other.tool_calls)), (
            ms
        )


def test_no_word_of_an_answer_is_in_its_pace() -> None:
    assert with_pace(a_run(), EVENTS).pace == Pace(
        reasoning=((100.0, 3),), text=((200.0, 5), (300.0, 6)), rest=((350.0, 1),)
    )


def test_one_without_events_keeps_the_pace_it_came_with() -> None:
    run = with_pace(a_run(), EVENTS)
    assert with_pace(run, []) is run
    assert with_pace(a_run(), []).pace is None


@given(text=st.text(), beats=BEATS, reasoning=st.text())
def test_whatever_was_masked_all_words_come_and_none_twice(
    text: str, beats: tuple[tuple[float, int], ...], reasoning: str
) -> None:
    reply = Reply(text=text, reasoning=reasoning)
    pieces = paced(Pace(text=beats), reply, [])
    assert "".join(piece.text for _, piece in pieces if isinstance(piece, TextDelta)) == text
    assert [ms for ms, _ in pieces] == sorted(ms for ms, _ in pieces)
    assert Playback(a_run(reply=reply, pace=Pace(text=beats))).at(10**9).reply == reply


def test_a_very_long_stream_keeps_its_pace_in_fewer_beats() -> None:
    pace = pace_of(((float(at), TextDelta(text="ab")) for at in range(MOST * 2 + 1)), frozenset())
    assert pace is not None
    assert len(pace.text) <= MOST
    assert sum(count for _, count in pace.text) == 2 * (MOST * 2 + 1)


@pytest.mark.parametrize("beat", [(-1, 1), (float("nan"), 1), (float("inf"), 1), (1, -1), (1,), (1, 1, 1), "ab"])
def test_a_forged_pace_is_none(beat: object) -> None:
    with pytest.raises(ValidationError):
        Pace.model_validate({"text": [beat]})
