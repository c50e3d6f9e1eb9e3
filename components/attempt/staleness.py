"""Which cells are stale, kept in a tab so that a rerun that changes none of it costs nothing."""

from __future__ import annotations

from collections.abc import Mapping

from parley.notebook import Run, Session
from parley.notebook.stale import stale


class StaleCells:
    """The stale cells of a session, found anew when cells, variables or answers have changed."""

    def __init__(self) -> None:
        self._session: Session | None = None
        self._runs: tuple[Run, ...] = ()
        self._found: frozenset[str] = frozenset()

    def of(self, session: Session, replies: Mapping[str, Run]) -> frozenset[str]:
        """Ids of the stale cells; `replies` has each cell's chosen run."""
        runs = tuple(replies.values())
        if not self._knows(session, runs):
            self._found = stale(session, {cell_id: (run,) for cell_id, run in replies.items()})
            self._session, self._runs = session, runs
        return self._found

    def _knows(self, session: Session, runs: tuple[Run, ...]) -> bool:
        known = self._session
        return (
            known is not None
            and len(runs) == len(self._runs)
            and all(one is other for one, other in zip(runs, self._runs, strict=True))
            and known.cells == session.cells
            and known.variables == session.variables
        )
