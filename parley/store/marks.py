"""What a person says of runs in the ledger: star, rating, comment, tags; and deleting them, with a way back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal, NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, delete, func, select, update

from parley.errors import Missing, StoreError
from parley.notebook import LIVE
from parley.notebook.looping import TYPED
from parley.store import words
from parley.store.belongings import forget_settings
from parley.store.filters import gone
from parley.store.part import AnyRow, Part, chunks, insert_new, now, to_moment
from parley.store.removed_costs import keep_costs
from parley.store.schema import bodies, runs, tags
from parley.store.spending import UNPRICED
from parley.store.sweeper import Sweeper
from parley.store.sweeping import count, note, owners_of

MOST_STARS = 5
LONGEST_COMMENT = 2_000
LONGEST_TAG = 40
"""Characters."""
KEPT_FOR = timedelta(days=1)
"""How long a deleted run can be brought back; afterwards it is removed at the next start."""
_AT_A_START = 1_000
"""Runs that are removed at most when a store is opened, so that opening stays quick; the next start goes on."""


class Deletion(NamedTuple):
    """Runs that were deleted together."""

    token: str
    """What `undelete` brings them back by."""
    moment: datetime
    runs: int


class Leftovers(NamedTuple):
    """Messages and attachments of removed runs of which it is not known whether anything else has them."""

    blobs: int = 0
    why: Literal["", "working", "damaged", "server"] = ""
    """It is being found out; cannot be, because something is damaged; is not, because the database is on a server."""


class Marks(Part):
    """Marks of runs, and their deletion. Runs of other owners, and what is deleted already, are passed over."""

    _sweeper: Sweeper

    def mark(
        self,
        run_ids: Iterable[str],
        *,
        star: bool | None = None,
        rating: int | None = None,
        comment: str | None = None,
        add_tags: Iterable[str] = (),
        remove_tags: Iterable[str] = (),
        owner: str = "",
    ) -> int:
        """Mark runs alike; says how many. What is None stays as it is; a rating of 0 and an empty comment take theirs away.

        Raises StoreError for a rating above 5, a comment or a tag that is too long; nothing is marked then.
        """
        added, removed = _checked_tags(add_tags), _checked_tags(remove_tags)
        values = {**_starred(star), **_rated(rating), **_commented(comment)}
        with self._database.writing() as connection:
            sequences = [row.sequence for row in _kept(connection, run_ids, owner)]
            for some in chunks(sequences):
                if values:
                    connection.execute(update(runs).where(runs.c.sequence.in_(some)).values(values))
                if removed:
                    connection.execute(delete(tags).where(tags.c.run.in_(some), tags.c.name.in_(removed)))
            facts = [{"owner": owner, "run": sequence, "name": name} for sequence in sequences for name in added]
            insert_new(connection, tags, facts)
        return len(sequences)

    def delete_runs(self, run_ids: Iterable[str], *, owner: str = "") -> str:
        """Take runs out of the ledger and out of their sessions; gives what `undelete` brings them back by, for a day.

        Raises StoreError where one is on its way, Missing where none is there; nothing is deleted then.
        """
        with self._database.writing() as connection:
            found = _kept(connection, run_ids, owner)
            if alive := sum(row.outcome in LIVE for row in found):
                which = "A run is" if alive == 1 else f"{alive:,} runs are"
                raise StoreError(
                    f"{which} still on the way, so nothing was deleted. Stop what runs, then delete again."
                )
            if not found:
                raise Missing("These runs are not there any more; they may have been deleted in another tab.")
            latest = connection.scalar(select(func.max(runs.c.deleted)).where(runs.c.deleted.is_not(None)))
            moment = max(now(), (latest or 0) + 1)
            for some in chunks([row.sequence for row in found]):
                connection.execute(update(runs).where(runs.c.sequence.in_(some)).values(deleted=moment))
        return str(moment)

    def undelete(self, token: str, *, owner: str = "") -> int:
        """Bring back what was deleted together; says how many. Raises Missing when it was removed since, or brought back."""
        mine = and_(runs.c.owner == owner, runs.c.deleted == _moment_of(token))
        with self._database.writing() as connection:
            back = connection.execute(update(runs).where(mine).values(deleted=None)).rowcount
        if not back:
            raise Missing("These runs were brought back already, or removed for good since they were deleted.")
        return back

    def deletions(self, *, owner: str = "") -> tuple[Deletion, ...]:
        """What was deleted and is still in the database, the latest first."""
        query = select(runs.c.deleted, func.count()).group_by(runs.c.deleted).order_by(runs.c.deleted.desc())
        with self._database.reading() as connection:
            found = connection.execute(query.where(gone(connection, owner))).all()
        return tuple(Deletion(str(moment), to_moment(moment), count) for moment, count in found)

    def remove_deleted(
        self,
        older_than: timedelta = timedelta(0),
        *,
        upto: str | None = None,
        wait: float | None = None,
        owner: str = "",
    ) -> int:
        """Remove for good what was deleted so long ago or longer, or up to the deletion `upto`; says how many runs that were.

        The messages and attachments that nothing else has are removed after them, as soon as everything has been looked
        through. This waits so many seconds for it, or to its end; `leftovers` says what is still to come.
        """
        before = _deleted_before(older_than) if upto is None else runs.c.deleted <= _moment_of(upto)
        with self._database.reading() as connection:
            which = and_(gone(connection, owner), before)
        removed = self._remove(which, None)
        self._sweeper.begin()
        self._sweeper.wait(wait)
        return removed

    def leftovers(self, *, owner: str = "") -> Leftovers:
        """What removed runs had and may still be in the database."""
        with self._database.reading() as connection:
            left = count(connection, owner)
        if not left:
            return Leftovers()
        if not self._database.is_sqlite:
            return Leftovers(left, "server")
        return Leftovers(left, "damaged" if owner in self._sweeper.baffled else "working")

    def _remove_long_deleted(self) -> None:
        """What was deleted over a day ago, whoever's it is; for a start, which waits for nothing that is left behind."""
        self._remove(and_(runs.c.deleted.is_not(None), _deleted_before(KEPT_FOR)), _AT_A_START)
        with self._database.reading() as connection:
            left = owners_of(connection)
        if left:
            self._sweeper.begin()

    def _remove(self, which: ColumnElement[bool], most: int | None) -> int:
        with self._database.reading() as connection:
            gone = connection.execute(select(runs.c.sequence, runs.c.owner).where(which).limit(most)).all()
        owners = sorted({row.owner for row in gone})
        return sum(self._remove_of(one, [row.sequence for row in gone if row.owner == one], which) for one in owners)

    def _remove_of(self, owner: str, sequences: Sequence[int], which: ColumnElement[bool]) -> int:
        """A few at a time, so that who writes a journal meanwhile need not wait long."""
        removed = 0
        for some in chunks(sequences):
            these = and_(runs.c.sequence.in_(some), which)
            with self._database.writing() as connection:
                note(connection, owner, bodies.c.run.in_(select(runs.c.sequence).where(these)))
                keep_costs(connection, owner, these, UNPRICED)
                words.forget(connection, these)
                forget_settings(connection, owner, select(TYPED + runs.c.id).where(these))
                removed += connection.execute(delete(runs).where(these)).rowcount
        return removed


def _kept(connection: Connection, run_ids: Iterable[str], owner: str) -> Sequence[AnyRow]:
    """Sequence and outcome of the owner's runs of these ids that are there."""
    columns = (runs.c.sequence, runs.c.outcome)
    query = select(*columns).where(runs.c.owner == owner, runs.c.deleted.is_(None)).with_for_update()
    ids = sorted(set(run_ids))
    return [row for some in chunks(ids) for row in connection.execute(query.where(runs.c.id.in_(some)))]


def _moment_of(token: str) -> int:
    return int(token) if token.isdecimal() else -1


def _deleted_before(ago: timedelta) -> ColumnElement[bool]:
    return runs.c.deleted <= now() - ago // timedelta(microseconds=1)


def _starred(star: bool | None) -> dict[str, Any]:
    """A star has the moment when it was given; who gives it once more does not move it."""
    return {} if star is None else {"starred": func.coalesce(runs.c.starred, now()) if star else None}


def _rated(rating: int | None) -> dict[str, Any]:
    if rating is not None and not 0 <= rating <= MOST_STARS:
        raise StoreError(f"A rating is 1 to {MOST_STARS}, or 0 for none.")
    return {} if rating is None else {"rating": rating or None}


def _commented(comment: str | None) -> dict[str, Any]:
    text = None if comment is None else comment.strip()
    if text and len(text) > LONGEST_COMMENT:
        raise StoreError(f"A comment has at most {LONGEST_COMMENT:,} characters; this one has {len(text):,}.")
    return {} if text is None else {"comment": text or None}


def _checked_tags(names: Iterable[str]) -> tuple[str, ...]:
    """Each once, its blanks single. A comma stands between tags, so none is in one."""
    known = dict.fromkeys(" ".join(name.replace(",", " ").split()) for name in names)
    for name in known:
        if len(name) > LONGEST_TAG:
            raise StoreError(f"A tag has at most {LONGEST_TAG} characters; “{name[:20]}…” has {len(name)}.")
    return tuple(filter(None, known))
