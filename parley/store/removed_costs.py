"""What runs had cost that are removed for good: sums by session and hour, for the caps. Nothing of the runs is in them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, case, func, select

from parley.store.part import AnyRow, to_micros, upsert
from parley.store.picodollars import halves, pico_of
from parley.store.schema import removed_costs, runs

HOUR = 3600 * 10**6
"""Microseconds."""


class Sums(NamedTuple):
    """Of some runs."""

    pico: int = 0
    """Picodollars."""
    unknown: int = 0
    """Runs that may have cost something nobody knows."""


def sums_of(unpriced: ColumnElement[bool]) -> tuple[ColumnElement[int | None], ...]:
    """Columns for `summed`."""
    return *halves(), func.sum(case((unpriced, 1), else_=0)).label("unknown")


def summed(row: AnyRow) -> Sums:
    return Sums(pico_of(row), int(row.unknown or 0))


def keep_costs(
    connection: Connection, owner: str, which: ColumnElement[bool], sums: Sequence[ColumnElement[int | None]]
) -> None:
    """Add what runs that are about to be removed have cost."""
    hour = (runs.c.created // HOUR).label("hour")
    groups = select(func.coalesce(runs.c.session_id, "").label("session_id"), hour, *sums).where(which)
    for row in connection.execute(groups.group_by("session_id", "hour")).all():
        place = {"owner": owner, "session_id": row.session_id, "hour": row.hour}
        mine = and_(*(removed_costs.c[name] == value for name, value in place.items()))
        known = connection.execute(select(removed_costs).where(mine)).first()
        before = Sums(known.cost_pico, known.unknown) if known is not None else Sums()
        more = summed(row)
        total = {"cost_pico": before.pico + more.pico, "unknown": before.unknown + more.unknown}
        upsert(connection, removed_costs, place | total)


def costs_removed(connection: Connection, owner: str, session: str | None, since: datetime | None) -> Sums:
    """Of a session, or of the hours that begin at this moment or later."""
    wanted = [removed_costs.c.owner == owner]
    wanted += [] if session is None else [removed_costs.c.session_id == session]
    wanted += [] if since is None else [removed_costs.c.hour >= -(-to_micros(since) // HOUR)]
    rows = connection.execute(select(removed_costs.c.cost_pico, removed_costs.c.unknown).where(*wanted)).all()
    return Sums(sum(row.cost_pico for row in rows), sum(row.unknown for row in rows))
