"""One endpoint in and out of a provider preference."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parley.catalog import Endpoint
from parley.catalog.preferring import eligible, named, toggled
from parley.request import ChatRequest

ENDPOINTS = tuple(
    Endpoint(tag=tag, provider_name=name)
    for tag, name in (("north", "North"), ("north/fast", "North"), ("south", "South"))
)
TAGS = st.sampled_from(["north", "north/fast", "south"])
KINDS = st.sampled_from(["only", "order", "ignore"])


def request(**provider: Any) -> ChatRequest:
    return ChatRequest.parse({"provider": provider, "seed": 1})


def test_a_tag_is_added_at_the_end_and_nothing_else_is_touched() -> None:
    after = toggled(request(order=["south"], sort="price"), "order", "north")
    assert after.payload() == {"provider": {"order": ["south", "north"], "sort": "price"}, "seed": 1}


def test_what_is_left_empty_is_unset() -> None:
    assert toggled(request(only=["north"]), "only", "north").payload() == {"seed": 1}


def test_what_is_used_is_not_ignored() -> None:
    assert toggled(request(ignore=["south", "north"]), "only", "north").payload()["provider"] == {
        "ignore": ["south"],
        "only": ["north"],
    }
    assert toggled(request(only=["north"], order=["north"]), "ignore", "north").payload()["provider"] == {
        "ignore": ["north"]
    }


@pytest.mark.parametrize("odd", ["text", 7, None, ["list"], {"only": "north"}, {"only": None}])
def test_an_odd_provider_is_replaced_where_it_must_be(odd: Any) -> None:
    assert named(toggled(ChatRequest.parse({"provider": odd}), "only", "south"), "only") == ("south",)


@settings(deadline=None)
@given(st.lists(st.tuples(KINDS, TAGS), max_size=6), KINDS, TAGS)
def test_a_second_click_takes_a_first_one_back(clicks: list[Any], kind: Any, tag: str) -> None:
    before = ChatRequest()
    for one in clicks:
        before = toggled(before, *one)
    once = toggled(before, kind, tag)
    assert (tag in named(once, kind)) != (tag in named(before, kind))
    assert tag not in named(once, "ignore") or tag not in (*named(once, "only"), *named(once, "order"))
    assert named(toggled(once, kind, tag), kind) == tuple(one for one in named(before, kind) if one != tag) + (
        (tag,) if tag in named(before, kind) else ()
    )


@pytest.mark.parametrize(
    ("provider", "left"),
    [
        ({}, ["north", "north/fast", "south"]),
        ({"only": ["north"]}, ["north", "north/fast"]),
        ({"only": ["North"], "ignore": ["north/fast"]}, ["north"]),
        ({"ignore": ["NORTH"]}, ["south"]),
        ({"order": ["south"]}, ["north", "north/fast", "south"]),
        ({"order": ["south"], "allow_fallbacks": False}, ["south"]),
        ({"only": ["nobody"]}, []),
    ],
)
def test_preferences_leave_endpoints(provider: dict[str, Any], left: list[str]) -> None:
    assert [one.tag for one in eligible(request(**provider), ENDPOINTS)] == left
