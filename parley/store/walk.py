"""All that a filter lets through, a few rows at a time, for files that may be larger than the memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from sqlalchemy import and_

from parley.notebook import Run
from parley.store.ledger import Ledger
from parley.store.part import fetching
from parley.store.query import RunQuery, RunRow
from parley.store.rows import read_or_none
from parley.store.runs import runs_with_bodies
from parley.store.schema import runs

ROWS = 1000
WHOLE = 20
"""Rows, and whole runs, that are held at once: one run may have images of many megabytes in it."""


class Walk(Ledger):
    """From the first row of a question to its last, without a transaction that would hold writers up in between."""

    def every_row(self, query: RunQuery | None = None, *, owner: str = "", at_once: int = ROWS) -> Iterator[RunRow]:
        """The lines of the ledger in the question's order, from its first page on.

        What is begun meanwhile may be missing, and what is deleted meanwhile may be there: a thousand rows are read at once.
        """
        asked = (query or RunQuery()).model_copy(update={"after": None, "limit": at_once, "totals": False})
        while True:
            page = self._page(asked, owner, whole=True)
            yield from page.rows
            if page.next is None:
                return
            asked = asked.model_copy(update={"after": page.next})

    def every_run(
        self, query: RunQuery | None = None, *, owner: str = "", at_once: int = WHOLE
    ) -> Iterator[tuple[RunRow, Run]]:
        """The same as whole runs, each with its line; a damaged one, which cannot be read, is left out."""
        rows = self.every_row(query, owner=owner)
        while some := list(islice(rows, at_once)):
            yield from self._whole(some, owner)

    def _whole(self, rows: Sequence[RunRow], owner: str) -> list[tuple[RunRow, Run]]:
        there = and_(runs.c.owner == owner, runs.c.deleted.is_(None))
        wanted = and_(there, runs.c.sequence.in_([row.sequence for row in rows]))
        with self._database.reading() as connection:
            fetch = fetching(connection, owner)
            found = connection.execute(runs_with_bodies().where(wanted)).all()
            whole = {row.sequence: read_or_none(row, fetch) for row in found}
        return [(row, run) for row in rows if (run := whole.get(row.sequence)) is not None]
