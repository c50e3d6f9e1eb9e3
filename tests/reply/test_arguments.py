"""Arguments of tool calls: readable while they grow, whole or not."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.reply.arguments import arguments_of, spread

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('{"city":"Paris","days":[1,2.0]}', '{\n  "city": "Paris",\n  "days": [\n    1,\n    2.0\n  ]\n}'),
        ('{"city": "Pa', '{\n  "city": "Pa'),
        ('{"a":', '{\n  "a": '),
        ("{}", "{}"),
        ("", ""),
        ("no JSON at all", "no JSON at all"),
        ('{"a":"\\u00e9 \\u2028 \\n"}', '{\n  "a": "é \u2028 \\n"\n}'),
        ("}}}", "}\n}\n}"),
    ],
)
def test_arguments_are_laid_out_however_far_they_have_come(text, shown):
    assert spread(text).strip("\n") == shown


@given(JSON)
def test_what_is_whole_says_the_same_laid_out(value):
    assert json.loads(spread(json.dumps(value))) == value


@given(st.dictionaries(st.text(), JSON, max_size=3), st.integers(0, 200))
def test_a_beginning_is_laid_out_as_the_beginning_of_the_whole(value, size):
    text = json.dumps(value, ensure_ascii=False)
    settled, _, tail = spread(text[:size]).rpartition("\n")
    assert spread(text).startswith(settled)
    assert len(tail) <= size + 32


def test_what_is_nested_without_end_stays_narrow():
    assert max(map(len, spread("[" * 10_000).splitlines())) < 40


@pytest.mark.parametrize(
    ("text", "read"), [("", {}), ("  ", {}), ('{"a": 1}', {"a": 1}), ("[1]", None), ('{"a', None), ("[" * 10**5, None)]
)
def test_no_arguments_are_an_empty_object_and_no_object_is_none(text, read):
    assert arguments_of(text) == read
