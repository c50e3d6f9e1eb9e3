"""Taking over a whole session that was made elsewhere, with its runs as they ended: everything, or nothing."""

from __future__ import annotations

from collections.abc import Mapping

from parley.notebook import LIVE, Session, Snapshot
from parley.store.part import now
from parley.store.runs import RawEvents, Runs, append_events
from parley.store.sessions import Sessions, add_session


class Adopting(Sessions, Runs):
    """Sessions that come whole."""

    def adopt(self, snapshot: Snapshot, events: Mapping[str, RawEvents] | None = None, *, owner: str = "") -> Session:
        """Store a session that is not here yet with all its attempts, and their raw events by run id; gives it as it is stored.

        All of it is written at once, and counts for no cap: nothing was paid for it from here. What was still on its way when the copy was made counts as interrupted. Raises Conflict
        where the session, or one of the runs, is here already.
        """
        with self._database.writing() as connection:
            stored = add_session(connection, snapshot.session, owner)
            for cell_id, attempts in snapshot.attempts.items():
                for run in attempts:
                    place = {"owner": owner, "session_id": stored.id, "cell_id": cell_id}
                    ended = {"outcome": "interrupted"} if run.outcome in LIVE else {}
                    row = self._put_new(connection, run.model_copy(update=place | ended), owner, adopted=now())
                    append_events(connection, row, (events or {}).get(run.id, ()))
        return stored
