"""What is said of each field, for bodies in the words of the providers' own APIs."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import MISSING

from parley.reply import DebugEcho, Reply
from parley.request import BY_NAME
from parley.truth import Row, echoes, truth

SAID = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hello there"}]
SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
TOOL = {"type": "function", "function": {"name": "weather", "description": "Tells the weather", "parameters": SCHEMA}}
BODY: dict[str, Any] = {
    "model": "vendor/model",
    "messages": SAID,
    "temperature": 1,
    "top_p": 0.5,
    "max_completion_tokens": 64,
    "stop": ["END"],
    "stream": True,
    "tools": [TOOL],
    "provider": {"sort": "price"},
}

OPENAI = {
    "model": "model-2026",
    "messages": SAID,
    "temperature": 1.0,
    "top_p": 0.5,
    "max_completion_tokens": 64,
    "stop": ["END"],
    "stream": True,
    "stream_options": {"include_usage": True},
    "tools": [TOOL],
}
ANTHROPIC = {
    "model": "model-2026",
    "system": [{"type": "text", "text": "Be brief."}],
    "messages": [{"role": "user", "content": [{"type": "text", "text": "Hello there"}]}],
    "temperature": 1,
    "max_tokens": 64,
    "stop_sequences": ["END"],
    "stream": True,
    "tools": [{"name": "weather", "description": "Tells the weather", "input_schema": SCHEMA}],
    "anthropic_version": "2023-06-01",
}
GEMINI = {
    "systemInstruction": {"parts": [{"text": "Be brief."}]},
    "contents": [{"role": "user", "parts": [{"text": "Hello there"}]}],
    "tools": [{"functionDeclarations": [{"name": "weather", "parameters": SCHEMA}]}],
    "generationConfig": {
        "temperature": 1,
        "topP": 0.5,
        "maxOutputTokens": 64,
        "stopSequences": ["END"],
        "candidateCount": 1,
    },
    "safetySettings": [],
}
RESPONSES = {
    "model": "model-2026",
    "instructions": "Be brief.",
    "input": [{"role": "user", "content": [{"type": "input_text", "text": "Hello there"}]}],
    "temperature": 1,
    "top_p": 0.5,
    "max_output_tokens": 64,
    "stream": True,
    "tools": [{"type": "function", "name": "weather", "parameters": SCHEMA}],
    "store": False,
}
CONVERSE = {
    "modelId": "vendor.model-2026",
    "system": [{"text": "Be brief."}],
    "messages": [{"role": "user", "content": [{"text": "Hello there"}]}],
    "inferenceConfig": {"temperature": 1, "topP": 0.5, "maxTokens": 64, "stopSequences": ["END"]},
    "toolConfig": {"tools": [{"toolSpec": {"name": "weather"}}]},
}


def rows(sent: dict[str, Any], upstream: dict[str, Any] | None) -> dict[str, Row]:
    return {row.field: row for row in truth(sent, upstream)}


def verdicts(sent: dict[str, Any], upstream: dict[str, Any] | None) -> dict[str, str]:
    return {name: row.verdict for name, row in rows(sent, upstream).items() if row.verdict != "unset"}


EVERYWHERE = {"provider": "kept by OpenRouter"}
EXPECTED = [
    (
        OPENAI,
        {
            "model": "renamed",
            "messages": "sent",
            "temperature": "sent",
            "top_p": "sent",
            "max_completion_tokens": "sent",
            "stop": "sent",
            "stream": "sent",
            "tools": "sent",
            "stream_options": "added upstream",
        },
    ),
    (
        ANTHROPIC,
        {
            "model": "renamed",
            "messages": "reshaped",
            "temperature": "sent",
            "top_p": "dropped upstream",
            "max_completion_tokens": "renamed",
            "stop": "renamed",
            "stream": "sent",
            "tools": "reshaped",
            "anthropic_version": "added upstream",
        },
    ),
    (
        GEMINI,
        {
            "model": "not told",
            "messages": "reshaped",
            "temperature": "renamed",
            "top_p": "renamed",
            "max_completion_tokens": "renamed",
            "stop": "renamed",
            "stream": "not told",
            "tools": "reshaped",
            "generationConfig.candidateCount": "added upstream",
            "safetySettings": "added upstream",
        },
    ),
    (
        RESPONSES,
        {
            "model": "renamed",
            "messages": "reshaped",
            "temperature": "sent",
            "top_p": "sent",
            "max_completion_tokens": "renamed",
            "stop": "dropped upstream",
            "stream": "sent",
            "tools": "reshaped",
            "store": "added upstream",
        },
    ),
    (
        CONVERSE,
        {
            "model": "renamed",
            "messages": "reshaped",
            "temperature": "renamed",
            "top_p": "renamed",
            "max_completion_tokens": "renamed",
            "stop": "renamed",
            "stream": "not told",
            "tools": "reshaped",
        },
    ),
]


@pytest.mark.parametrize(
    ("upstream", "expected"), EXPECTED, ids=["chat", "anthropic", "gemini", "responses", "converse"]
)
def test_each_api_s_own_words_are_understood(upstream: dict[str, Any], expected: dict[str, str]) -> None:
    assert verdicts(BODY, upstream) == EVERYWHERE | expected


@pytest.mark.parametrize(
    ("sent", "upstream", "verdict", "place"),
    [
        ({"stop": "END"}, {"stop": ["END"]}, "reshaped", "stop"),
        ({"temperature": 1.5}, {"temperature": 1}, "changed", "temperature"),
        ({"max_tokens": 5}, {"max_tokens": 16}, "changed", "max_tokens"),
        ({"temperature": 1}, {"temperature": True}, "changed", "temperature"),
        ({"min_p": 0.1}, {}, "dropped upstream", ""),
        ({"seed": None}, {"seed": None}, "sent", "seed"),
        ({"user": "me"}, {"user": "a1b2"}, "changed", "user"),
        ({"user": "me"}, {"metadata": {"user_id": "a1b2"}}, "changed", "metadata.user_id"),
        ({"reasoning": {"effort": "high"}}, {"reasoning_effort": "high"}, "reshaped", "reasoning_effort"),
        ({"reasoning": {"effort": "high"}}, {"thinking": {"budget_tokens": 9}}, "reshaped", "thinking"),
        ({"reasoning_effort": "high"}, {"reasoning": {"effort": "high"}}, "renamed", "reasoning.effort"),
        ({"cache_control": {"type": "ephemeral"}}, {"system": [{"cache_control": {}}]}, "reshaped", ""),
        (
            {"response_format": {"type": "json_schema", "json_schema": {"name": "n", "schema": SCHEMA}}},
            {"tools": [{"name": "json", "input_schema": SCHEMA}]},
            "reshaped",
            "",
        ),
        ({"messages": SAID}, {"messages": SAID[1:]}, "changed", "messages"),
        ({"tools": [TOOL]}, {"tools": [{"name": "other"}]}, "changed", "tools"),
        ({"verbosity": "low"}, {"text": {"verbosity": "low"}}, "renamed", "text.verbosity"),
        ({"future": 1}, {"future": 1}, "sent", "future"),
        ({"future": 1}, {}, "dropped upstream", ""),
    ],
)
def test_one_field_and_what_became_of_it(
    sent: dict[str, Any], upstream: dict[str, Any], verdict: str, place: str
) -> None:
    row = rows(sent, upstream)[next(iter(sent))]
    assert (row.verdict, row.place) == (verdict, place)


def test_two_names_of_one_limit_are_told_apart() -> None:
    sent = {"max_completion_tokens": 10, "max_tokens": 20}
    assert verdicts(sent, {"max_tokens": 20}) == {"max_completion_tokens": "dropped upstream", "max_tokens": "sent"}


def test_a_number_of_alternatives_is_not_taken_for_the_switch_of_that_name() -> None:
    sent = {"logprobs": True, "top_logprobs": 3}
    told = rows(sent, {"generationConfig": {"responseLogprobs": True, "logprobs": 3}})
    assert told["logprobs"].place == "generationConfig.responseLogprobs"
    assert told["top_logprobs"].place == "generationConfig.logprobs"


def test_what_was_not_sent_and_is_there_all_the_same_was_added() -> None:
    told = rows({"temperature": 1}, {"temperature": 1, "max_tokens": 4096, "seed": None})
    assert (told["max_tokens"].verdict, told["max_tokens"].forwarded) == ("added upstream", 4096)
    assert told["seed"].verdict == "unset"


def test_without_an_echo_nothing_is_said_of_what_was_forwarded() -> None:
    told = truth(BODY)
    assert {row.verdict for row in told} == {"sent", "unset"}
    assert {row.field for row in told if row.verdict == "sent"} == set(BODY)
    assert all(row.forwarded is MISSING for row in told)


def test_what_parley_added_was_sent_without_being_set() -> None:
    told = {row.field: row for row in truth(BODY, OPENAI, added=("model", "stream"))}
    assert (told["model"].set, told["model"].sent) == (MISSING, "vendor/model")
    assert told["temperature"].set == told["temperature"].sent == 1


def test_every_field_has_its_row_once() -> None:
    fields = [row.field for row in truth(BODY | {"future": 1}, ANTHROPIC)]
    assert len(fields) == len(set(fields))
    assert set(BY_NAME) | {"future"} <= set(fields)


@pytest.mark.parametrize(
    ("debug", "count"),
    [
        ({"echo_upstream_body": {"model": "m"}}, 1),
        ({"echo_upstream_body": '{"model": "m"}'}, 1),
        ({"echo_upstream_body": "no JSON"}, 0),
        ({"echo_upstream_body": None}, 0),
        ({"other": 1}, 0),
    ],
)
def test_an_echo_is_read_as_object_or_as_text(debug: dict[str, Any], count: int) -> None:
    assert len(echoes(Reply().plus(DebugEcho(debug=debug)))) == count


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=12,
)
BODIES = st.dictionaries(st.sampled_from(sorted(BY_NAME)) | st.text(), JSON, max_size=8)


@given(BODIES, BODIES)
def test_no_body_is_too_odd_to_be_judged(sent: dict[str, Any], upstream: dict[str, Any]) -> None:
    told = truth(sent, upstream)
    assert {row.field for row in told if row.sent is not MISSING} == set(sent)


@given(BODIES)
def test_what_is_forwarded_as_it_is_was_sent_and_nothing_was_added(body: dict[str, Any]) -> None:
    assert {row.verdict for row in truth(body, body)} <= {"sent", "unset"}


def test_depth_is_no_obstacle() -> None:
    deep: list[Any] = []
    for _ in range(5_000):
        deep = [deep]
    assert verdicts({"future": deep}, {"future": deep}) == {"future": "sent"}
    assert verdicts({"future": deep}, {"past": deep}) == {"future": "dropped upstream", "past": "added upstream"}
