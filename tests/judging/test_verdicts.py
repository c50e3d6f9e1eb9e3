"""The verdict on answers that were to be JSON."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from parley.judging import Form, Verdict, judged, verdict_of
from parley.notebook import Run
from parley.reply import Reply, ToolCall
from parley.request import ChatRequest

CITY = {
    "type": "object",
    "properties": {"city": {"type": "string"}, "people": {"type": "integer", "minimum": 1}},
    "required": ["city", "people"],
    "additionalProperties": False,
}
BY_SCHEMA = {"type": "json_schema", "json_schema": {"name": "city", "schema": CITY}}
GOOD = '{"city": "Rome", "people": 3}'


def run(reply: Reply, form: dict[str, Any] | None = BY_SCHEMA, **facts: Any) -> Run:
    request = ChatRequest.parse({} if form is None else {"response_format": form})
    made = {"outcome": "complete", **facts}
    return Run(id="r", request=request, reply=reply, created=datetime(2026, 1, 1, tzinfo=UTC), **made)


def verdict(text: str, form: dict[str, Any] = BY_SCHEMA, **facts: Any) -> Verdict:
    found = verdict_of(run(Reply(text=text, finish_reason="stop"), form, **facts))
    assert found is not None
    return found


def test_an_answer_that_keeps_to_its_schema_is_valid() -> None:
    found = verdict(GOOD)
    assert found.passes
    assert found.value == {"city": "Rome", "people": 3}
    assert not found.sentence


def test_what_breaks_the_schema_is_named_with_its_json_path() -> None:
    found = verdict('{"city": 5, "people": 0, "mayor": "Ada"}')
    assert found.kind == "invalid"
    assert {(fault.place, fault.words) for fault in found.faults} == {
        ("$.city", "is 5; it must be text"),
        ("$.people", "is 0; it must be at least 1"),
        ("$.mayor", "is not in the schema, which is closed to other keys"),
    }


def test_a_key_that_is_missing_is_named_at_its_own_place() -> None:
    assert verdict('{"city": "Rome"}').sentence == "$.people is missing."


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"city": "Ro', "ends in the middle of the JSON"),
        ('{"city": "Rome"', "ends in the middle of the JSON"),
        ("Sure! Here is the JSON:", 'begins with "Sure! Here is the JSON:", not with JSON'),
        (f"{GOOD}\nI hope this helps.", "goes on after the JSON, in line 2"),
        ('{"city": Rome}', "breaks off being JSON in line 1, column 10: a value is expected"),
        ('{"city": "Rome",}', "breaks off being JSON in line 1"),
        ('{"people": NaN}', "NaN is no JSON"),
        ("[" * 5_000 + "]" * 5_000, "nested"),
        ("", "has no text"),
    ],
)
def test_an_answer_that_is_no_json_says_why(text: str, told: str) -> None:
    found = verdict(text)
    assert found.kind == "not json"
    assert told in found.sentence


def test_a_limit_that_cut_the_json_is_named() -> None:
    cut = run(Reply(text='{"city": "Ro', finish_reason="length"))
    found = verdict_of(cut)
    assert found is not None
    assert "because the limit on output tokens was reached" in found.sentence


@pytest.mark.parametrize(
    ("inside", "told"), [(GOOD, "keeps to what was asked for"), ('{"city": "Rome"}', "$.people is missing")]
)
def test_json_in_a_fence_is_no_json_and_is_judged_all_the_same(inside: str, told: str) -> None:
    found = verdict(f"```json\n{inside}\n```")
    assert found.kind == "not json"
    assert "Markdown fence" in found.sentence
    assert told in found.sentence
    assert found.readable


def test_a_key_that_stands_twice_is_remarked() -> None:
    found = verdict('{"city": "Rome", "city": "Oslo", "people": 3}')
    assert found.passes
    assert found.remarks == ("The key “city” stands twice in one object; the last one counts.",)


def test_a_draft_that_is_not_known_is_remarked() -> None:
    schema = {"$schema": "https://a.example/draft/9", "type": "object"}
    found = verdict("{}", {"type": "json_schema", "json_schema": {"name": "place", "schema": schema}})
    assert found.passes
    assert found.remarks == (
        'The schema calls itself "https://a.example/draft/9", a draft that is not known here; it is read as 2020-12.',
    )


@pytest.mark.parametrize(("text", "passes"), [("{}", True), ('{"a": 1}', True), ("[]", False), ("3", False)])
def test_json_object_asks_for_an_object_and_for_nothing_else(text: str, passes: bool) -> None:
    assert verdict(text, {"type": "json_object"}).passes is passes


def test_a_schema_without_a_schema_takes_any_json() -> None:
    assert verdict("[1]", {"type": "json_schema", "json_schema": {"name": "any"}}).passes


@pytest.mark.parametrize("form", [None, {"type": "text"}, {"type": "grammar", "grammar": "x"}, {"type": "new"}])
def test_what_may_be_any_text_is_not_judged(form: dict[str, Any] | None) -> None:
    assert verdict_of(run(Reply(text="{"), form)) is None


def test_a_refusal_is_not_called_broken_json() -> None:
    found = verdict_of(run(Reply(refusal="I cannot help with that.", finish_reason="stop")))
    assert found is not None
    assert found.kind == "refused"


def test_what_has_not_ended_and_what_calls_a_tool_is_not_judged() -> None:
    assert verdict_of(run(Reply(text="{"), outcome="running")) is None
    assert verdict_of(run(Reply(tool_calls=(ToolCall(name="look"),)))) is None
    assert verdict_of(run(Reply(), outcome="failed")) is None


def test_what_was_sent_along_belongs_to_the_answer() -> None:
    assert verdict('ome", "people": 3}', prefill='{"city": "R').passes


def test_a_schema_that_is_too_deep_judges_nobody() -> None:
    deep: dict[str, Any] = {}
    for _ in range(30_000):
        deep = {"not": deep}
    assert "too deep" in judged("1", Form(deep)).sentence


def test_the_same_text_is_judged_once() -> None:
    form = Form({"type": "array"})
    assert judged("[1, 2]", form) is judged("[1, 2]", form)
    long = str(list(range(20_000)))
    assert judged(long, form) is judged(long, form)
