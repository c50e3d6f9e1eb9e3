"""The ledger over time: what the runs of each model add up to, hour by hour or day by day, in a person's own time zone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any, Literal, NamedTuple

from sqlalchemy import Connection, and_, func, select

from parley.store.part import to_micros, to_moment
from parley.store.query import Point, RunQuery
from parley.store.schema import runs
from parley.store.sums import added_up, summed, wanted

Step = Literal["hour", "day"]
_LENGTH: dict[Step, timedelta] = {"hour": timedelta(hours=1), "day": timedelta(days=1)}
_HOURLY_UP_TO = timedelta(days=3)
_MICROSECOND = timedelta(microseconds=1)


class _Span(NamedTuple):
    """A time throughout which the zone's clocks are set the same."""

    first: datetime
    end: datetime
    """Without this moment itself."""
    ahead: timedelta
    """Of UTC."""


def series(connection: Connection, query: RunQuery, step: Step | None, zone: tzinfo, owner: str) -> tuple[Point, ...]:
    """A point for each hour or day and model in which there were runs, by time and then by model."""
    rows = wanted(connection, query, owner).conditions
    ends = select(func.min(runs.c.created), func.max(runs.c.created)).where(*rows)
    first, last = connection.execute(ends).one()
    if first is None:
        return ()
    begun, ended = to_moment(first), to_moment(last) + _MICROSECOND
    every = step or ("hour" if ended - begun <= _HOURLY_UP_TO else "day")
    found: dict[tuple[datetime, str], Point] = {}
    for span in _spans(begun, ended, zone):
        for point in _points(connection, rows, span, every, zone):
            place = point.start.astimezone(UTC), point.model or ""
            found[place] = _together(found[place], point) if place in found else point
    return tuple(found[place] for place in sorted(found))


def _points(connection: Connection, rows: tuple[Any, ...], span: _Span, step: Step, zone: tzinfo) -> Iterator[Point]:
    length, ahead = _LENGTH[step] // _MICROSECOND, span.ahead // _MICROSECOND
    number = ((runs.c.created + ahead) // length).label("number")
    within = and_(runs.c.created >= to_micros(span.first), runs.c.created < to_micros(span.end))
    sql = select(number, runs.c.model, *added_up()).where(*rows, within).group_by("number", runs.c.model)
    for row in connection.execute(sql):
        shown = to_moment(row.number * length)
        start = shown.replace(tzinfo=zone) if step == "day" else (shown - span.ahead).astimezone(zone)
        yield Point(start=start, model=row.model, **summed(row))


def _together(one: Point, other: Point) -> Point:
    """Two parts of a day in which the clocks were changed."""
    sums = ("runs", "cost", "cost_unknown", "imported", "prompt_tokens", "completion_tokens")
    return one.model_copy(update={name: getattr(one, name) + getattr(other, name) for name in sums})


def _spans(first: datetime, end: datetime, zone: tzinfo) -> Iterator[_Span]:
    while first < end:
        ahead = _ahead(first, zone)
        change = first
        while change < end and _ahead(change, zone) == ahead:
            change += timedelta(days=1)
        change = end if change >= end and _ahead(end, zone) == ahead else _changed(first, change, zone)
        yield _Span(first, min(change, end), ahead)
        first = change


def _changed(before: datetime, after: datetime, zone: tzinfo) -> datetime:
    """The moment, to the second, from which on clocks are set as they are `after`."""
    low, high = max(before, after - timedelta(days=1)), after
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) / 2
        low, high = (middle, high) if _ahead(middle, zone) == _ahead(before, zone) else (low, middle)
    return high.replace(microsecond=0)


def _ahead(moment: datetime, zone: tzinfo) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta()
