"""What runs had cost that are removed for good: sums by session and hour, for the caps. Nothing of the runs is in them.

A cost that comes later finds its place by the id of the run, which is kept for that, up to the first removal on another day.
"""

from __future__ import annotations

from datetime import datetime
from functools import reduce
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, case, delete, func, select

from parley.store.part import AnyRow, insert_new, now, to_micros, upsert
from parley.store.picodollars import halves, pico_of
from parley.store.schema import awaited_costs, removed_costs, runs

HOUR = 3600 * 10**6
"""Microseconds."""
AWAITED = 24
"""Hours after which nobody asks any more what a removed run did cost."""


class Sums(NamedTuple):
    """Of some runs."""

    cost_pico: int = 0
    """Picodollars."""
    worst_pico: int = 0
    """What those may have cost at worst of which nobody knows what they cost."""
    doubted: int = 0
    """How many of them may have cost something."""
    unknown: int = 0
    """Further ones, of which nobody could tell it when they were sent."""

    def and_also(self, others: Sums) -> Sums:
        return Sums(*(one + other for one, other in zip(self, others, strict=True)))


def sums_of(unpriced: ColumnElement[bool]) -> tuple[ColumnElement[int | None], ...]:
    """Columns for `summed`."""
    worst = runs.c.worst_pico
    return (
        *halves(),
        *halves(case((unpriced, worst)), "worst"),
        func.sum(case((and_(unpriced, worst > 0), 1), else_=0)).label("doubted"),
        func.sum(case((and_(unpriced, worst.is_(None)), 1), else_=0)).label("unknown"),
    )


def summed(row: AnyRow) -> Sums:
    return Sums(pico_of(row), pico_of(row, "worst"), int(row.doubted or 0), int(row.unknown or 0))


def keep_costs(connection: Connection, owner: str, which: ColumnElement[bool], unpriced: ColumnElement[bool]) -> None:
    """Add what runs that are about to be removed have cost, and note those whose cost may still be booked.

    Nothing was paid from here for what was taken over from elsewhere.
    """
    which = and_(which, runs.c.adopted.is_(None))
    places = (func.coalesce(runs.c.session_id, "").label("session_id"), (runs.c.created // HOUR).label("hour"))
    groups = select(*places, *sums_of(unpriced)).where(which).group_by("session_id", "hour")
    for row in connection.execute(groups).all():
        _add(connection, owner, row, summed(row))
    booked = select(runs.c.owner, runs.c.id.label("run_id"), *places, runs.c.worst_pico)
    found = connection.execute(booked.where(which, unpriced, runs.c.generation_id.is_not(None))).all()
    connection.execute(delete(awaited_costs).where(awaited_costs.c.hour < now() // HOUR - AWAITED))
    insert_new(connection, awaited_costs, [row._asdict() for row in found])


def settle_removed(connection: Connection, owner: str, run_id: str, cost_pico: int) -> bool:
    """Count what a removed run did cost, in place of what it may have cost; says whether that was awaited."""
    mine = and_(awaited_costs.c.owner == owner, awaited_costs.c.run_id == run_id)
    row = connection.execute(select(awaited_costs).where(mine)).first()
    if row is None:
        return False
    worst, told = row.worst_pico or 0, row.worst_pico is not None
    _add(connection, owner, row, Sums(cost_pico, -worst, doubted=-(worst > 0), unknown=-(not told)))
    connection.execute(delete(awaited_costs).where(mine))
    return True


def costs_removed(connection: Connection, owner: str, session: str | None, since: datetime | None) -> Sums:
    """Of a session, or of the hours that begin at this moment or later."""
    wanted = [removed_costs.c.owner == owner]
    wanted += [] if session is None else [removed_costs.c.session_id == session]
    wanted += [] if since is None else [removed_costs.c.hour >= -(-to_micros(since) // HOUR)]
    return _kept(connection, and_(*wanted))


def _add(connection: Connection, owner: str, row: AnyRow, sums: Sums) -> None:
    """To those of the row's session and hour."""
    place = {"owner": owner, "session_id": row.session_id, "hour": row.hour}
    mine = and_(*(removed_costs.c[name] == value for name, value in place.items()))
    upsert(connection, removed_costs, place | _kept(connection, mine).and_also(sums)._asdict())


def _kept(connection: Connection, which: ColumnElement[bool]) -> Sums:
    rows = connection.execute(select(*(removed_costs.c[name] for name in Sums._fields)).where(which))
    return reduce(Sums.and_also, (Sums(*row) for row in rows), Sums())
