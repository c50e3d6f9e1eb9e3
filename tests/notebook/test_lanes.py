"""Lanes: several ways to ask the same, kept with the session."""

import pytest

from parley.errors import RequestError
from parley.notebook import Lane, Session
from parley.notebook.lanes import (
    MOST_LANES,
    add_lane,
    lane_of,
    lane_settings,
    remove_lane,
    with_overrides,
    without_lanes,
)
from parley.request import ChatRequest

HOT = ChatRequest(temperature=2, model="hot")


def two() -> Session:
    return add_lane(add_lane(Session(id="s"), "one"), "two", HOT)


def test_lanes_stand_in_the_order_in_which_they_were_added():
    assert two().lanes == (Lane(id="one"), Lane(id="two", overrides=HOT))


def test_a_lane_holds_no_messages():
    assert add_lane(Session(id="s"), "l", ChatRequest.parse({"messages": [], "seed": 1})).lanes[
        0
    ].overrides.payload() == {"seed": 1}
    assert with_overrides(two(), "one", ChatRequest.parse({"messages": []})) == two()


def test_other_fields_of_one_lane_leave_the_other_alone():
    changed = with_overrides(two(), "one", ChatRequest(seed=0))
    assert (lane_of(changed, "one").overrides.payload(), lane_of(changed, "two")) == ({"seed": 0}, two().lanes[1])


def test_a_lane_can_go_and_so_can_all():
    assert [lane.id for lane in remove_lane(two(), "one").lanes] == ["two"]
    assert without_lanes(two()).lanes == ()


def test_there_are_six_at_most_and_no_two_of_one_name():
    full = Session(id="s")
    for number in range(MOST_LANES):
        full = add_lane(full, str(number))
    with pytest.raises(RequestError, match="At most 6"):
        add_lane(full, "more")
    with pytest.raises(ValueError, match="already"):
        add_lane(two(), "one")


@pytest.mark.parametrize("edit", [lambda s: remove_lane(s, "no"), lambda s: with_overrides(s, "no", HOT)])
def test_a_lane_that_is_not_there_cannot_be_changed(edit):
    with pytest.raises(KeyError):
        edit(two())


def test_a_lane_sends_the_sidebar_with_its_own_in_its_place():
    sidebar = ChatRequest.parse({"model": "m", "top_p": 0.5, "temperature": 1})
    assert lane_settings(sidebar, two().lanes[1]).payload() == {"model": "hot", "top_p": 0.5, "temperature": 2}
    assert lane_settings(sidebar, two().lanes[0]) == sidebar
