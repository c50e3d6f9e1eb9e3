"""What the ledger's charts show, before any is drawn."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from components.history.chart_specs import (
    COLOURS,
    COST,
    MOST_BARS,
    OTHERS,
    RUNS,
    SPEEDS,
    Picture,
    by_group,
    inked,
    over_time,
    unknown_cost,
)
from parley.store import GroupPercentiles, Point, Spread

FIRST = datetime(2026, 7, 1, tzinfo=ZoneInfo("Europe/Rome"))
FIRST_TOKEN, _, SPEED = SPEEDS


def point(day: float = 0, model: str | None = "m", cost: str = "0.5", runs: int = 1, **facts: Any) -> Point:
    return Point(start=FIRST + timedelta(days=day), model=model, runs=runs, cost=Decimal(cost), **facts)


def group(name: str | None, *figures: float, runs: int = 10) -> GroupPercentiles:
    spread = Spread(known=9, p50=figures[0], p90=figures[1], p99=figures[2]) if figures else None
    return GroupPercentiles(name=name, runs=runs, first_token_ms=spread)


def rows(picture: Picture | None) -> list[dict[str, Any]]:
    assert picture is not None
    return picture.spec["data"]["values"]


def test_a_bar_says_what_it_is_of_in_the_words_of_the_ledger():
    (bar,) = rows(over_time(COST, [point(cost="0.000042")], "day"))
    assert (bar["model"], bar["cost"], bar["when"]) == ("m", "$0.000042", "01 July 2026")
    assert (bar["low"], bar["high"]) == (0, 0.000042)


def test_models_of_a_day_stand_upon_one_another_the_largest_below():
    low, high = rows(over_time(COST, [point(model="a", cost="1"), point(model="b", cost="2")], "day"))
    assert (low["model"], low["high"], high["low"], high["high"]) == ("b", 2, 2, 3)


def test_a_day_begins_by_the_clock_on_the_wall_wherever_the_browser_is():
    (bar,) = rows(over_time(RUNS, [point()], "day"))
    assert bar["from"] == "2026-07-01T00:00:00Z"
    assert bar["to"] < "2026-07-02"


@pytest.mark.parametrize(
    ("days", "step", "title"),
    [
        (1, "hour", "Runs per hour"),
        (MOST_BARS, "day", "Runs per day"),
        (MOST_BARS + 1, "day", "Runs per week"),
        (7 * MOST_BARS + 1, "day", "Runs per month"),
    ],
)
def test_many_bars_become_fewer_of_a_longer_time(days: int, step: Any, title: str):
    picture = over_time(RUNS, [point(day) for day in range(days)], step)
    assert picture is not None
    assert picture.spec["title"] == title
    assert len(rows(picture)) <= MOST_BARS + 1
    assert sum(bar["high"] - bar["low"] for bar in rows(picture)) == days


def test_models_without_a_colour_of_their_own_are_together():
    many = [point(model=f"m{number}", runs=number) for number in range(1, 20)]
    picture = over_time(RUNS, many, "day")
    assert picture is not None
    names = picture.spec["encoding"]["color"]["scale"]["domain"]
    assert (len(names), names[0], names[-1]) == (COLOURS, "m19", OTHERS)
    assert next(bar["runs"] for bar in rows(picture) if bar["model"] == OTHERS) == f"{sum(range(1, 13))} runs"


def test_a_model_has_one_colour_in_every_chart():
    points = [point(model="many", runs=9, cost="0"), point(model="dear", runs=1, cost="5")]
    pictures = [over_time(measure, points, "day") for measure in (COST, RUNS)]
    assert [one and one.spec["encoding"]["color"]["scale"]["domain"] for one in pictures] == [["dear", "many"]] * 2


def test_one_legend_is_enough():
    with_it, without = (over_time(RUNS, [point()], "day", legend=legend) for legend in (True, False))
    assert with_it is not None
    assert without is not None
    assert with_it.spec["encoding"]["color"]["legend"]
    assert without.spec["encoding"]["color"]["legend"] is None
    assert without.spec["height"] < with_it.spec["height"]


def test_words_are_written_in_the_ink_that_is_given():
    picture = over_time(RUNS, [point()], "day")
    assert picture is not None
    assert inked(picture, "#123456").spec["config"]["axis"]["labelColor"] == "#123456"


def test_a_group_is_named_without_its_vendor_unless_another_is_named_alike():
    groups = [group(name, 1, 2, 3) for name in ("a/x", "b/x", "c/y", None)]
    assert [row["short"] for row in rows(by_group(FIRST_TOKEN, groups, "model"))] == ["a/x", "b/x", "y", "unknown"]


def test_a_model_without_a_name_is_unknown():
    assert rows(over_time(RUNS, [point(model=None)], "day"))[0]["model"] == "unknown"


def test_where_no_cost_is_known_there_is_no_chart_of_it():
    nothing = [point(cost="0", cost_unknown=3), point(1, cost="0", cost_unknown=4)]
    assert over_time(COST, nothing, "day") is None
    assert over_time(COST, [], "day") is None
    assert unknown_cost(nothing) == 7


def test_small_costs_add_up_exactly():
    picture = over_time(COST, [point(cost="0.1", model=f"m{number}") for number in range(3)], "day")
    assert picture is not None
    assert picture.words.startswith("Cost per day, $0.30 in all: m0 $0.10; m1 $0.10")


def test_a_spread_says_its_three_figures_in_words():
    picture = by_group(FIRST_TOKEN, [group("m", 340, 1200, 125_000)], "model")
    (row,) = rows(picture)
    assert (row["half"], row["nine of ten"], row["99 of 100"]) == ("340 ms", "1.2 s", "2 min 5 s")
    assert row["known of"] == "9 of 10 runs"
    assert picture is not None
    assert picture.words == "First token by model, at 50, 90 and 99 of a hundred runs: m 340 ms, 1.2 s, 2 min 5 s"


def test_groups_of_which_nothing_is_known_are_left_out():
    assert [row["name"] for row in rows(by_group(FIRST_TOKEN, [group("a"), group(None, 1, 2, 3)], "model"))] == [
        "unknown"
    ]
    assert by_group(FIRST_TOKEN, [group("a")], "model") is None
    assert by_group(SPEED, [group("a", 1, 2, 3)], "model") is None


def test_groups_of_the_most_runs_come_first_and_not_too_many_of_them():
    found = rows(by_group(FIRST_TOKEN, [group(f"m{n}", 1, 2, 3, runs=n) for n in range(1, 40)], "provider"))
    assert [row["name"] for row in found][:2] == ["m39", "m38"]
    assert len(found) == 12


@pytest.mark.parametrize(("most", "scale"), [(900, "linear"), (200_000, "log")])
def test_what_is_far_apart_stands_on_a_logarithmic_scale(most: float, scale: str):
    picture = by_group(FIRST_TOKEN, [group("a", 10, 20, 30), group("b", 100, 300, most)], "model")
    assert picture is not None
    assert picture.spec["encoding"]["x"]["scale"]["type"] == scale
