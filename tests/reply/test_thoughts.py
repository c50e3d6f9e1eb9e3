from __future__ import annotations

from typing import Any

from parley.reply import Reply, Usage
from parley.reply.thoughts import ServerCall, Thoughts, thoughts_of


def of(*details: dict[str, Any], **more: Any) -> Thoughts:
    return thoughts_of(Reply(reasoning_details=details, **more))


def test_the_plain_text_is_told_once_though_the_details_repeat_it() -> None:
    told = of(
        {"type": "reasoning.text", "text": "I think", "signature": "s", "format": "anthropic-claude-v1"},
        reasoning="I think",
    )
    assert (told.text, told.signed, told.formats, told.summarised) == ("I think", 1, ("anthropic-claude-v1",), False)


def test_without_a_plain_text_the_details_are_read() -> None:
    assert of({"type": "reasoning.text", "text": "a"}, {"type": "reasoning.text", "text": "b"}).text == "a\n\nb"


def test_a_summary_is_told_from_the_reasoning_itself() -> None:
    summary = {"type": "reasoning.summary", "summary": "In short."}
    assert of(summary).summarised
    assert not of(summary, {"type": "reasoning.text", "text": "At length."}).summarised


def test_sealed_parts_are_counted_and_measured_and_never_read() -> None:
    told = of(
        {"type": "reasoning.encrypted", "data": "A" * 400, "id": "rs_1"}, {"type": "reasoning.encrypted", "data": None}
    )
    assert (told.text, told.sealed, told.sealed_bytes, told.any) == ("", 2, 300, True)


def test_a_tool_that_the_server_used_is_told() -> None:
    detail = {"type": "reasoning.server_tool_call", "tool_name": "search", "arguments": '{"q": 1}', "result": "none"}
    assert of(detail).calls == (ServerCall("search", '{"q": 1}', "none"),)


def test_tokens_are_those_that_the_provider_counted() -> None:
    assert of(usage=Usage(completion_tokens_details={"reasoning_tokens": 19})).tokens == 19
    assert of().tokens is None


def test_details_of_any_shape_are_looked_at() -> None:
    assert not of({}, {"type": 7}, {"type": "reasoning.text", "text": None, "format": None}, {"format": "unknown"}).any
