"""The ledger's reading side: pages by keyset, and what all that a filter lets through adds up to."""

from __future__ import annotations

from datetime import UTC, tzinfo
from decimal import Decimal
from typing import ClassVar, Literal

from sqlalchemy import Connection, select

from parley.errors import Missing
from parley.store import cursors, pages, series, sums
from parley.store.part import AnyRow, Part, chunks, to_moment
from parley.store.query import GroupPercentiles, Offered, Percentiles, Point, RunPage, RunQuery, RunRow, Totals
from parley.store.schema import sessions, tags


class Ledger(Part):
    """Questions to the ledger. A query's order, page and limit count for `runs` alone; all else is of the whole filter.

    What all runs add up to is known at once; to add up what a filter leaves takes a second or two of a million runs.
    """

    few: ClassVar[int] = 5_000
    """Rows that a filter may leave to be looked up and sorted; where it leaves more, an index is walked to fill a page."""
    far: ClassVar[int] = 200
    """Rows that such a walk looks at for each row of the page, before it is given up for one through indexes alone."""

    def runs(self, query: RunQuery | None = None, *, owner: str = "") -> RunPage:
        """A page of an owner's runs; without a query the newest hundred.

        Raises StoreError for a cursor (`RunQuery.after`) that no page of the same order gave.
        """
        return self._page(query or RunQuery(), owner)

    def _page(self, asked: RunQuery, owner: str, *, whole: bool = False) -> RunPage:
        """`whole` gives a cursor that leads on though its row may be gone by then, and may be long."""
        with self._database.reading() as connection:
            found = pages.page(connection, asked, owner, self.few, self.far)
            totals = sums.totals(connection, asked, owner) if asked.totals else None
            shown = found[: asked.limit]
            rows = _listed(connection, owner, shown)
        following = cursors.cursor(shown[-1], asked, whole=whole) if len(found) > asked.limit else None
        return RunPage(rows=rows, next=following, totals=totals)

    def row(self, run_id: str, *, owner: str = "") -> RunRow:
        """One run's line, on whichever page it stands. Raises Missing."""
        with self._database.reading() as connection:
            found = pages.row_of(connection, run_id, owner)
            if found is None:
                raise Missing("There is no such run.")
            return _listed(connection, owner, [found])[0]

    def totals(self, query: RunQuery | None = None, *, owner: str = "") -> Totals:
        with self._database.reading() as connection:
            return sums.totals(connection, query or RunQuery(), owner)

    def offered(self, *, owner: str = "") -> Offered:
        """What filters have to choose from; known at once."""
        with self._database.reading() as connection:
            return sums.offered(connection, owner)

    def percentiles(self, query: RunQuery | None = None, *, owner: str = "") -> Percentiles:
        """Exact ones, of the time to the first token, the whole time, and tokens per second."""
        with self._database.reading() as connection:
            return sums.percentiles(connection, query or RunQuery(), owner)

    def percentiles_by(
        self, name: Literal["model", "provider"], query: RunQuery | None = None, *, owner: str = ""
    ) -> tuple[GroupPercentiles, ...]:
        """The same for each model or provider, those of the most runs first."""
        with self._database.reading() as connection:
            return sums.percentiles_by(connection, query or RunQuery(), name, owner)

    def series(
        self,
        query: RunQuery | None = None,
        *,
        step: Literal["hour", "day"] | None = None,
        zone: tzinfo = UTC,
        owner: str = "",
    ) -> tuple[Point, ...]:
        """What the runs of each model add up to hour by hour or day by day, as clocks in the zone have them.

        Only points in which there were runs, by time and then by model. Without a step it is hours for up to three days.
        """
        with self._database.reading() as connection:
            return series.series(connection, query or RunQuery(), step, zone, owner)


def _listed(connection: Connection, owner: str, rows: list[AnyRow]) -> tuple[RunRow, ...]:
    titles, tagged = _titles(connection, owner, rows), _tags(connection, owner, rows)
    return tuple(_row(row, titles.get(row.session_id), tagged.get(row.sequence, [])) for row in rows)


def _titles(connection: Connection, owner: str, rows: list[AnyRow]) -> dict[str, str]:
    ids = sorted({row.session_id for row in rows if row.session_id})
    found: dict[str, str] = {}
    for some in chunks(ids):
        query = select(sessions.c.id, sessions.c.title).where(sessions.c.owner == owner, sessions.c.id.in_(some))
        found.update((row.id, row.title) for row in connection.execute(query))
    return found


def _tags(connection: Connection, owner: str, rows: list[AnyRow]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for some in chunks([row.sequence for row in rows]):
        query = select(tags.c.run, tags.c.name).where(tags.c.run.in_(some), tags.c.owner == owner)
        for run, name in connection.execute(query.order_by(tags.c.name)):
            found.setdefault(run, []).append(name)
    return found


def _row(row: AnyRow, title: str | None, tagged: list[str]) -> RunRow:
    facts = dict(row._mapping)
    facts.pop("_key")
    facts |= {
        "created": to_moment(row.created),
        "cost": None if row.cost is None else Decimal(row.cost),
        "upstream": None if row.upstream is None else Decimal(row.upstream),
        "session_title": title,
        "starred": row.starred is not None,
        "comment": row.comment or "",
        "tags": tuple(tagged),
    }
    return RunRow(**facts)
