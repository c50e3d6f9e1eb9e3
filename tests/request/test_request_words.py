"""The words in which types, ranges and values are put before a person."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import pytest
from pydantic import MISSING, ValidationError

from parley.request import BY_NAME, Bounds, Kept
from parley.request.finding import words
from parley.request.kept import brief, copied, same
from parley.request.kinds import Kinds
from parley.request.knob import Integer, Number, Switch
from parley.request.limits import outside, span
from parley.request.shapes import choices, json_types, parts, wanted


class Cat(Kept):
    """Purrs."""

    type: Literal["cat"]
    lives: Annotated[Integer | MISSING, Bounds(low=1, high=9)] = MISSING


class OtherPet(Kept):
    """Unknown so far."""

    type: str | MISSING = MISSING


class Home(Kept):
    """Where pets live."""

    pets: list[Annotated[Cat | OtherPet, Kinds("type")]] | MISSING = MISSING
    color: Literal["red", "blue"] | str | MISSING | None = MISSING


@pytest.mark.parametrize(
    ("annotation", "types", "said"),
    [
        (Number, ("number",), "a number"),
        (Integer | None, ("integer", "null"), "a whole number or null"),
        (Switch | MISSING, ("boolean",), "true or false"),
        (str | list[str] | MISSING | None, ("string", "array", "null"), "text, a list of texts or null"),
        (Literal["a"] | str, ("string",), "text"),
        (list[Home], ("array",), "a list of objects"),
        (list[Any], ("array",), "a list"),
        (dict[str, Number] | None, ("object", "null"), "an object or null"),
        (Home | str, ("object", "string"), "an object or text"),
    ],
)
def test_a_type_is_put_into_words(annotation: Any, types: tuple[str, ...], said: str) -> None:
    assert json_types(annotation) == types
    assert wanted(annotation) == said


def test_the_choices_of_an_open_enumeration_and_of_its_list_are_known() -> None:
    assert choices(Literal["a", "b"] | str | None) == ("a", "b")
    assert choices(list[Literal["a"] | str]) == ("a",)
    assert choices(str) == ()


def test_the_parts_of_a_value_are_its_keys_and_words_at_every_depth() -> None:
    assert set(parts(Home)) == {"pets", "color", "type", "lives", "cat", "red", "blue"}
    assert {"max_price", "p90", "int4"} <= set(BY_NAME["provider"].parts)


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [(0, 2, "0 to 2"), (1, None, "1 or more"), (None, 16, "at most 16"), (1, 2_592_000, "1 to 2,592,000")],
)
def test_a_range_is_put_into_words(low: float | None, high: float | None, said: str) -> None:
    assert span(low, high) == said


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, "null"),
        (True, "true"),
        (1, "1"),
        (1.0, "1.0"),
        ("a", '"a"'),
        ("x" * 61, '"' + "x" * 60 + "…"),
        ("\ud800", '"\\ud800"'),
        (10**4000, "1" + "0" * 58 + "…"),
        ([1], "[1 item]"),
        ([1, 2], "[2 items]"),
        ({"a": 1}, "{1 key}"),
        (Home(color="red"), "{1 key}"),
    ],
)
def test_a_value_fits_on_a_line(value: Any, said: str) -> None:
    assert brief(value) == said


@pytest.mark.parametrize(
    ("value", "bounds", "paths"),
    [
        (5, Bounds(low=0, high=5), []),
        (True, Bounds(high=0), []),
        (None, Bounds(low=1), []),
        ([1, 9, 3], Bounds(high=5), ["x[1]"]),
        ({"a": "long"}, Bounds(longest=3), ["x.a"]),
        ({"long": ""}, Bounds(key=3), ["x"]),
        ("", Bounds(shortest=1), ["x"]),
        ("b!", Bounds(pattern="[a-z]*", alphabet="small letters"), ["x"]),
        ([], Bounds(least=1), ["x"]),
    ],
)
def test_bounds_reach_into_lists_and_maps(value: Any, bounds: Bounds, paths: list[str]) -> None:
    assert [problem.path for problem in outside("x", value, bounds)] == paths


def test_kinds_are_told_apart_by_their_key_and_leave_room() -> None:
    home = Home.model_validate({"pets": [{"type": "cat", "lives": 9}, {"type": "emu"}, {}, {"type": 3}]})
    assert isinstance(home.pets, list)
    assert [type(pet) for pet in home.pets] == [Cat, OtherPet, OtherPet, OtherPet]


def test_a_kind_built_in_code_must_be_whole() -> None:
    with pytest.raises(ValidationError, match="lives"):
        Home(pets=[{"type": "cat", "lives": "nine"}])
    with pytest.raises(ValidationError, match="an object is wanted"):
        Home(pets=["cat"])
    assert Home(pets=[Cat(type="cat")]) == Home(pets=[{"type": "cat"}])


def test_a_copy_shares_no_list_and_no_map() -> None:
    given = {"a": [1, {"b": []}]}
    taken = copied(given)
    taken["a"][1]["b"].append(1)
    assert given == {"a": [1, {"b": []}]}


@pytest.mark.parametrize(
    ("one", "other"), [(1, 1.0), (1, True), (0, False), (None, 0), ("", None), ([], {}), ([1], [1, 1])]
)
def test_what_json_tells_apart_is_not_the_same(one: Any, other: Any) -> None:
    assert not same(one, other)
    assert not same({"x": [one]}, {"x": [other]})
    assert same({"x": [one], "y": 1}, {"y": 1, "x": [one]})


def test_words_are_found_in_every_spelling() -> None:
    assert words("maxTokens max_tokens Max-Tokens") == ("max", "tokens") * 3
