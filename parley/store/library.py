"""The library: an owner's sessions as a list, with what each has cost, searched by what is said in them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from parley.notebook import Run, Snapshot
from parley.notebook.forking import inherited
from parley.notebook.playback import with_pace
from parley.store import words
from parley.store.part import AnyRow
from parley.store.query import LibraryPage, LibraryRow
from parley.store.runs import Runs
from parley.store.schema import inherited_runs, runs, session_words, sessions
from parley.store.sessions import LISTED, Sessions, listed
from parley.store.sums import added_up, summed

MOST_TERMS = 12


class _Spent(NamedTuple):
    runs: int = 0
    cost: Decimal | None = None
    unknown: int = 0
    imported: int = 0


class Library(Sessions, Runs):
    """Sessions as they are looked for."""

    def library(self, search: str = "", *, first: int = 0, most: int = 20, owner: str = "") -> LibraryPage:
        """Sessions that were not deleted, the last changed first, from place `first` on and no more than `most`.

        With `search`, those that hold all of its words and "phrases": in the title, in a cell, or in an answer, also one that it took over from another.
        """
        with self._database.reading() as connection:
            wanted = and_(sessions.c.owner == owner, sessions.c.deleted.is_(None), *_holding(connection, search, owner))
            total = connection.scalar(select(func.count()).select_from(sessions).where(wanted)) or 0
            newest_first = select(*LISTED).where(wanted).order_by(sessions.c.changed.desc(), sessions.c.sequence.desc())
            rows = connection.execute(newest_first.offset(first).limit(most)).all()
            spent = _spent(connection, [row.id for row in rows], owner)
            found = (LibraryRow(**listed(row).model_dump(), **spent.get(row.id, _Spent())._asdict()) for row in rows)
            return LibraryPage(rows=tuple(found), total=total)

    def snapshot(self, session_id: str, *, owner: str = "") -> Snapshot:
        """A session with the whole attempts of its cells, as they are now, requests as they were sent, and how fast answers came.

        Raises Missing."""
        session = self.session(session_id, owner=owner)
        kept = self.attempts(session.id, inherited=inherited(session), owner=owner)
        cells = [cell.id for cell in session.cells if cell.id in kept]
        whole = self.whole((run.id for cell in cells for run in kept[cell]), owner=owner)
        attempts = {cell: tuple(self._paced(whole[run.id], owner) for run in kept[cell]) for cell in cells}
        return Snapshot(session=session, attempts=attempts)

    def _paced(self, run: Run, owner: str) -> Run:
        return with_pace(run, self.events(run.id, owner=owner))


def _spent(connection: Connection, session_ids: Sequence[str], owner: str) -> dict[str, _Spent]:
    """What the sessions' own runs have cost here."""
    mine = and_(runs.c.owner == owner, runs.c.session_id.in_(session_ids), runs.c.deleted.is_(None))
    found = connection.execute(select(runs.c.session_id, *added_up()).where(mine).group_by(runs.c.session_id))
    return {row.session_id: _spent_of(row) for row in found}


def _spent_of(row: AnyRow) -> _Spent:
    sums = summed(row)
    return _Spent(row.runs, sums["cost"] if row.known else None, sums["cost_unknown"], row.imported)


def _holding(connection: Connection, search: str, owner: str) -> list[ColumnElement[bool]]:
    """A condition for each word or phrase, wherever in the session it stands."""
    return [_said(connection, term, owner) for term in words.terms(search)[:MOST_TERMS]]


def _said(connection: Connection, term: str, owner: str) -> ColumnElement[bool]:
    by_hand = session_words.c.said.contains(term.casefold(), autoescape=True)
    here = select(session_words.c.session).where(by_hand)
    spoken = words.matching(f'"{term}"' if " " in term else f"{term}*", connection)
    answers = runs.join(words.words, words.words.c.rowid == runs.c.sequence)
    heard = and_(spoken, runs.c.owner == owner, runs.c.deleted.is_(None))
    answered = select(runs.c.session_id).select_from(answers).where(heard, runs.c.session_id.is_not(None))
    kept = answers.join(inherited_runs, inherited_runs.c.run_id == runs.c.id)
    taken_over = select(inherited_runs.c.session).select_from(kept).where(heard)
    return or_(sessions.c.sequence.in_(here), sessions.c.id.in_(answered), sessions.c.sequence.in_(taken_over))
