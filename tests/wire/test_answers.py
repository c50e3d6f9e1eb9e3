from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.errors import (
    AnswerTooLarge,
    NotAModelApi,
    PaymentRequired,
    ProviderFailed,
    RateLimited,
    RequestRejected,
    StreamBroken,
)
from parley.reply import Finished, Started
from parley.wire.limits import Limits

Reader = Callable[..., Any]
DONE = b"data: [DONE]\n\n"


def event(payload: Any, end: str = "\n\n") -> bytes:
    return f"data: {payload if isinstance(payload, str) else json.dumps(payload)}{end}".encode()


def delta(finish: str | None = None, native: str | None = None, index: int = 0, **said: Any) -> dict[str, Any]:
    choice = {"index": index, "delta": said, "finish_reason": finish, "native_finish_reason": native}
    return {"id": "gen-1", "model": "m", "choices": [choice]}


def text(content: str) -> bytes:
    return event(delta(content=content))


def plain(message: dict[str, Any], **more: Any) -> bytes:
    return json.dumps({"id": "gen-1", "choices": [{"message": message, "finish_reason": "stop"}], **more}).encode()


def test_a_stream_ends_once_at_its_very_end(read: Reader) -> None:
    answer = (
        text("a") + event(delta(finish="tool_calls")) + text("b") + event(delta(finish="stop", native="STOP")) + DONE
    )
    got = read(answer + text("late") + DONE)
    assert got.reply.text == "ab"
    assert [e for e in got.events if isinstance(e, Finished)] == [
        Finished(finish_reason="stop", native_finish_reason="STOP")
    ]
    assert got.events[-1].kind == "finished"


@pytest.mark.parametrize("tail", [DONE, b"data: [DONE]", b"data:[DONE]\r\n\r\n", event(delta(finish="stop"))])
def test_done_or_a_finish_reason_completes_an_answer(read: Reader, tail: bytes) -> None:
    got = read(text("a") + tail)
    assert got.error is None
    assert got.reply.text == "a"


@pytest.mark.parametrize("tail", [b"", b": warm\n\n", b'data: {"choices": [{"del', b"data: [DO"])
def test_the_end_of_the_bytes_alone_does_not(read: Reader, tail: bytes) -> None:
    got = read(text("a") + tail)
    assert isinstance(got.error, StreamBroken)
    assert got.reply.text == "a"
    assert not got.reply.notes


@pytest.mark.parametrize("answer", [b"", b"\n   \n", b": OPENROUTER PROCESSING\n\n"])
def test_an_answer_of_nothing_is_broken(read: Reader, answer: bytes) -> None:
    assert isinstance(read(answer).error, StreamBroken)


def test_usage_is_read_wherever_it_comes(read: Reader) -> None:
    usage = {"usage": {"cost": 0.1, "prompt_tokens": 3}}
    for last in ({**delta(), **usage}, {"choices": [], **usage}, {**delta(finish="stop"), **usage}, usage):
        got = read(text("a") + event(delta(finish="stop")) + event(last) + DONE)
        assert got.reply.usage.cost == Decimal("0.1")
        assert got.reply.usage.prompt_tokens == 3


def test_a_cost_keeps_the_digits_of_its_text(read: Reader) -> None:
    got = read(
        event(
            '{"choices": [], "usage": {"cost": 0.1000000000000000000000001, "cost_details": {"upstream_inference_cost": 1e-7}}}'
        )
        + DONE
    )
    assert str(got.reply.usage.cost) == "0.1000000000000000000000001"
    assert got.reply.usage.cost_details.upstream_inference_cost == Decimal("1e-7")


@pytest.mark.parametrize("odd", ["null", "[]", '"text"', "7", "{}", "{not json", "true", '{"type": "ping"}'])
def test_an_odd_event_is_skipped_and_noted(read: Reader, odd: str) -> None:
    got = read(text("a") + event(odd) + text("b") + DONE)
    assert (got.reply.text, got.reply.notes) == ("ab", ("1 event could not be read",))


@pytest.mark.parametrize(
    "choices", [None, "x", 7, [None], ["x"], [{}], [{"delta": None}], [{"delta": []}], {"delta": {}}]
)
def test_odd_choices_are_no_reason_to_fail(read: Reader, choices: Any) -> None:
    assert read(text("a") + event({"id": "gen-1", "choices": choices}) + text("b") + DONE).reply.text == "ab"


def test_too_many_odd_events_are_given_up(read: Reader) -> None:
    assert read(text("a") + event("x") * 20 + DONE).error is None
    assert isinstance(read(text("a") + event("x") * 21 + DONE).error, NotAModelApi)


@pytest.mark.parametrize("index", [10**30, -5, "x", None, 0.5, True, {}])
def test_an_odd_index_keeps_the_call(read: Reader, index: Any) -> None:
    call = {"index": index, "id": "c", "function": {"name": "f", "arguments": "{}"}}
    [made] = read(event(delta(tool_calls=[call])) + DONE).reply.tool_calls
    assert (made.id, made.name, made.arguments) == ("c", "f", "{}")


def test_the_first_of_several_choices_is_followed(read: Reader) -> None:
    both = {"choices": [{"index": 1, "delta": {"content": "no"}}, {"index": 0, "delta": {"content": "yes"}}]}
    got = read(event(both) + event(delta(index=1, content="no")) + text("!") + DONE)
    assert got.reply.text == "yes!"
    assert len(got.reply.notes) == 1


def choice(index: int, content: str, **more: Any) -> bytes:
    return event(delta(index=index, content=content, **more))


@pytest.mark.parametrize(("others", "shown", "noted"), [
    (choice(1, "no") + choice(0, "yes"), "yes", True), (choice(2, "no") + choice(1, "no", finish="stop") + choice(0, "yes"), "yes", True),
    (choice(1, "a") + choice(1, "b"), "ab", False), (choice(2, "no") + choice(1, "yes"), "yes", True),
    (choice(1, "a") * 20 + choice(0, "no"), "a" * 20, True),
])  # fmt: skip
def test_the_first_choice_is_followed_though_another_speaks_before_it(
    read: Reader, others: bytes, shown: str, noted: bool
) -> None:
    for end in (DONE, b"", event({"error": {"message": "gone"}})):
        reply = read(others + end).reply
        assert (reply.text, len(reply.notes)) == (shown, noted)


def test_a_plain_body_may_hold_another_choice_than_the_first(read: Reader) -> None:
    calls = [{"function": {"name": "f", "arguments": "{}"}}, {"index": 0, "function": {"name": "f"}}]
    got = read(json.dumps({"choices": [{"index": 3, "message": {"content": "a", "tool_calls": calls}}]}).encode())
    assert (got.reply.text, len(got.reply.tool_calls), got.reply.notes) == ("a", 2, ())


def test_the_first_is_not_waited_for_long(read: Reader) -> None:
    got = read(choice(1, "a") * 18 + event({"model": "later", "choices": []}) + DONE)
    assert [made.kind for made in got.events] == ["started", *["text"] * 18, "started", "finished"]


def test_a_choice_that_waited_for_the_first_may_end_the_answer(read: Reader) -> None:
    got = read(choice(1, "a") + choice(1, "b", finish="stop"))
    assert (got.reply.text, got.reply.finish_reason, got.error) == ("ab", "stop", None)


@pytest.mark.parametrize("error", [
    {"error": {"code": 502, "message": "gone"}, "choices": []},
    {"error": {"code": 502, "message": "gone"}, "choices": [{"delta": {"content": "b"}, "finish_reason": "error"}]},
    {"choices": [{"delta": {"content": "b"}, "error": {"code": 502, "message": "gone"}}]},
    {"error": "gone"},
    {"error": {"message": "gone", "code": "server_error"}, "user_id": "u"},
])  # fmt: skip
def test_an_error_in_any_place_is_raised_and_the_text_kept(read: Reader, error: dict[str, Any]) -> None:
    got = read(text("a") + event(error) + DONE)
    assert isinstance(got.error, ProviderFailed)
    assert "gone" in str(got.error)
    assert got.reply.text.startswith("a")
    assert got.error.generation_id == "gen-1"


@pytest.mark.parametrize("data", ['{"message": "gone"}', '{"error": {"message": "gone"}}', "gone"])
def test_an_event_named_error_is_an_error(read: Reader, data: str) -> None:
    got = read(text("a") + b"event: error\n" + event(data))
    assert isinstance(got.error, ProviderFailed)
    assert "gone" in str(got.error)


def test_an_error_keeps_the_usage_of_its_chunk(read: Reader) -> None:
    last = {**delta(), "error": {"code": 400, "message": "Token limit reached"}, "usage": {"cost": 1}}
    got = read(text("a") + event(delta(finish="length")) + event(last) + DONE)
    assert isinstance(got.error, RequestRejected)
    assert got.reply.usage.cost == 1


def test_credits_that_end_inside_a_stream_are_a_matter_of_payment(read: Reader) -> None:
    assert isinstance(
        read(b": x\n\n" + event({"error": {"code": 402, "message": "no credits"}, "user_id": "u"})).error,
        PaymentRequired,
    )


@pytest.mark.parametrize(
    ("finish", "native"), [("error", "MALFORMED_FUNCTION_CALL"), ("stop", "network_error"), ("error", None)]
)
def test_an_end_that_is_a_failure_is_one_without_an_error_object(read: Reader, finish: str, native: str | None) -> None:
    got = read(event(delta(content="")) + event({**delta(finish, native), "usage": {"cost": 0}}) + DONE)
    assert isinstance(got.error, ProviderFailed)
    assert (native or "broke off") in str(got.error)
    assert got.reply.usage.cost == 0


def test_a_malformed_call_fails_only_without_output(read: Reader) -> None:
    end = event(delta("stop", "MALFORMED_FUNCTION_CALL")) + DONE
    assert read(text("a") + end).error is None
    assert isinstance(read(end).error, ProviderFailed)


@pytest.mark.parametrize("padding", [b"", b"\n         \n" * 500, b"\xef\xbb\xbf", b"\r\n"])
@pytest.mark.parametrize("size", [0, 1, 50])
def test_a_plain_body_is_read_behind_its_padding(read: Reader, padding: bytes, size: int) -> None:
    got = read(padding + plain({"content": "héllo", "reasoning": "r"}, usage={"cost": 0.25}), size)
    assert (got.reply.text, got.reply.reasoning, got.reply.finish_reason) == ("héllo", "r", "stop")
    assert got.reply.usage.cost == Decimal("0.25")


def test_details_and_calls_of_a_plain_body_are_not_merged(read: Reader) -> None:
    details = [{"type": "reasoning.text", "text": t, "index": 0} for t in "ab"]
    calls = [{"id": i, "function": {"name": "f", "arguments": i}} for i in "xx"]
    reply = read(plain({"content": None, "reasoning_details": details, "tool_calls": calls})).reply
    assert list(reply.reasoning_details) == details
    assert [call.arguments for call in reply.tool_calls] == ["x", "x"]


def test_an_error_inside_a_plain_200_is_raised_with_what_came(read: Reader) -> None:
    error = {"error": {"code": 429, "message": "slow down"}}
    assert isinstance(read(json.dumps(error).encode()).error, RateLimited)
    got = read(json.dumps({"choices": [{"message": {"content": "half"}, "finish_reason": "error", **error}]}).encode())
    assert isinstance(got.error, RateLimited)
    assert got.reply.text == "half"


@pytest.mark.parametrize(
    "body",
    [b"<!doctype html><title>hi</title>", b"[]", b"[1, 2]", b'{"ok": true}', b'{"choices": null}', b'{"choices": []}'],
)
def test_what_is_no_completion_is_said_to_be_none(read: Reader, body: bytes) -> None:
    assert isinstance(read(body).error, NotAModelApi)


def test_a_plain_body_cut_short_is_broken(read: Reader) -> None:
    body = plain({"content": "hello"})
    assert all(isinstance(read(body[:end]).error, StreamBroken) for end in range(1, len(body)))


def test_torn_characters_meet_in_every_channel(read: Reader) -> None:
    def torn(half: str) -> bytes:
        detail = {"type": "reasoning.text", "index": 0, "text": half}
        call = {"index": 0, "id": "c", "function": {"arguments": half}}
        said = {
            "content": half,
            "reasoning": half,
            "refusal": half,
            "reasoning_details": [detail],
            "tool_calls": [call],
        }
        return event(delta(**said, audio={"transcript": half}))

    reply = read(torn("\ud83d") + torn("\ude00") + DONE).reply
    assert {reply.text, reply.reasoning, reply.refusal, reply.tool_calls[0].arguments, reply.audio.transcript} == {"😀"}
    assert reply.reasoning_details[0]["text"] == "😀"
    assert not reply.notes


def test_what_stays_torn_is_replaced_and_noted(read: Reader) -> None:
    reply = read(
        text("a\ud83d") + event(delta(reasoning="b\x00")) + event({"model": "m\udc00", "choices": []}) + DONE
    ).reply
    assert (reply.text, reply.reasoning, reply.model) == ("a\ufffd", "b\ufffd", "m\ufffd")
    assert reply.notes == ("2 torn characters were replaced",)


def test_invalid_utf8_is_noted(read: Reader) -> None:
    got = read(b'data: {"choices": [{"delta": {"content": "a\xff"}}]}\n\n' + DONE)
    assert (got.reply.text, got.reply.notes) == ("a\ufffd", ("invalid UTF-8 was replaced in 1 place",))


@pytest.mark.parametrize("size", [0, 1, 13])
def test_text_over_the_cap_is_kept_up_to_it(read: Reader, size: int) -> None:
    got = read(text("ä" * 30) + text("b" * 30) + DONE, size, Limits(text=70))
    assert isinstance(got.error, AnswerTooLarge)
    assert got.reply.text == "ä" * 30 + "b" * 10


def test_reasoning_is_read_from_its_other_names(read: Reader) -> None:
    summary = {"type": "reasoning.summary", "summary": "s", "index": 0}
    assert read(event(delta(reasoning_content="r")) + DONE).reply.reasoning == "r"
    assert read(event(delta(reasoning_details=[summary])) + DONE).reply.reasoning == "s"
    assert read(event(delta(reasoning="r", reasoning_details=[summary])) + DONE).reply.reasoning == "r"


def thought(plain: str, detailed: str, kind: str = "text") -> dict[str, Any]:
    details = {"reasoning_details": [{"type": f"reasoning.{kind}", kind: detailed, "index": 0}]} if detailed else {}
    return delta(**({"reasoning": plain} if plain else {}), **details)


@pytest.mark.parametrize(("told", "shown"), [
    ([("a", ""), ("", "S")], "aS"), ([("a", "a"), ("", "b")], "ab"), ([("", "a"), ("b", "b")], "ab"),
    ([("a", ""), ("b", ""), ("", "ab")], "ab"), ([("", "a"), ("", "b"), ("ab", "")], "ab"),
    ([("ab", ""), ("", "a"), ("c", ""), ("", "b"), ("", "c")], "abc"), ([("ab", ""), ("", "abc"), ("d", "d")], "abcd"),
    ([("ha", "ha"), ("ha", "ha"), ("", "ha")], "hahaha"), ([("a", ""), ("b", "ab"), ("c", "c")], "abc"),
    ([("a", "S"), ("b", "")], "ab"), ([("a", ""), ("", ""), ("", "a")], "a"), ([("ab", ""), ("", "ax"), ("", "ab")], "abaxab"),
])  # fmt: skip
def test_reasoning_that_is_told_twice_is_shown_once(read: Reader, told: list[tuple[str, str]], shown: str) -> None:
    got = read(b"".join(event(thought(*both)) for both in told) + DONE)
    assert got.reply.reasoning == shown


@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from([(0, 0), (0, 1), (1, 0), (1, 1)])), max_size=9))
def test_what_both_tell_in_their_own_pace_is_shown_once(read: Reader, steps: list[tuple[str, tuple[int, int]]]) -> None:
    said = "".join(word for word, _ in steps)
    at, sent = [0, 0], b""
    for count, (_, talks) in enumerate(steps, 1):
        parts = [said[start:count] if one else "" for start, one in zip(at, talks, strict=True)]
        at = [count if one else start for start, one in zip(at, talks, strict=True)]
        sent += event(thought(*parts))
    assert read(sent + DONE).reply.reasoning == said[: max(at)]


def test_an_empty_list_of_details_is_remembered(read: Reader) -> None:
    got = read(event(delta(content="a", reasoning_details=[])) + DONE)
    assert got.reply.details_received
    assert not read(text("a") + DONE).reply.details_received


def test_the_head_is_told_once_and_when_it_changes(read: Reader) -> None:
    got = read(text("a") + text("b") + event({"service_tier": "default", "choices": []}) + DONE)
    assert [e for e in got.events if isinstance(e, Started)] == [
        Started(generation_id="gen-1", model="m"),
        Started(service_tier="default"),
    ]


def test_events_that_no_blank_line_parts_are_read_one_by_one(read: Reader) -> None:
    assert (
        read(event(delta(content="a"), end="\n") + event(delta(content="b"), end="\n") + b"data: [DONE]\n").reply.text
        == "ab"
    )


@pytest.mark.parametrize("size", [0, 1])
@pytest.mark.parametrize(
    "cut", [b"", b'data: {"cho', b"data: ", b"da", b'data: {"choices": [{"delta": {"content": "d"}}]']
)
def test_what_no_blank_line_ends_is_read_up_to_the_cut(read: Reader, cut: bytes, size: int) -> None:
    lines = b"".join(event(delta(content=letter), end="\n") for letter in "abc")
    got = read(lines + cut, size)
    assert (got.reply.text, type(got.error)) == ("abc", StreamBroken)
    ended = read(lines + event(delta(finish="stop"), end="\n") + cut, size)
    assert (ended.reply.text, ended.reply.finish_reason, ended.error) == ("abc", "stop", None)
    assert not ended.reply.notes


@pytest.mark.parametrize("end", ["", "\n", "\n\n"])
@pytest.mark.parametrize("told", ["Overloaded", '{"message": "Overloaded"}', '{"error": {"message": "Overloaded'])
def test_an_error_event_keeps_its_words_however_it_ends(read: Reader, told: str, end: str) -> None:
    got = read(text("a") + b"event: error\n" + event(told, end=end))
    assert got.reply.text == "a"
    assert isinstance(got.error, ProviderFailed)
    assert "Overloaded" in str(got.error)


def test_debug_metadata_images_and_citations_are_kept(read: Reader) -> None:
    image, cite = {"type": "image_url", "image_url": {"url": "data:,"}}, {"type": "url_citation", "url_citation": {}}
    got = read(
        event({"choices": [], "debug": {"echo_upstream_body": {"a": 1}}})
        + event(delta(images=[image], annotations=[cite]))
        + event({**delta(), "openrouter_metadata": {"strategy": "direct"}})
        + DONE
    )
    assert got.reply.debug == ({"echo_upstream_body": {"a": 1}},)
    assert (got.reply.images, got.reply.annotations) == ((image,), (cite,))
    assert got.reply.metadata == {"strategy": "direct"}


def test_every_payload_is_recorded_as_it_came(read: Reader) -> None:
    assert read(b": hi\n\n" + event("{}") + event("x y") + DONE, 1).raw == ["{}", "x y", "[DONE]"]


@pytest.mark.parametrize("size", [0, 1, 3])
@pytest.mark.parametrize("padding", ["\ufeff", "\n  \ufeff", "\ufeff\n ", "\r\n\r\n\ufeff"])
def test_a_byte_order_mark_may_stand_behind_padding(read: Reader, padding: str, size: int) -> None:
    answer = plain({"content": "a"}, usage={"cost": 0.5})
    assert read(padding.encode() + answer, size).reply.text == "a"
    assert read(padding.encode() + text("a") + DONE, size).reply.text == "a"


def test_an_image_of_two_megabytes_in_one_line_is_whole(read: Reader) -> None:
    image = {"type": "image_url", "image_url": {"url": "data:image/png;base64," + "A" * 1_900_000}}
    assert read(event(delta(images=[image])) + DONE, 4096).reply.images == (image,)


def test_a_letter_torn_by_the_end_of_the_bytes_is_part_of_what_is_missing(read: Any) -> None:
    came = read(
        'data: {"choices": [{"delta": {"content": "a"}}]}\n\ndata: {"choices": [{"delta": {"content": "é'.encode()[:-1]
    )
    assert (came.reply.text, came.reply.notes) == ("a", ())


@pytest.mark.parametrize(("answer", "words"), [
    (b"", "with nothing"), (b": warm\n\n", "with nothing"), (b'data: {"choices": [{"delta": {"content": "lo', "within its first event"),
])  # fmt: skip
def test_half_an_event_is_not_nothing(read: Any, answer: bytes, words: str) -> None:
    assert words in str(read(answer).error)
