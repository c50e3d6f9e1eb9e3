"""Values held against schemas, also against those of somebody who means harm."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.judging.faults import json_path
from parley.judging.rules import MOST_LOOKS
from parley.judging.schemas import MOST_FAULTS, held_against


def faults(schema: Any, value: Any) -> list[str]:
    held = held_against(schema, value)
    assert not held.unchecked
    return [fault.sentence for fault in held.faults]


@pytest.mark.parametrize(
    ("schema", "value", "told"),
    [
        ({"type": ["string", "null"]}, 3, "$ is 3; it must be text or null."),
        ({"enum": ["a", "b"]}, "c", '$ is "c"; it must be one of "a", "b".'),
        ({"const": 1}, 2, "$ is 2; it must be exactly 1."),
        ({"exclusiveMaximum": 5}, 5, "$ is 5; it must be less than 5."),
        ({"multipleOf": 3}, 4, "$ is 4; it must be a multiple of 3."),
        ({"minLength": 3}, "ab", "$ has 2 characters; at least 3 are allowed."),
        ({"maxItems": 1}, [1, 2], "$ has 2 items; at most 1 are allowed."),
        ({"pattern": "^a"}, "b", '$ is "b", which does not match "^a".'),
        ({"format": "date"}, "tomorrow", '$ is "tomorrow", which is no date.'),
        ({"format": "email"}, "ada", '$ is "ada", which is no email.'),
        ({"uniqueItems": True}, [1, 2, 1.0], "$[2] is the same as item 0; items must differ."),
        ({"not": {"type": "null"}}, None, "$ is what the schema rules out."),
        ({"contains": {"type": "null"}}, [1], "$ has no item as the schema asks for."),
        ({"dependentRequired": {"a": ["b"]}}, {"a": 1}, "$ lacks a key that another one asks for."),
        ({"oneOf": [{"type": "integer"}, {"minimum": 0}]}, 1, "$ fits more than one of the shapes"),
        ({"propertyNames": {"maxLength": 1}}, {"ab": 1}, "$ has 2 characters; at most 1 are allowed."),
        (False, 1, "$ is not allowed here at all"),
    ],
)
def test_each_rule_has_its_words(schema: Any, value: Any, told: str) -> None:
    assert any(told in one for one in faults(schema, value))


def test_of_several_shapes_the_nearest_is_named() -> None:
    schema = {
        "anyOf": [{"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]}, {"type": "null"}]
    }
    assert faults(schema, {"a": 1}) == [
        "$ fits none of the 2 shapes that are allowed; in the nearest, $.a is 1; it must be text."
    ]


def test_a_place_is_spelt_as_jsonpath_has_it() -> None:
    assert json_path(("items", 0, "first name", "ünit")) == '$.items[0]["first name"].ünit'


def test_references_within_the_schema_are_followed_and_others_are_not_fetched() -> None:
    tree = {
        "$ref": "#/$defs/node",
        "$defs": {"node": {"properties": {"next": {"$ref": "#/$defs/node"}, "n": {"type": "integer"}}}},
    }
    assert faults(tree, {"next": {"next": {"n": "x"}}}) == ['$.next.next.n is "x"; it must be a whole number.']
    held = held_against({"$ref": "http://127.0.0.1:9/schema.json"}, 1)
    assert "Nothing is fetched" in held.unchecked


@pytest.mark.parametrize(
    ("schema", "told"),
    [
        ({"type": "strng"}, 'type is "strng"'),
        ({"properties": []}, "it must be an object of schemas by name"),
        ({"$ref": "#/$defs/nowhere"}, "there is no such place"),
        ({"required": "a"}, "it must be a list of property names"),
        ({"minContains": "x"}, "which no schema can have there"),
        (3, "a schema is an object"),
    ],
)
def test_a_broken_schema_is_named_and_judges_nobody(schema: Any, told: str) -> None:
    held = held_against(schema, {})
    assert not held.faults
    assert told in held.unchecked


def test_a_pattern_that_would_keep_python_busy_for_years_does_not() -> None:
    evil = {"type": "object", "patternProperties": {"^(a+)+$": {}}, "additionalProperties": False}
    assert len(faults(evil, {"a" * 40 + "b": 1})) == 1
    assert len(faults({"items": {"pattern": "^(a|a)*$"}}, ["a" * 60 + "!"])) == 1


@pytest.mark.parametrize(
    "draft", ["http://json-schema.org/draft-07/schema#", "https://json-schema.org/draft/2020-12/schema"]
)
def test_no_part_of_a_schema_is_read_by_other_rules(draft: str) -> None:
    evil = {"$schema": draft, "pattern": "^(a+)+$"}
    for schema in ({"items": evil}, {"items": {"$ref": "#/$defs/e"}, "$defs": {"e": evil}}):
        assert len(faults(schema, ["a" * 60 + "b"])) == 1
    again = {"$schema": draft, "items": {"$ref": "#"}, "pattern": "^(a+)+$"}
    assert len(faults(again, [["a" * 60 + "b"]])) == 1


WIDE: dict[str, Any] = {f"k{number}": {} for number in range(4_900)}
MANY: list[Any] = [{}] * 20_000


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"items": {"properties": WIDE}}, MANY),
        ({"items": {"dependentRequired": {name: [] for name in WIDE}}}, MANY),
        ({"allOf": [{"items": {}}] * 2_000}, MANY),
        ({"allOf": [{"pattern": ".{2000}b"}] * 2_000}, "a_" * 200_000),
        ({"allOf": [{"patternProperties": {"^a.*b": {}}}] * 2_000}, {"a" * 400_000: 1}),
        ({"patternProperties": {f"a{number}": {} for number in range(300)}}, {}),
        ({"oneOf": [{"items": {"type": "string"}}] * 50}, [1] * 3_000),
        ({"unevaluatedProperties": True}, dict.fromkeys(map(str, range(34_000)), 1)),
    ],
    ids=range(8),
)
def test_a_schema_that_makes_much_work_of_little_comes_to_an_end(schema: Any, value: Any) -> None:
    assert "more looks at this answer than it is worth" in held_against(schema, value).unchecked


def test_what_is_compared_again_and_again_is_spelt_once() -> None:
    assert not held_against({"allOf": [{"uniqueItems": True}] * 2_000}, [MANY]).unchecked
    assert not held_against({"items": {"enum": ["a" * 1_000, *range(5_000)]}}, ["a" * 1_000] * 400).unchecked


def test_a_schema_that_is_very_large_is_not_read() -> None:
    assert "more than 10,000 values" in held_against({"enum": list(range(10_000))}, 1).unchecked


def test_a_large_answer_in_a_usual_form_is_checked() -> None:
    row = {"type": "object", "properties": {"n": {"type": "integer"}, "s": {"type": "string", "pattern": "^[a-z]+$"}}}
    rows = [{"n": number, "s": "abc"} for number in range(10_000)]
    schema = {"type": "array", "items": row | {"required": ["n", "s"], "additionalProperties": False}}
    assert faults(schema, [*rows, {"n": 1}]) == ["$[10000].s is missing."]


def test_a_pattern_that_only_others_can_read_is_left_out_and_said_so() -> None:
    held = held_against({"pattern": "^(?!x)"}, "x")
    assert held.left_out == ('the pattern "^(?!x)"',)
    assert not held.faults


def test_a_draft_that_nobody_knows_is_read_as_the_newest_and_named() -> None:
    held = held_against({"$schema": "https://json-schema.org/draft/2099-01/schema#", "type": "string"}, 1)
    assert held.unknown_draft == "https://json-schema.org/draft/2099-01/schema"
    assert len(held.faults) == 1
    known = {"$schema": "http://json-schema.org/draft-07/schema#", "type": "string"}
    assert held_against(known, "x").unknown_draft == held_against({}, "x").unknown_draft == ""


@pytest.mark.parametrize(("keyword", "value"), [("allOf", "x"), ("anyOf", 1), ("oneOf", "x")])
def test_a_schema_that_multiplies_itself_comes_to_an_end(keyword: str, value: Any) -> None:
    defs: dict[str, Any] = {"d0": {"type": "string"}}
    for number in range(1, 40):
        defs[f"d{number}"] = {keyword: [{"$ref": f"#/$defs/d{number - 1}"}] * 2}
    held = held_against({"$ref": "#/$defs/d39", "$defs": defs}, value)
    assert "more looks at this answer than it is worth" in held.unchecked


def test_a_schema_that_refers_to_itself_for_ever_comes_to_an_end() -> None:
    held = held_against({"$ref": "#"}, 1)
    assert held.unchecked


def test_equal_items_are_found_in_a_long_list() -> None:
    items: list[Any] = [{"n": number} for number in range(20_000)]
    assert held_against({"uniqueItems": True}, items).faults == ()
    assert len(faults({"uniqueItems": True}, [*items, {"n": 7.0}])) == 1


def test_of_many_faults_the_first_are_told_and_the_others_counted() -> None:
    held = held_against({"items": {"type": "string"}}, list(range(300)))
    assert len(held.faults) == MOST_FAULTS
    assert held.more == 300 - MOST_FAULTS
    assert MOST_LOOKS > 300


@pytest.mark.parametrize(
    "draft",
    [
        "http://json-schema.org/draft-04/schema#",
        "http://json-schema.org/draft-07/schema",
        "https://json-schema.org/draft/2020-12/schema",
    ],
)
def test_a_schema_is_read_by_the_draft_that_it_names(draft: str) -> None:
    assert faults({"$schema": draft, "required": ["a"]}, {}) == ["$.a is missing."]


def test_a_draft_that_nobody_knows_is_read_as_the_newest() -> None:
    assert faults({"$schema": "urn:none", "type": "null"}, 1) == ["$ is 1; it must be null."]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
KEYWORDS = """type properties items required enum anyOf $ref pattern minimum not if format $schema additionalProperties
patternProperties uniqueItems multipleOf $id $defs unevaluatedItems contains"""
words = st.sampled_from(KEYWORDS.split())


@given(st.dictionaries(words, json_values, max_size=5), json_values)
def test_any_schema_and_any_value_come_to_a_verdict_and_stay_as_they_are(schema: dict[str, Any], value: Any) -> None:
    before = copy.deepcopy((schema, value))
    held = held_against(schema, value)
    assert all(fault.sentence for fault in held.faults)
    assert not (held.unchecked and held.faults)
    assert repr((schema, value)) == repr(before)
