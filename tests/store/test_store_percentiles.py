"""Percentiles and sums over time: those of the rows, whatever the filter and whatever the clocks do."""

import math
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parley.money import Money
from parley.notebook import Run, Timings
from parley.reply import Reply, Usage
from parley.request import ChatRequest
from parley.store import Percentiles, RunQuery, Store

BERLIN = ZoneInfo("Europe/Berlin")
START = datetime(2026, 1, 1, tzinfo=UTC)
Times = list[float | None]


def kept(
    store: Store, id: str, created: datetime = START, model: str = "m", cost: str | None = None, **timings
) -> None:
    run = Run(id=id, request=ChatRequest.parse({"model": model, "messages": []}), created=created)
    ended = {
        "outcome": "complete",
        "timings": Timings(**timings),
        "reply": Reply(usage=Usage(prompt_tokens=3, completion_tokens=11)),
        "money": Money(reported=None if cost is None else Decimal(cost)),
    }
    store.begin(run)
    store.finish(run.model_copy(update=ended))


def nearest_rank(figures: Times, part: int) -> float:
    known = sorted(one for one in figures if one is not None)
    return known[math.ceil(part / 100 * len(known)) - 1]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.none() | st.integers(0, 30).map(float), min_size=1, max_size=60))
def test_they_are_figures_that_were_measured_and_so_many_of_a_hundred_are_no_larger(figures: Times):
    with Store("sqlite://") as store:
        for number, total in enumerate(figures):
            kept(store, f"r{number}", model=f"m{number % 2}", total_ms=total)
        for asked, of in ((RunQuery(), figures), (RunQuery(model="m1"), figures[1::2])):
            spread = store.percentiles(asked).total_ms
            known = [one for one in of if one is not None]
            if not known:
                assert spread is None
            else:
                assert (spread.p50, spread.p90, spread.p99) == tuple(nearest_rank(known, part) for part in (50, 90, 99))
                assert spread.known == len(known)


def test_of_nothing_nothing_is_known(store: Store):
    assert store.percentiles() == store.percentiles(RunQuery(model="m")) == Percentiles()
    assert store.percentiles_by("model") == store.series() == ()


def test_by_model_those_of_the_most_runs_come_first(store: Store):
    for number, model in enumerate("abbbcc"):
        kept(store, f"r{number}", model=model, first_token_ms=number, total_ms=10 * number)
    groups = store.percentiles_by("model")
    assert [(one.name, one.runs) for one in groups] == [("b", 3), ("c", 2), ("a", 1)]
    assert (groups[0].first_token_ms.p50, groups[0].total_ms.p90) == (2, 30)


def test_an_unknown_provider_is_a_group_of_its_own(store: Store):
    kept(store, "r1", total_ms=7)
    (group,) = store.percentiles_by("provider")
    assert (group.name, group.runs, group.first_token_ms, group.total_ms.p99) == (None, 1, None, 7)


def test_points_hold_what_their_runs_add_up_to(store: Store):
    for number in range(6):
        kept(store, f"r{number}", START + timedelta(hours=10 * number), f"m{number % 2}", "0.1" if number % 3 else None)
    points = store.series(step="day")
    assert [(one.start.day, one.model, one.runs) for one in points] == [
        (1, "m0", 2),
        (1, "m1", 1),
        (2, "m0", 1),
        (2, "m1", 1),
        (3, "m1", 1),
    ]
    assert (points[0].cost, points[0].cost_unknown, points[0].prompt_tokens) == (Decimal("0.1"), 1, 6)
    assert sum(one.runs for one in store.series(RunQuery(model="m1"), step="day")) == 3


@pytest.mark.parametrize(("days", "hours"), [(2, True), (4, False)])
def test_without_a_step_a_few_days_are_shown_hour_by_hour(store: Store, days, hours):
    for number in range(2):
        kept(store, f"r{number}", START + timedelta(days=days * number, minutes=90))
    assert (store.series()[0].start.hour == 1) is hours


@pytest.mark.parametrize("month", [3, 10])
def test_days_and_hours_are_those_of_the_clocks_in_the_zone_also_when_they_are_changed(store: Store, month):
    first = datetime(2026, month, 27 if month == 3 else 23, 5, 30, tzinfo=UTC)
    moments = [first + timedelta(minutes=20 * number) for number in range(300)]
    for number, moment in enumerate(moments):
        kept(store, f"r{number}", moment)
    days = [(one.start.date(), one.runs) for one in store.series(step="day", zone=BERLIN)]
    local = [moment.astimezone(BERLIN).date() for moment in moments]
    assert days == [(day, local.count(day)) for day in sorted(set(local))]
    hours = store.series(step="hour", zone=BERLIN)
    assert [one.runs for one in hours] == [2, *[3] * 99, 1]
    assert hours[1].start.astimezone(UTC) == first + timedelta(minutes=30)


def test_a_day_begins_at_midnight_in_the_zone(store: Store):
    kept(store, "r1", datetime(2026, 7, 1, 22, 30, tzinfo=UTC))
    (point,) = store.series(step="day", zone=BERLIN)
    assert point.start == datetime(2026, 7, 2, tzinfo=BERLIN)
