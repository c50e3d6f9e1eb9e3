"""What runs had cost that are removed for good: sums by session and hour, for the caps. Nothing of the runs is in them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import reduce
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, case, func, select

from parley.store.part import AnyRow, to_micros, upsert
from parley.store.picodollars import halves, pico_of
from parley.store.schema import removed_costs, runs

HOUR = 3600 * 10**6
"""Microseconds."""


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


def keep_costs(
    connection: Connection, owner: str, which: ColumnElement[bool], sums: Sequence[ColumnElement[int | None]]
) -> None:
    """Add what runs that are about to be removed have cost."""
    hour = (runs.c.created // HOUR).label("hour")
    groups = select(func.coalesce(runs.c.session_id, "").label("session_id"), hour, *sums).where(which)
    for row in connection.execute(groups.group_by("session_id", "hour")).all():
        place = {"owner": owner, "session_id": row.session_id, "hour": row.hour}
        mine = and_(*(removed_costs.c[name] == value for name, value in place.items()))
        before = _kept(connection, mine)
        upsert(connection, removed_costs, place | before.and_also(summed(row))._asdict())


def costs_removed(connection: Connection, owner: str, session: str | None, since: datetime | None) -> Sums:
    """Of a session, or of the hours that begin at this moment or later."""
    wanted = [removed_costs.c.owner == owner]
    wanted += [] if session is None else [removed_costs.c.session_id == session]
    wanted += [] if since is None else [removed_costs.c.hour >= -(-to_micros(since) // HOUR)]
    return _kept(connection, and_(*wanted))


def _kept(connection: Connection, which: ColumnElement[bool]) -> Sums:
    rows = connection.execute(select(*(removed_costs.c[name] for name in Sums._fields)).where(which))
    return reduce(Sums.and_also, (Sums(*row) for row in rows), Sums())
