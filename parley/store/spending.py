"""What an owner's runs have cost: in a session, or since a moment. A run that was deleted, or removed, was paid for
all the same."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, or_, select

from parley.budget import Paid
from parley.budget.caps import BILLED_THOUGH_FAILED
from parley.notebook import Run
from parley.store.filters import gone, kept
from parley.store.part import Part, fetching, to_micros
from parley.store.picodollars import in_dollars
from parley.store.removed_costs import costs_removed, summed, sums_of
from parley.store.rows import read_or_none
from parley.store.runs import runs_with_bodies
from parley.store.schema import runs

MOST_UNPRICED = 200
"""Runs that are named, of which nobody told what they may cost: each of them is looked at."""


class Spending(Part):
    """Sums for the caps."""

    def spent(
        self,
        *,
        session: str | None = None,
        since: datetime | None = None,
        but_for: Collection[str] = (),
        owner: str = "",
    ) -> Paid:
        """What runs of this session, or begun since this moment, have cost, deleted and removed ones included.

        `but_for` are ids of runs that are not looked for. What was taken over from elsewhere was not paid from here."""
        unpriced: list[tuple[int, str]] = []
        with self._database.reading() as connection:
            sums = costs_removed(connection, owner, session, since)
            for wanted in _stretches(connection, owner, session, since):
                others = and_(wanted, runs.c.id.not_in(sorted(but_for))) if but_for else wanted
                found = summed(connection.execute(select(*SUMS).where(others)).one())
                sums = sums.and_also(found)
                if found.unknown:
                    named = select(runs.c.sequence, runs.c.id).where(others, UNPRICED, runs.c.worst_pico.is_(None))
                    newest = named.order_by(runs.c.sequence.desc()).limit(MOST_UNPRICED)
                    unpriced += [(row.sequence, row.id) for row in connection.execute(newest)]
        names = tuple(name for _, name in sorted(unpriced, reverse=True)[:MOST_UNPRICED])
        return Paid(
            cost=in_dollars(sums.cost_pico),
            doubtful=in_dollars(sums.worst_pico),
            doubted=sums.doubted,
            unpriced=names,
            more=sums.unknown - len(names),
        )

    def unpriced(self, run_ids: Sequence[str], *, owner: str = "") -> tuple[Run, ...]:
        """Whole runs, deleted ones too, for what they may have cost; one that cannot be read is left out."""
        query = runs_with_bodies().where(runs.c.owner == owner, runs.c.id.in_(run_ids[:MOST_UNPRICED]))
        with self._database.reading() as connection:
            fetch = fetching(connection, owner)
            found = [read_or_none(row, fetch) for row in connection.execute(query).all()]
        return tuple(run for run in found if run is not None)


UNPRICED = and_(
    runs.c.cost_pico.is_(None),
    or_(
        runs.c.outcome != "failed",
        runs.c.first_token_ms.is_not(None),
        runs.c.failure_kind.in_(BILLED_THOUGH_FAILED),
    ),
)
"""What is alive has no cost yet. What failed may be billed where something came of it, or nobody can tell whether it did."""
SUMS = sums_of(UNPRICED)


def _stretches(
    connection: Connection, owner: str, session: str | None, since: datetime | None
) -> Iterator[ColumnElement[bool]]:
    """Conditions that have an index each: a session's runs stand in one, kept and deleted runs in two."""
    moment = None if since is None else to_micros(since)
    begun = [runs.c.adopted.is_(None), *([runs.c.created >= moment] if moment is not None else [])]
    if session is not None:
        yield and_(runs.c.owner == owner, runs.c.session_id == session, *begun)
        return
    yield and_(kept(owner), *begun)
    yield and_(gone(connection, owner), *begun)
