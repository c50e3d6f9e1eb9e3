"""Edits at one place of a JSON value leave every other place alone."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import MISSING

from parley.request.kept import copied, same
from parley.request.paths import Path, cut, found, moved, put, renamed, spelt

LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=3)
KEYS = st.sampled_from(["a", "b", "c"])
JSON = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3), max_leaves=10
)


def places(value: Any, here: Path = ()) -> dict[Path, Any]:
    """Every place of a value that holds no others."""
    steps = enumerate(value) if isinstance(value, list) else value.items() if isinstance(value, dict) else ()
    inner = {path: held for step, one in steps for path, held in places(one, (*here, step)).items()}
    return inner or {here: value}


@given(JSON, st.data())
def test_a_change_at_one_place_leaves_all_others_as_they_were(value: Any, data: st.DataObject) -> None:
    before = copied(value)
    path = data.draw(st.sampled_from(list(places(value))))
    after = put(value, path, "new")
    assert found(after, path) == "new"
    others = {place: held for place, held in places(before).items() if place != path}
    assert all(same(found(after, place), held) for place, held in others.items())
    assert same(value, before)


@given(JSON, st.data())
def test_what_is_cut_is_gone_and_nothing_else(value: Any, data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(list(places(value))))
    after = cut(value, path)
    kept = {place: held for place, held in places(value).items() if place != path}
    assert len(kept) <= len(places(after)) <= len(kept) + 1
    assert (after is MISSING) == (not kept and not any(isinstance(step, int) for step in path[:-1]))


@pytest.mark.parametrize(
    ("value", "path", "left"),
    [
        ({"a": {"b": 1}}, ("a", "b"), MISSING),
        ({"a": {"b": 1}, "c": {}}, ("a", "b"), {"c": {}}),
        ([{"a": 1}], (0, "a"), [{}]),
        ([{"a": 1}], (0,), MISSING),
        ({"a": 1}, ("b",), {"a": 1}),
        (7, (), MISSING),
    ],
)
def test_an_object_that_loses_its_last_key_goes_and_an_item_stays(value: Any, path: Path, left: Any) -> None:
    assert cut(value, path) == left


def test_objects_on_the_way_are_made_and_begin_with_what_they_must_have() -> None:
    starts = ({}, {"type": "ephemeral"})
    assert put(MISSING, ("cache", "ttl"), "1h", starts) == {"cache": {"type": "ephemeral", "ttl": "1h"}}
    assert put({"cache": {"ttl": "5m"}}, ("cache", "ttl"), "1h", starts) == {"cache": {"ttl": "1h"}}
    assert put(None, (3, "x"), 1) == [{"x": 1}]


def test_a_name_changes_in_its_place_and_items_move() -> None:
    assert list(renamed({"a": 1, "b": 2, "c": 3}, "b", "z").items()) == [("a", 1), ("z", 2), ("c", 3)]
    assert renamed({"a": 1, "b": 2}, "a", "b") == {"b": 1}
    assert renamed({"a": 1}, "a", "a") == {"a": 1}
    assert [moved("abc", 1, by) for by in (-5, -1, 1)] == [list("bac"), list("bac"), list("acb")]


def test_a_path_is_spelt_as_in_problems() -> None:
    assert spelt(("tools", 0, "function", "name")) == "tools[0].function.name"
