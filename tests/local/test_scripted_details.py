"""What scripted models do beyond a first answer: second turns, limits, headers, forms."""

from __future__ import annotations

import base64
import contextlib
import json
import zlib
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.local.parts import Refusal
from parley.local.scripted.samples import sample
from tests.local.expectations import AUDIO, FORMAT, SCHEMA, TOOLS

QUICK = {"role": "user", "content": "at 5000/s"}


def ask(client: httpx.Client, model: str, **fields: Any) -> httpx.Response:
    return client.post("/chat/completions", json={"model": f"scripted/{model}", "messages": [QUICK], **fields})


def message(client: httpx.Client, model: str, **fields: Any) -> dict[str, Any]:
    said: dict[str, Any] = ask(client, model, **fields).json()["choices"][0]["message"]
    return said


@pytest.mark.parametrize("model", ["tools", "tools-whole", "tools-together", "tools-thinking", "tools-nulls"])
def test_a_tool_loop_ends_with_the_results(client: httpx.Client, model: str) -> None:
    called = message(client, model, tools=TOOLS)
    results = [
        {"role": "tool", "tool_call_id": call["id"], "content": f"result of {call['function']['name']}"}
        for call in called["tool_calls"]
    ]
    answer = message(client, model, tools=TOOLS, messages=[QUICK, called, *results])
    assert answer["content"].endswith("1. result of weather\n2. result of tides")
    assert "tool_calls" not in answer


@pytest.mark.parametrize(
    ("fields", "names"),
    [
        ({"tool_choice": {"type": "function", "function": {"name": "tides"}}}, ["tides"]),
        ({"parallel_tool_calls": False}, ["weather"]),
        ({"tools": TOOLS[:1]}, ["weather", "weather"]),
        ({"tool_choice": "none"}, []),
        ({"tools": []}, []),
    ],
)
def test_the_request_decides_which_tools_are_called(
    client: httpx.Client, fields: dict[str, Any], names: list[str]
) -> None:
    called = message(client, "tools", **{"tools": TOOLS, **fields}).get("tool_calls", [])
    assert [call["function"]["name"] for call in called] == names


def test_a_tool_without_parameters_gets_no_arguments(client: httpx.Client) -> None:
    bare = [{"type": "function", "function": {"name": "now"}}]
    assert message(client, "tools", tools=bare)["tool_calls"][0]["function"]["arguments"] == ""


def test_max_tokens_cuts_a_call_and_only_the_native_reason_says_so(client: httpx.Client) -> None:
    (choice,) = ask(client, "tools", tools=TOOLS, max_tokens=2).json()["choices"]
    assert (choice["finish_reason"], choice["native_finish_reason"]) == ("tool_calls", "length")


def test_credits_cover_a_small_answer(client: httpx.Client) -> None:
    assert ask(client, "fault-credits").status_code == 402
    assert ask(client, "fault-credits", max_tokens=100).json()["choices"][0]["message"]["content"]


def test_a_rate_limit_says_when_in_headers_and_body(client: httpx.Client) -> None:
    words = [{"role": "user", "content": "retry in 30 s"}]
    answer = ask(client, "fault-rate", messages=words)
    limits = answer.json()["error"]["metadata"]["headers"]
    assert answer.headers["retry-after"] == "30"
    assert {name: answer.headers[name] for name in limits} == limits
    assert len(limits["X-RateLimit-Reset"]) == 13


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        (AUDIO | {"modalities": ["text"]}, "modalities"),
        (AUDIO | {"audio": {"voice": "alloy", "format": "mp3"}}, "Provider returned error"),
    ],
)
def test_sound_comes_only_as_asked_for_rightly(client: httpx.Client, fields: dict[str, Any], words: str) -> None:
    error = ask(client, "audio", stream=True, **fields).json()["error"]
    assert (error["code"], words in error["message"]) == (400, True)


def test_the_image_is_a_png(client: httpx.Client) -> None:
    (image,) = message(client, "image")["images"]
    content = base64.b64decode(image["image_url"]["url"].partition(",")[2])
    start = content.index(b"IDAT") + 4
    pixels = zlib.decompress(content[start : content.index(b"IEND") - 8])
    assert content.startswith(b"\x89PNG\r\n\x1a\n")
    assert len(pixels) == 64 * (1 + 3 * 64)


def test_a_file_is_annotated_under_its_own_name(client: httpx.Client) -> None:
    part = {"type": "file", "file": {"filename": "tides.pdf", "file_data": "data:application/pdf;base64,JVBERg=="}}
    words = [{"role": "user", "content": [part, {"type": "text", "text": "at 5000/s"}]}]
    (annotation,) = message(client, "files", messages=words)["annotations"]
    assert annotation["file"]["name"] == "tides.pdf"


def test_broken_structure_is_broken(client: httpx.Client) -> None:
    content = message(client, "json-broken", response_format=FORMAT)["content"]
    with pytest.raises(json.JSONDecodeError):
        json.loads(content.removeprefix("```json"))


def test_probabilities_come_only_when_asked_for(client: httpx.Client) -> None:
    assert ask(client, "logprobs").json()["choices"][0]["logprobs"] is None
    rated = ask(client, "logprobs", logprobs=True).json()["choices"][0]["logprobs"]["content"]
    assert (rated[0]["logprob"], rated[0]["top_logprobs"]) == (0, [])


def test_reasoning_in_sealed_form_can_be_left_out(client: httpx.Client) -> None:
    answer = message(client, "reasoning-summary", reasoning={"exclude": True})
    assert (answer["reasoning"], "reasoning_details" in answer) == (None, False)


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        (SCHEMA, {"city": "scripted", "days": 2}),
        ({"$ref": "#/$defs/leaf", "$defs": {"leaf": {"enum": ["a", "b"]}}}, "a"),
        ({"anyOf": [{"type": "array", "items": {"type": "boolean"}, "minItems": 2}, {"type": "null"}]}, [True, True]),
        (
            {"allOf": [{"properties": {"a": {"const": 1}}}, {"properties": {"b": {"type": "null"}}}]},
            {"a": 1, "b": None},
        ),
        ({"type": ["null", "string"], "format": "date"}, "2026-01-31"),
        ({"type": "string", "minLength": 10, "maxLength": 10}, "scripted.."),
        ({"type": "integer", "exclusiveMinimum": 4, "multipleOf": 4}, 8),
        ({"type": "number", "maximum": -3}, -3),
        (True, None),
    ],
)
def test_a_sample_fits_its_schema(schema: Any, value: Any) -> None:
    assert sample(schema) == value


def test_a_schema_that_holds_itself_has_a_sample_all_the_same() -> None:
    assert sample({"type": "object", "properties": {"next": {"$ref": "#"}}})["next"]["next"]


def test_a_schema_that_grows_without_end_is_cut() -> None:
    again = {name: {"$ref": "#"} for name in "abcdefgh"}
    assert len(json.dumps(sample({"properties": again}))) < 100_000
    assert len(sample({"type": "string", "minLength": 10**12})) == 10_000


KEYWORDS = st.sampled_from(
    ["type", "properties", "items", "anyOf", "allOf", "$ref", "minLength", "minimum", "multipleOf"]
)
LEAVES = st.none() | st.integers() | st.sampled_from(["object", "array", "string", "number", "#", "#/items"])


@given(st.recursive(LEAVES, lambda inner: st.dictionaries(KEYWORDS, inner) | st.lists(inner, max_size=2)))
def test_a_schema_has_a_sample_or_is_refused(schema: Any) -> None:
    with contextlib.suppress(Refusal):
        json.dumps(sample(schema))


@pytest.mark.parametrize("tools", [[{"type": "function"}], [{"type": "function", "function": {}}], [{"type": "web"}]])
def test_a_tool_without_a_name_is_not_called(client: httpx.Client, tools: list[Any]) -> None:
    assert ask(client, "tools", tools=tools).status_code in (200, 400)
