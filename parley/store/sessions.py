"""Sessions, as versions that are only ever added to; undo and redo move a pointer between them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Select, and_, func, insert, select, update

from parley.errors import Conflict, Missing
from parley.media import Attachment
from parley.notebook import Cell, Lane, Session
from parley.request import ChatRequest
from parley.store.cell_history import former_texts
from parley.store.documents import LONG, Apart, Document, PackedLists, clean, encoded, pack, squeezed, unsqueezed
from parley.store.part import AnyRow, Part, get, now, put, to_moment
from parley.store.query import Former, SessionRow, Steps
from parley.store.said import keep_said
from parley.store.schema import sessions, versions
from parley.store.sweeping import leave
from parley.store.taken_over import keep_taken_over

_CHANGED = (
    "This session was changed elsewhere, in another tab perhaps, since it was opened here. Open it again to see how."
)
LISTED = [sessions.c[name] for name in ("id", "title", "head", "created", "changed", "cells", "parent", "parent_cell")]
"""What the line of a session is made of; the draft beside it may be long."""


class Sessions(Part):
    """Sessions of one owner at a time. What is in the prompt box is no part of a version: it stands beside them."""

    def save(self, session: Session, *, owner: str = "") -> Session:
        """Store the session as a new version, and give it back with that version's number.

        It must have been read from the version that is the present one (0 when it is new), else nothing is written and
        Conflict is raised. Where only the draft differs, or nothing, no version is added.
        """
        content = _Content(session)
        with self._database.writing() as connection:
            row = _row(connection, session.id, owner, lock=True)
            if row is None and session.version == 0:
                return content.added(connection, owner)
            if row is None or row.deleted is not None:
                raise Missing("This session was deleted.")
            if row.head != session.version:
                raise Conflict(_CHANGED)
            return content.saved_after(connection, row)

    def session(self, session_id: str, *, owner: str = "") -> Session:
        """The present version. Raises Missing."""
        with self._database.reading() as connection:
            return _present(connection, _found(connection, session_id, owner))

    def version(self, session_id: str, number: int, *, owner: str = "") -> Session:
        """A former version, as it was, with the present draft. Raises Missing."""
        with self._database.reading() as connection:
            return _at(connection, _found(connection, session_id, owner), number)

    def sessions(self, *, owner: str = "", most: int | None = None) -> tuple[SessionRow, ...]:
        """All sessions that were not deleted, the last changed first, and no more than `most`."""
        with self._database.reading() as connection:
            query = select(*LISTED).where(sessions.c.owner == owner, sessions.c.deleted.is_(None))
            newest_first = query.order_by(sessions.c.changed.desc(), sessions.c.sequence.desc()).limit(most)
            return tuple(listed(row) for row in connection.execute(newest_first))

    def listed(self, session_id: str, *, owner: str = "") -> SessionRow:
        """The session's line of that list, without reading the session. Raises Missing."""
        with self._database.reading() as connection:
            return listed(_found(connection, session_id, owner))

    def latest_session(self, *, owner: str = "") -> Session | None:
        """The session that was changed last; None when there is none."""
        with self._database.reading() as connection:
            query = select(sessions).where(sessions.c.owner == owner, sessions.c.deleted.is_(None))
            row = connection.execute(
                query.order_by(sessions.c.changed.desc(), sessions.c.sequence.desc()).limit(1)
            ).first()
            return None if row is None else _present(connection, row)

    def children(self, session_id: str, *, owner: str = "") -> tuple[SessionRow, ...]:
        """The sessions that were forked from this one, in the order in which they were, without those that were deleted."""
        with self._database.reading() as connection:
            mine = and_(sessions.c.owner == owner, sessions.c.parent == session_id, sessions.c.deleted.is_(None))
            query = select(*LISTED).where(mine).order_by(sessions.c.sequence)
            return tuple(listed(row) for row in connection.execute(query))

    def steps(self, session_id: str, *, owner: str = "") -> Steps:
        """Whether `undo` and `redo` have somewhere to go. Raises Missing."""
        with self._database.reading() as connection:
            row = _found(connection, session_id, owner)
            previous = connection.scalar(select(versions.c.previous).where(_of(row), versions.c.number == row.head))
            return Steps(bool(previous), _next(connection, row) is not None)

    def former_texts(self, session_id: str, cell_id: str, *, owner: str = "") -> tuple[Former, ...]:
        """Words that a cell had in other versions than the present one, each once, the latest first. Raises Missing."""
        with self._database.reading() as connection:
            return former_texts(connection, _found(connection, session_id, owner), cell_id)

    def undo(self, session_id: str, *, seen: int | None = None, owner: str = "") -> Session:
        """Back to the version before the present one; at the first one nothing happens.

        With `seen`, the version that a person looks at, only what they see is undone: Conflict where another one is the
        present one. Raises Missing.
        """
        with self._database.writing() as connection:
            row = _seen(connection, session_id, owner, seen)
            present = connection.execute(_version(row, row.head)).one()
            return _moved(connection, row, present.previous or row.head)

    def redo(self, session_id: str, *, seen: int | None = None, owner: str = "") -> Session:
        """Forward to the version that was last made from the present one; without one nothing happens. `seen` as in `undo`."""
        with self._database.writing() as connection:
            row = _seen(connection, session_id, owner, seen)
            return _moved(connection, row, _next(connection, row) or row.head)

    def delete_session(self, session_id: str, *, owner: str = "") -> None:
        """Put the session away; its runs stay in the ledger, and `restore_session` brings it back. Raises Missing."""
        with self._database.writing() as connection:
            row = _found(connection, session_id, owner, lock=True)
            connection.execute(update(sessions).where(sessions.c.sequence == row.sequence).values(deleted=now()))

    def deleted_sessions(self, *, most: int | None = None, owner: str = "") -> tuple[SessionRow, ...]:
        """The sessions that were deleted, the last one first: each can be restored."""
        with self._database.reading() as connection:
            mine = select(*LISTED).where(sessions.c.owner == owner, sessions.c.deleted.is_not(None))
            rows = connection.execute(mine.order_by(sessions.c.deleted.desc(), sessions.c.sequence.desc()).limit(most))
            return tuple(listed(row) for row in rows)

    def restore_session(self, session_id: str, *, owner: str = "") -> Session:
        """Bring a deleted session back. Raises Missing."""
        with self._database.writing() as connection:
            row = _row(connection, session_id, owner, lock=True)
            if row is None:
                raise Missing("There is no such session.")
            connection.execute(update(sessions).where(sessions.c.sequence == row.sequence).values(deleted=None))
            return _present(connection, row)


_CELLS = PackedLists(lambda cell: cell.model_dump(exclude_defaults=True))
_ATTACHED = PackedLists(lambda one: one.model_dump(exclude_defaults=True))


def add_session(connection: Connection, session: Session, owner: str) -> Session:
    """A session that is not here yet, as its first version. Raises Conflict."""
    if _row(connection, session.id, owner, lock=True) is not None:
        raise Conflict("This session is here already.")
    return _Content(session).added(connection, owner)


class _Content:
    """A session on its way into the database."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._settings = pack(session.settings.payload())
        self._cells = _CELLS.pack(session.cells)
        self._variables = _values(session.variables)
        self._lanes = _ways(session.lanes)
        self._tooling = _tooling(session)
        self._box = _ATTACHED.pack(session.attached) if session.attached else None

    def added(self, connection: Connection, owner: str) -> Session:
        moment = now()
        fields = {"id": self.session.id, "parent": self.session.parent, "parent_cell": self.session.parent_cell}
        changed = _after_all(connection, owner)
        made = {"owner": owner, "head": 1, "latest": 1, "created": moment, "changed": changed}
        values = {**made, **fields, **self._columns(connection, owner)}
        sequence: int = connection.execute(insert(sessions).values(values).returning(sessions.c.sequence)).scalar_one()
        _keep_found(connection, sequence, self.session)
        return self._version(connection, owner, 1, previous=0, moment=moment)

    def saved_after(self, connection: Connection, row: AnyRow) -> Session:
        mine = update(sessions).where(sessions.c.sequence == row.sequence)
        if self._same_as(connection, row):
            leave(connection, row.owner, row.draft)
            connection.execute(mine.values(draft=self._draft(connection, row.owner)))
            return self.session.model_copy(update={"version": row.head, "draft": clean(self.session.draft)})
        leave(connection, row.owner, row.draft)
        number, moment = row.latest + 1, now()
        changed = _after_all(connection, row.owner)
        connection.execute(
            mine.values(head=number, latest=number, changed=changed, **self._columns(connection, row.owner))
        )
        _keep_found(connection, row.sequence, self.session)
        return self._version(connection, row.owner, number, previous=row.head, moment=moment)

    def _columns(self, connection: Connection, owner: str) -> dict[str, Any]:
        draft = self._draft(connection, owner)
        return {"title": self.session.title, "draft": draft, "cells": len(self.session.cells)}

    def _draft(self, connection: Connection, owner: str) -> bytes:
        """What is in the prompt box: its words, or, where files are attached, an object with both."""
        words = encoded(self.session.draft)
        if self._box is None:
            return squeezed(words)
        both = b'{"text":' + words + b',"attached":' + self._box.body + b"}"
        return put(connection, owner, Document(both, self._box.blobs))

    def _same_as(self, connection: Connection, row: AnyRow) -> bool:
        """Documents are equal as bytes exactly when their values are, so nothing has to be unpacked."""
        present = connection.execute(_version(row, row.head)).one()
        own = {
            "settings": self._settings,
            "cells": self._cells,
            "variables": self._variables,
            "lanes": self._lanes,
            "tooling": self._tooling,
        }
        bodies = {name: document.body if document else None for name, document in own.items()}
        stored = {name: getattr(present, name) for name in own}
        unpacked = {name: None if body is None else unsqueezed(body) for name, body in stored.items()}
        return bool(row.title == self.session.title and unpacked == bodies)

    def _version(self, connection: Connection, owner: str, number: int, previous: int, moment: int) -> Session:
        connection.execute(
            insert(versions).values(
                owner=owner,
                session_id=self.session.id,
                number=number,
                previous=previous,
                created=moment,
                title=self.session.title,
                settings=put(connection, owner, self._settings),
                cells=put(connection, owner, self._cells),
                variables=put(connection, owner, self._variables) if self._variables else None,
                lanes=put(connection, owner, self._lanes) if self._lanes else None,
                tooling=put(connection, owner, self._tooling) if self._tooling else None,
            )
        )
        return self.session.model_copy(update={"version": number})


def _after_all(connection: Connection, owner: str) -> int:
    """Now, or just after the latest change where the clock was set back since: the order of sessions is that of their changes."""
    latest = connection.scalar(select(func.max(sessions.c.changed)).where(sessions.c.owner == owner))
    return max(now(), (latest or 0) + 1)


def _values(variables: dict[str, str]) -> Document | None:
    """The values of template variables: a long one is stored once, in however many versions it stands."""
    apart = {name: Apart(value) if len(value) >= LONG else value for name, value in variables.items()}
    return pack(apart) if variables else None


def _ways(lanes: Iterable[Lane]) -> Document | None:
    kept = [{"id": lane.id, "overrides": lane.overrides.payload()} for lane in lanes]
    return pack(kept) if kept else None


def _tooling(session: Session) -> Document | None:
    """Results of tools: a long one is stored once, in however many versions it stands."""
    kept: dict[str, Any] = session.model_dump(include={"fixtures", "loop_steps"}, exclude_defaults=True)
    for fixture in kept.get("fixtures", ()):
        if len(fixture.get("result", "")) >= LONG:
            fixture["result"] = Apart(fixture["result"])
    return pack(kept) if kept else None


def _row(connection: Connection, session_id: str, owner: str, *, lock: bool = False) -> AnyRow | None:
    query = select(sessions).where(sessions.c.owner == owner, sessions.c.id == session_id)
    return connection.execute(query.with_for_update() if lock else query).first()


def _found(connection: Connection, session_id: str, owner: str, *, lock: bool = False) -> AnyRow:
    row = _row(connection, session_id, owner, lock=lock)
    if row is None or row.deleted is not None:
        raise Missing("There is no such session.")
    return row


def _seen(connection: Connection, session_id: str, owner: str, seen: int | None) -> AnyRow:
    row = _found(connection, session_id, owner, lock=True)
    if seen is not None and row.head != seen:
        raise Conflict(_CHANGED)
    return row


def _next(connection: Connection, row: AnyRow) -> int | None:
    """The version that was last made from the present one."""
    made_from = and_(_of(row), versions.c.previous == row.head)
    newest: int | None = connection.scalar(select(func.max(versions.c.number)).where(made_from))
    return newest


def _of(row: AnyRow) -> Any:
    return and_(versions.c.owner == row.owner, versions.c.session_id == row.id)


def _version(row: AnyRow, number: int) -> Select[Any]:
    return select(versions).where(_of(row), versions.c.number == number)


def _present(connection: Connection, row: AnyRow) -> Session:
    return _at(connection, row, row.head)


def _at(connection: Connection, row: AnyRow, number: int) -> Session:
    version = connection.execute(_version(row, number)).first()
    if version is None:
        raise Missing("There is no such version of this session.")
    cells = get(connection, row.owner, version.cells)
    box = get(connection, row.owner, row.draft)
    return Session(
        id=row.id,
        title=version.title,
        cells=tuple(Cell(**cell) for cell in cells),
        settings=ChatRequest.parse(get(connection, row.owner, version.settings)),
        draft=box if isinstance(box, str) else box["text"],
        attached=() if isinstance(box, str) else tuple(Attachment(**one) for one in box["attached"]),
        variables={} if version.variables is None else get(connection, row.owner, version.variables),
        lanes=()
        if version.lanes is None
        else tuple(Lane(**lane) for lane in get(connection, row.owner, version.lanes)),
        **({} if version.tooling is None else get(connection, row.owner, version.tooling)),
        parent=row.parent,
        parent_cell=row.parent_cell,
        version=number,
    )


def _moved(connection: Connection, row: AnyRow, number: int) -> Session:
    """Point at another version; the draft stays what it is."""
    session = _at(connection, row, number)
    mine = update(sessions).where(sessions.c.sequence == row.sequence)
    if number != row.head:
        facts = {"title": session.title, "cells": len(session.cells)}
        connection.execute(mine.values(head=number, changed=_after_all(connection, row.owner), **facts))
        _keep_found(connection, row.sequence, session)
    return session


def _keep_found(connection: Connection, sequence: int, session: Session) -> None:
    keep_said(connection, sequence, session.title, (cell.message for cell in session.cells))
    keep_taken_over(connection, sequence, session)


def listed(row: AnyRow) -> SessionRow:
    return SessionRow(
        id=row.id,
        title=row.title,
        version=row.head,
        created=to_moment(row.created),
        changed=to_moment(row.changed),
        cells=row.cells,
        parent=row.parent,
        parent_cell=row.parent_cell,
    )
