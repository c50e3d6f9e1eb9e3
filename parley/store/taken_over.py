"""The answers that sessions took over: their runs stay those of the session that sent them, and are found under both."""

from __future__ import annotations

from sqlalchemy import Connection, delete, insert, select

from parley.notebook import Session
from parley.notebook.forking import inherited
from parley.store.documents import clean
from parley.store.part import chunks, get
from parley.store.rows import UNREADABLE
from parley.store.schema import inherited_runs, sessions, versions


def keep_taken_over(connection: Connection, sequence: int, session: Session) -> None:
    """Put what the present version of a session took over in place of what the one before it did."""
    _keep(connection, sequence, {clean(run_id) for run_id in inherited(session)})


def fill_taken_over(connection: Connection) -> None:
    """What all sessions took over that were stored before it was kept; nothing of one that is damaged."""
    present = (versions.c.owner == sessions.c.owner) & (versions.c.session_id == sessions.c.id)
    columns = (sessions.c.sequence, sessions.c.owner, versions.c.cells)
    joined = select(*columns).join_from(sessions, versions, present & (versions.c.number == sessions.c.head))
    for row in connection.execute(joined).all():
        try:
            ids = {run_id for cell in get(connection, row.owner, row.cells) for run_id in cell.get("inherited", ())}
        except UNREADABLE:
            continue
        _keep(connection, row.sequence, {run_id for run_id in ids if isinstance(run_id, str)})


def _keep(connection: Connection, sequence: int, ids: set[str]) -> None:
    mine = inherited_runs.c.session == sequence
    kept = set(connection.scalars(select(inherited_runs.c.run_id).where(mine)))
    for some in chunks(sorted(kept - ids)):
        connection.execute(delete(inherited_runs).where(mine, inherited_runs.c.run_id.in_(some)))
    if new := sorted(ids - kept):
        connection.execute(insert(inherited_runs), [{"session": sequence, "run_id": run_id} for run_id in new])
