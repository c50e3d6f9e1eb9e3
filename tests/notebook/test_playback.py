"""A recorded answer, asked how it stood at any moment."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.money import Money
from parley.notebook import LIVE, Failure, Mark, Run, Timings
from parley.notebook.playback import SPEEDS, Playback, Playhead, Speed
from parley.reply import Reply, ToolCall
from parley.request import ChatRequest

CREATED = datetime(2026, 11, 21, tzinfo=UTC)
Events = Sequence[tuple[float, str]]


def chunk(**delta: Any) -> str:
    return json.dumps({"id": "gen-1", "model": "m/m", "choices": [{"index": 0, "delta": delta, "finish_reason": None}]})


def ended(reason: str = "stop") -> str:
    return json.dumps({"id": "gen-1", "choices": [{"index": 0, "delta": {}, "finish_reason": reason}]})


def run(reply: Reply, *, sent: Sequence[float] = (5.0,), total: float | None = 400.0, **more: Any) -> Run:
    timings = Timings(first_token_ms=100.0, total_ms=total)
    marks = tuple(Mark(ms=ms, what="sent") for ms in sent)
    known = {"outcome": "complete", "timings": timings, "timeline": marks, **more}
    return Run(id="r", request=ChatRequest.parse({"model": "m/m"}), reply=reply, created=CREATED, **known)


WORDS = run(Reply(text="Hello there", reasoning="Hm.", model="m/m"), money=Money(reported=Decimal("0.1")))
STREAMED: Events = (
    (105.0, chunk(reasoning="Hm.")),
    (205.0, chunk(content="Hello")),
    (305.0, chunk(content=" there")),
    (400.0, ended()),
    (401.0, "[DONE]"),
)


@pytest.mark.parametrize(
    ("ms", "reasoning", "text"),
    [(0, "", ""), (99.9, "", ""), (100, "Hm.", ""), (200, "Hm.", "Hello"), (299, "Hm.", "Hello"), (300, "Hm.", "Hello there")],
)  # fmt: skip
def test_a_piece_is_there_from_the_moment_it_came_after_sending(ms: float, reasoning: str, text: str) -> None:
    then = Playback(WORDS, STREAMED).at(ms)
    assert (then.reply.reasoning, then.reply.text) == (reasoning, text)
    assert then.outcome == "running"


def test_before_its_end_nothing_is_known_that_only_the_end_tells() -> None:
    failed = WORDS.model_copy(
        update={"outcome": "failed", "failure": Failure(kind="StreamBroken", message="It broke.")}
    )
    then = Playback(failed, STREAMED).at(300)
    assert (then.failure, then.money.best, then.timings.total_ms) == (None, None, None)
    assert (Playback(WORDS, STREAMED).at(50).timings.first_token_ms, then.timings.first_token_ms) == (None, 100.0)


def test_from_its_end_on_it_is_the_very_run_that_was_kept() -> None:
    played = Playback(WORDS, STREAMED)
    assert played.length == 400.0
    assert played.at(400) is played.at(math.inf) is WORDS


def test_tries_that_were_refused_and_the_pauses_between_are_not_played() -> None:
    again = run(Reply(text="Hello"), sent=(5.0, 2_005.0))
    events = ((40.0, '{"error": {"code": 429, "message": "Slow down"}}'), (2_105.0, chunk(content="Hello")))
    assert [Playback(again, events).at(ms).reply.text for ms in (99, 100)] == ["", "Hello"]


def test_an_answer_in_one_piece_comes_when_it_came() -> None:
    body = {"id": "gen-1", "choices": [{"message": {"role": "assistant", "content": "All."}, "finish_reason": "stop"}]}
    played = Playback(run(Reply(text="All.")), [(355.0, json.dumps(body))])
    assert [played.at(ms).reply.text for ms in (349, 350)] == ["", "All."]


def test_what_broke_off_plays_as_far_as_it_came() -> None:
    broken = (*STREAMED[:2], (305.0, '{"error": {"code": 502, "message": "Provider failed"}}'))
    assert Playback(WORDS, broken).at(399).reply.text == "Hello"
    assert Playback(WORDS, [*STREAMED[:2], (305.0, "{no json")]).at(399).reply.text == "Hello"


def test_parallel_calls_grow_as_they_did() -> None:
    calls = [{"index": i, "id": f"c{i}", "function": {"name": "tide", "arguments": ""}} for i in (0, 1)]
    pieces = [{"index": i, "function": {"arguments": half}} for half in ('{"at":', '"6"}') for i in (1, 0)]
    events = [(105.0 + 10 * n, chunk(tool_calls=[one])) for n, one in enumerate([*calls, *pieces])]
    played = Playback(run(Reply()), events)
    assert [c.arguments for c in played.at(120).reply.tool_calls] == ["", '{"at":']
    assert [c.arguments for c in played.at(199).reply.tool_calls] == ['{"at":"6"}', '{"at":"6"}']


def test_an_answer_without_its_events_comes_evenly_and_says_so() -> None:
    whole = Reply(
        reasoning="Think first. " * 9, text="Then speak. " * 9, tool_calls=(ToolCall(name="f", arguments="{}"),)
    )
    played = Playback(run(whole))
    assert not played.recorded
    assert Playback(WORDS, STREAMED).recorded
    assert played.at(99).reply == Reply()
    half = played.at(250).reply
    assert whole.reasoning.startswith(half.reasoning)
    assert 0 < len(half.reasoning) + len(half.text) < len(whole.reasoning) + len(whole.text)
    assert played.at(399.9).reply.tool_calls[0].arguments == "{}"


def test_events_that_cannot_be_read_are_as_none() -> None:
    played = Playback(WORDS, [(105.0, "<html>"), (106.0, "{")])
    assert not played.recorded
    assert played.at(250).reply.text == "Hello"


def test_an_answer_without_a_word_has_nothing_to_come() -> None:
    assert Playback(run(Reply())).at(300).reply == Reply()


def test_a_long_answer_without_its_events_is_few_pieces() -> None:
    played = Playback(run(Reply(text="word " * 50_000), total=10_000))
    assert played.at(9_999).reply.text == "word " * 50_000


def test_an_answer_that_is_still_on_its_way_is_not_played() -> None:
    (outcome, *_) = LIVE
    live = WORDS.model_copy(update={"outcome": outcome})
    assert Playback(live, STREAMED[:1]).at(0) is live


def test_the_beginning_that_was_sent_along_is_there_from_the_start() -> None:
    played = Playback(run(Reply(text="Hello there"), prefill="So: "), STREAMED)
    assert [played.at(ms).whole.text for ms in (0, 200, 400)] == ["So: ", "So: Hello", "So: Hello there"]


@given(st.lists(st.tuples(st.floats(0, 1000), st.text(max_size=4)), max_size=300), st.lists(st.floats(-10, 1100)))
def test_whatever_came_only_ever_grows_and_every_order_of_asking_gives_the_same(
    pieces: list[tuple[float, str]], moments: list[float]
) -> None:
    events = [(ms + 5, chunk(content=text)) for ms, text in sorted(pieces)]
    played = Playback(run(Reply(text="".join(text for _, text in sorted(pieces))), total=2_000.0), events)
    asked = {ms: played.at(ms).reply.text for ms in moments}
    fresh = [Playback(played.run, events).at(ms).reply.text for ms in sorted(asked)]
    assert [asked[ms] for ms in sorted(asked)] == fresh
    assert all(later.startswith(earlier) for earlier, later in pairwise(fresh))


def test_a_playhead_goes_on_from_where_it_was_left() -> None:
    head = Playhead().play(10.0)
    assert (head.at(10.0), head.at(10.25)) == (0.0, 250.0)
    paused = head.pause(10.5)
    assert (paused.moving, paused.at(99.0)) == (False, 500.0)
    faster = paused.play(20.0).paced("2×", 21.0)
    assert (faster.at(21.0), faster.at(21.5)) == (1500.0, 2500.0)
    assert faster.rewound(30.0) == Playhead(since=30.0, speed="2×")


@pytest.mark.parametrize("speed", SPEEDS)
def test_the_end_is_the_end_at_any_speed(speed: Speed) -> None:
    assert Playhead(speed=speed).ended().at(5.0) == math.inf
    assert not Playhead(speed=speed).ended().moving


def test_at_once_is_the_end_in_the_same_moment() -> None:
    assert Playhead(speed="At once").play(1.0).at(1.0) == math.inf
    for head in (Playhead().play(1.0), Playhead(position=7.0)):
        assert head.paced("At once", 1.1) == Playhead(position=math.inf, speed="At once")


def test_a_clock_that_stands_still_moves_nothing() -> None:
    assert Playhead(position=7.0).at(1e9) == 7.0
    assert Playhead(position=7.0).play(5.0).at(4.0) == 7.0
