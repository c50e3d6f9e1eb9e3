"""What an owner's runs have cost: in a session, or since a moment. A run that was deleted was paid for all the same."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from sqlalchemy import ColumnElement, and_, case, func, select

from parley.budget import Spent
from parley.store.part import Part, to_micros
from parley.store.schema import runs

_MICRO = 10**6
_BILLED = ("complete", "stopped", "truncated", "interrupted")
"""Outcomes of which a run may have cost something: what failed is not billed, and what is alive has no cost yet."""


class Spending(Part):
    """Sums for the caps."""

    def spent(self, *, session: str | None = None, since: datetime | None = None, owner: str = "") -> Spent:
        """What runs of this session, or begun since this moment, have cost, deleted ones included until they are removed."""
        cost = unknown = 0
        with self._database.reading() as connection:
            for wanted in _stretches(owner, session, since):
                high, low, lost = connection.execute(_SUMS.where(wanted)).one()
                cost += int(high or 0) * _MICRO + int(low or 0)
                unknown += int(lost or 0)
        return Spent(cost=Decimal(cost).scaleb(-12).normalize() + Decimal(0), unknown=unknown)


_SUMS = select(
    func.sum(runs.c.cost_pico // _MICRO),
    func.sum(runs.c.cost_pico % _MICRO),
    func.sum(case((and_(runs.c.cost_pico.is_(None), runs.c.outcome.in_(_BILLED)), 1), else_=0)),
)


def _stretches(owner: str, session: str | None, since: datetime | None) -> Iterator[ColumnElement[bool]]:
    """Conditions that have an index each: a session's runs stand in one, kept and deleted runs in two."""
    begun = [runs.c.created >= to_micros(since)] if since is not None else []
    if session is not None:
        yield and_(runs.c.owner == owner, runs.c.session_id == session, *begun)
        return
    for kept in (runs.c.deleted.is_(None), runs.c.deleted.is_not(None)):
        yield and_(runs.c.owner == owner, kept, *begun)
