"""JSON schemas held against what a schema must be, before anything is sent."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.request import ChatRequest, problems
from parley.request.schemas import EMPTY_OBJECT, lint, made_strict, strict_lapses

LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=4)
WORDS = st.sampled_from(
    ["type", "properties", "items", "anyOf", "required", "enum", "$ref", "minimum", "minLength", "pattern", "x"]
)
ANYTHING = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=4), max_leaves=12
)
GOOD: dict[str, Any] = {
    "$defs": {"city": {"type": "string", "minLength": 1}},
    "type": "object",
    "properties": {
        "place": {"$ref": "#/$defs/city"},
        "when": {"anyOf": [{"type": "string", "pattern": "^\\d+$"}, {"type": "null"}]},
        "items": {"type": "array", "items": {"type": ["number", "null"], "minimum": 0, "maximum": 5}},
        "any": True,
    },
    "required": ["place"],
}


def test_a_good_schema_is_left_in_peace() -> None:
    assert lint(GOOD) == ()
    assert lint(EMPTY_OBJECT) == strict_lapses(EMPTY_OBJECT) == ()


@pytest.mark.parametrize(
    ("schema", "place", "words"),
    [
        ({"type": "strng"}, "type", '"strng"; it must be one of object'),
        ({"type": []}, "type", "must be one of"),
        ({"properties": ["a"]}, "properties", "an object of schemas by name"),
        ({"properties": {"a": "string"}}, "properties.a", "a schema is an object"),
        ({"items": {"type": "text"}}, "items.type", "must be one of"),
        ({"anyOf": []}, "anyOf", "at least one"),
        ({"enum": {}}, "enum", "a list of values"),
        ({"required": "a"}, "required", "a list of property names"),
        ({"minLength": -1}, "minLength", "a whole number, 0 or more"),
        ({"maximum": "5"}, "maximum", "a number"),
        ({"minimum": 3, "maximum": 2}, "minimum", "nothing fits"),
        ({"pattern": 3}, "pattern", "a regular expression"),
        ({"$ref": "#/$defs/no"}, "$ref", "no such place"),
    ],
)
def test_what_no_endpoint_can_read_is_named_with_its_place(schema: Any, place: str, words: str) -> None:
    (lapse,) = lint(schema)
    assert lapse.sentence.startswith(f"{place} ")
    assert words in lapse.words
    assert lapse.blocks


@pytest.mark.parametrize("schema", [{"properties": {}, "required": ["a"]}, {"pattern": "("}])
def test_what_some_may_take_is_advice(schema: Any) -> None:
    assert [lapse.blocks for lapse in lint(schema)] == [False]


@given(ANYTHING)
def test_nothing_is_too_odd_to_be_looked_at(schema: Any) -> None:
    assert all(lapse.sentence for lapse in (*lint(schema), *strict_lapses(schema)))


@given(ANYTHING)
def test_made_strict_closes_and_requires_and_changes_nothing_else(schema: Any) -> None:
    left = [lapse.words for lapse in strict_lapses(made_strict(schema))]
    assert not [words for words in left if "additionalProperties" in words or "does not require" in words]
    assert made_strict(made_strict(schema)) == made_strict(schema)


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"type": "array"}, "is no object at its root"),
        ({"type": "object"}, "lacks additionalProperties: false"),
        ({**EMPTY_OBJECT, "properties": {"a": {}, "b": {}}, "required": ["a"]}, "does not require b"),
        ({**EMPTY_OBJECT, "allOf": [{}]}, "has allOf, which strict mode does not know"),
    ],
)
def test_the_rules_of_strict_mode_are_named(schema: Any, words: str) -> None:
    assert words in [lapse.words for lapse in strict_lapses(schema)]


def test_eleven_levels_are_too_deep_for_strict_mode() -> None:
    schema: dict[str, Any] = EMPTY_OBJECT
    for _ in range(10):
        schema = {**EMPTY_OBJECT, "properties": {"a": schema}, "required": ["a"]}
    assert ["nested deeper" in lapse.words for lapse in strict_lapses(schema)] == [True]


def format_with(**inner: Any) -> dict[str, Any]:
    return {"response_format": {"type": "json_schema", "json_schema": {"name": "answer", **inner}}}


def tool_with(**inner: Any) -> dict[str, Any]:
    return {"tools": [{"type": "function", "function": {"name": "f", **inner}}]}


@pytest.mark.parametrize(
    ("body", "path"),
    [
        (format_with(schema={"type": "objct"}), "response_format.json_schema.schema"),
        (tool_with(parameters={"type": "objct"}), "tools[0].function.parameters"),
    ],
)
def test_a_schema_is_linted_before_it_is_sent(body: dict[str, Any], path: str) -> None:
    (found,) = [one for one in problems(ChatRequest.parse(body), settings_only=True) if one.path == path]
    assert found.blocks
    assert f'{path}: type is "objct"' in found.message


def test_a_strict_schema_that_is_not_has_one_way_out() -> None:
    body = tool_with(strict=True, parameters={"type": "object", "properties": {"a": {"type": "string"}}})
    (found,) = problems(ChatRequest.parse(body), settings_only=True)
    assert "lacks additionalProperties: false; it does not require a" in found.message
    mended = found.remedies[0].applied(body)
    assert mended["tools"][0]["function"]["parameters"]["required"] == ["a"]
    assert problems(ChatRequest.parse(mended), settings_only=True) == ()


def test_a_schema_that_is_not_strict_may_be_loose() -> None:
    body = tool_with(parameters={"type": "object", "properties": {"a": {}}})
    assert problems(ChatRequest.parse(body), settings_only=True) == ()


def test_a_bottomless_schema_is_looked_at_as_far_as_it_makes_sense() -> None:
    schema: dict[str, Any] = {"type": "strng"}
    for _ in range(20_000):
        schema = {"items": schema}
    assert lint(schema) == ()


def test_of_many_faults_the_first_are_named_and_the_rest_counted() -> None:
    body = tool_with(parameters={"properties": {str(number): {"type": "x"} for number in range(50)}})
    found = problems(ChatRequest.parse(body), settings_only=True)
    assert len(found) == 4
    assert "47 more things" in found[-1].message


@pytest.mark.parametrize("pattern", ["[[a]", "\\p{L}", "(?<year>\\d+)", "a{9999999999}", "(" * 5_000])
def test_a_regular_expression_of_any_kind_is_survived(pattern: str) -> None:
    assert all(not lapse.blocks for lapse in lint({"pattern": pattern}))
