from __future__ import annotations

import base64
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from parley.reply import (
    AnnotationDelta,
    AudioDelta,
    DebugEcho,
    Finished,
    ImageDelta,
    LogprobsDelta,
    Metadata,
    Noticed,
    ReasoningDelta,
    RefusalDelta,
    Reply,
    ReplyFold,
    Started,
    StreamEvent,
    TextDelta,
    ToolCallDelta,
    Usage,
    UsageReport,
)

WORD = st.text(max_size=3)
MAYBE = st.none() | WORD
DETAIL = st.fixed_dictionaries(
    {"type": st.sampled_from(["reasoning.text", "reasoning.summary", "reasoning.encrypted", None, 1])},
    optional={
        key: st.sampled_from(["a", "b", None, 0]) for key in ("text", "summary", "data", "signature", "id", "index")
    },
)
EVENTS = st.one_of(
    st.builds(TextDelta, text=WORD),
    st.builds(RefusalDelta, text=WORD),
    st.builds(
        ReasoningDelta, text=WORD, details=st.none() | st.lists(DETAIL, max_size=3).map(tuple), whole=st.booleans()
    ),
    st.builds(
        ToolCallDelta,
        index=st.integers(0, 2),
        id=st.sampled_from([None, "a", "b"]),
        name=MAYBE,
        arguments=WORD,
        begins=st.booleans(),
    ),
    st.builds(AudioDelta, id=MAYBE, data=st.sampled_from(["", "AA==", "AAA=", "AAAA", "A", "é"]), transcript=WORD),
    st.builds(Started, model=MAYBE, provider=MAYBE, created=st.none() | st.integers(0, 9)),
    st.builds(ImageDelta, image=st.just({"image_url": {"url": "data:,"}})),
    st.builds(AnnotationDelta, annotation=st.just({"type": "file"})),
    st.builds(LogprobsDelta, content=st.just(({"token": "a", "logprob": 0},))),
    st.builds(DebugEcho, debug=st.just({"a": 1})),
    st.builds(Metadata, metadata=st.just({"a": 1})),
    st.builds(UsageReport, usage=st.just(Usage(cost="0.5"))),
    st.builds(Noticed, note=WORD),
    st.builds(Finished, finish_reason=MAYBE, native_finish_reason=MAYBE),
)


def fold(*events: StreamEvent) -> Reply:
    folding = ReplyFold()
    for event in events:
        folding.add(event)
    return folding.reply


def details(*items: dict[str, Any]) -> list[dict[str, Any]]:
    return list(fold(*(ReasoningDelta(details=(item,)) for item in items)).reasoning_details)


def text(said: str | None, **more: Any) -> dict[str, Any]:
    return {"type": "reasoning.text", "text": said, "index": 0, **more}


@given(st.lists(EVENTS, max_size=12))
@example([AudioDelta(data="AA=="), AudioDelta(data="AA=="), AudioDelta(data="A")])
@example([AudioDelta(data="AA=="), AudioDelta(data="AA=="), AudioDelta(data="=")])
def test_event_by_event_is_the_same_as_all_at_once(events: list[StreamEvent]) -> None:
    reply, folding = Reply(), ReplyFold()
    for event in events:
        folding.add(event)
        reply = reply.plus(event)
        assert folding.reply == reply == Reply.model_validate_json(reply.model_dump_json())
    assert fold(*events) == reply
    assert reply.message()["role"] == "assistant"


@given(st.lists(EVENTS, max_size=8))
def test_a_snapshot_never_changes_afterwards(events: list[StreamEvent]) -> None:
    folding, kept = ReplyFold(), []
    for event in events:
        folding.add(event)
        kept.append((folding.reply, folding.reply.model_dump_json()))
    assert all(reply.model_dump_json() == before for reply, before in kept)


def test_a_snapshot_without_news_is_the_same_one() -> None:
    folding = ReplyFold()
    folding.add(TextDelta(text="a"))
    assert folding.reply is folding.reply


def test_calls_are_told_apart_by_index_and_by_id() -> None:
    pieces = [(1, "a", "f", "{"), (0, "b", "g", ""), (1, "", "", "}"), (1, "c", "h", "1"), (1, None, None, "2")]
    calls = fold(*(ToolCallDelta(index=i, id=id_, name=n, arguments=a) for i, id_, n, a in pieces)).tool_calls
    assert [(c.id, c.name, c.arguments) for c in calls] == [("b", "g", ""), ("a", "f", "{}"), ("c", "h", "12")]


def test_a_known_id_goes_back_to_its_call() -> None:
    pieces = [("a", "{"), ("b", "["), ("a", "1"), ("b", "2"), (None, "]"), ("a", "}")]
    calls = fold(*(ToolCallDelta(id=id_, arguments=piece) for id_, piece in pieces)).tool_calls
    assert [(c.id, c.arguments) for c in calls] == [("a", "{1}"), ("b", "[2]")]


def test_an_id_that_comes_late_belongs_to_the_call_it_follows() -> None:
    [call] = fold(ToolCallDelta(name="f", arguments="{"), ToolCallDelta(id="a", arguments="}")).tool_calls
    assert (call.id, call.arguments) == ("a", "{}")


def test_details_of_one_type_and_index_grow_together() -> None:
    assert details(text("a"), text("b", text="bc"), text(None, signature="s")) == [text("abc", signature="s")]


@pytest.mark.parametrize("other", [
    {"type": "reasoning.summary", "summary": "b", "index": 0}, text("b", index=1), text("b", id="y"), {"type": "reasoning.encrypted", "data": "b"},
])  # fmt: skip
def test_details_of_another_type_index_or_id_stay_apart(other: dict[str, Any]) -> None:
    assert details(text("a", id="x"), other) == [text("a", id="x"), other]


def test_encrypted_details_are_never_merged() -> None:
    item = {"type": "reasoning.encrypted", "data": "x", "index": 0, "id": "i"}
    assert details(item, item) == [item, item]


def test_a_signature_finds_its_text_behind_other_items() -> None:
    between = {"type": "reasoning.encrypted", "data": "x", "index": 0}
    assert details(text("a"), between, {"type": "reasoning.text", "index": 0, "signature": "s"}) == [
        text("a", signature="s"),
        between,
    ]


def test_an_item_with_an_id_joins_the_one_without_it_came_to() -> None:
    assert details(text("a"), text("b", id="x"), text("c", id="x"), text("d")) == [text("abcd", id="x")]


@pytest.mark.parametrize("odd", [None, 0, ["b"]])
def test_what_is_no_text_does_not_take_the_place_of_text(odd: Any) -> None:
    assert details(text("a"), text("b"), {**text(""), "text": odd}) == [text("ab")]
    merged = fold(ReasoningDelta(details=(text("a"), text("b")))).plus(
        ReasoningDelta(details=({**text(""), "text": odd},))
    )
    assert list(merged.reasoning_details) == [text("ab")]


def test_a_detail_without_text_is_kept_as_it_is() -> None:
    assert details({"type": "reasoning.text"}, {"type": "new", "a": [1]}) == [
        {"type": "reasoning.text"},
        {"type": "new", "a": [1]},
    ]


@pytest.mark.parametrize(
    "pieces", [["AAECAw==", "BAU="], ["AAECAwQF"], ["AAEC", "AwQF"], ["A", "AECAwQ", "F"], ["AA==", "AQ==", "AgMEBQ=="]]
)
def test_audio_pieces_join_however_they_were_cut_or_padded(pieces: list[str]) -> None:
    audio = fold(*(AudioDelta(data=piece) for piece in pieces)).audio
    assert audio is not None
    assert audio.bytes == bytes(range(6)) == base64.b64decode(audio.data)


@given(st.lists(st.text("A/=é", max_size=6)))
def test_audio_is_the_same_however_often_it_is_looked_at(pieces: list[str]) -> None:
    once, often, reply = ReplyFold(), ReplyFold(), Reply()
    for piece in pieces:
        once.add(AudioDelta(data=piece))
        often.add(AudioDelta(data=piece))
        reply = reply.plus(AudioDelta(data=piece))
        assert often.reply == reply
    assert once.reply == reply == fold(*[AudioDelta(data="".join(pieces))] * bool(pieces))


def test_five_minutes_of_sound_are_looked_at_as_they_come() -> None:
    folding, piece = ReplyFold(), bytes(range(256)) * 18 + b"x"
    for count in range(1, 3001):
        folding.add(AudioDelta(data=base64.b64encode(piece).decode()))
        assert count % 20 or folding.reply.audio
    assert folding.reply.audio
    assert folding.reply.audio.bytes == piece * 3000


def test_audio_that_is_no_base64_is_empty_and_kept() -> None:
    audio = fold(AudioDelta(data="*=*", transcript="he"), AudioDelta(transcript="llo", expires_at=7)).audio
    assert audio is not None
    assert (audio.data, audio.bytes, audio.transcript, audio.expires_at) == ("*=*", b"", "hello", 7)


def test_the_last_usage_and_the_last_reasons_count() -> None:
    reply = fold(UsageReport(usage=Usage(cost="1")), UsageReport(usage=Usage(cost="2")), Finished(finish_reason="stop"))
    assert reply.usage is not None
    assert (str(reply.usage.cost), reply.finish_reason) == ("2", "stop")
