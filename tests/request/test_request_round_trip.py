"""The law of the room: what is parsed comes back, byte for byte as JSON."""

from __future__ import annotations

import json
import pickle
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parley.request import FIELDS, ChatRequest, problems

NAMES = [spec.name for spec in FIELDS]
WORDS = [
    *NAMES,
    *("role", "type", "id", "text", "function", "name", "content", "parameters", "image_url", "url", "json_schema"),
    *("schema", "extra", "payload", "_keys", "wire", "model_config", "__class__", "__pydantic_extra__", "self"),
]
TAGS = [
    *("user", "system", "assistant", "tool", "text", "image_url", "file", "function", "openrouter:web_search"),
    *("openrouter:fusion", "web", "auto-router", "json_schema", "grammar", "step_count_is", "web_search", "content"),
]
TEXTS = st.sampled_from(TAGS) | st.text(st.characters(exclude_categories=()), max_size=8)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS
KEYS = st.sampled_from(WORDS) | st.text(st.characters(exclude_categories=()), max_size=6)
JSON = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=5))
BODIES = st.dictionaries(KEYS, JSON, max_size=8)


def exact(value: Any) -> str:
    """JSON text tells 1, 1.0 and true apart, and one order of keys from another."""
    return json.dumps(value)


@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(BODIES)
def test_any_json_object_comes_back_type_for_type_and_in_order(body: dict[str, Any]) -> None:
    assert exact(ChatRequest.parse(body).payload()) == exact(body)


@settings(max_examples=80, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(BODIES)
def test_whatever_was_parsed_can_be_judged_and_shown(body: dict[str, Any]) -> None:
    request = ChatRequest.parse(body)
    assert all(problem.field in problem.message for problem in problems(request))
    assert len(repr(request)) < 150 * (len(body) + 1)


@settings(max_examples=80, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(BODIES, BODIES)
def test_requests_are_equal_when_they_send_the_same(one: dict[str, Any], other: dict[str, Any]) -> None:
    same_json = json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
    assert (ChatRequest.parse(one) == ChatRequest.parse(other)) == same_json
    assert ChatRequest.parse(one) == ChatRequest.parse(dict(reversed(one.items())))


@settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(BODIES)
def test_setting_a_field_and_unsetting_it_leaves_no_trace(body: dict[str, Any]) -> None:
    bare = ChatRequest.parse(body).without("temperature")
    assert exact(bare.with_fields(temperature=0.5).without("temperature").payload()) == exact(bare.payload())


VALUES = [None, 0, 0.0, 1, 1.0, False, True, "", [], {}]


@pytest.mark.parametrize("name", [*NAMES, "never_heard_of_it"])
def test_unset_null_zero_false_and_empty_are_all_distinct(name: str) -> None:
    bodies: list[dict[str, Any]] = [{}, *({name: value} for value in VALUES)]
    requests = [ChatRequest.parse(body) for body in bodies]
    assert [exact(request.payload()) for request in requests] == [exact(body) for body in bodies]
    assert all((a == b) == (i == j) for i, a in enumerate(requests) for j, b in enumerate(requests))


def test_a_very_deep_body_is_neither_refused_nor_cut() -> None:
    deep: dict[str, Any] = {}
    for _ in range(5_000):
        deep = {"messages": [deep]}
    request = ChatRequest.parse({"x": deep})
    assert request == ChatRequest.parse({"x": request.payload()["x"]})
    assert request.payload().keys() == {"x"}


def test_a_request_shares_nothing_with_what_it_was_read_from_nor_with_what_it_gives() -> None:
    body: dict[str, Any] = {"metadata": {"a": "b"}, "x": {"y": [1]}, "messages": [{"role": "user", "content": []}]}
    request = ChatRequest.parse(body)
    before = exact(request.payload())
    for taken in (body, request.payload(), request.extra):
        taken["x"]["y"].append(2)
    body["metadata"]["c"] = body["messages"][0]["z"] = 1
    assert exact(request.payload()) == before


def test_a_request_survives_pickling_and_its_own_json() -> None:
    request = ChatRequest.parse({"temperature": "hot", "x": [1.0], "top_p": 1, "messages": [{"role": "user"}]})
    assert pickle.loads(pickle.dumps(request)) == request
    assert ChatRequest.model_validate_json(request.model_dump_json()) == request
    assert ChatRequest.model_validate(request.model_dump()) == request
