"""What is handed to somebody else: frozen copies."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from parley.notebook.run import Run
from parley.notebook.session import Session
from parley.value import Value


class Snapshot(Value):
    """A session with the attempts of its cells, as they were at one moment. It names no owner."""

    session: Session
    attempts: dict[str, tuple[Run, ...]] = Field(default_factory=dict)
    """By cell id, oldest first."""

    def anonymous(self) -> Snapshot:
        """The same without whose it is, and without the draft, which nobody meant to hand over."""
        attempts = {
            cell: tuple(run.model_copy(update={"owner": ""}) for run in runs) for cell, runs in self.attempts.items()
        }
        return Snapshot(session=self.session.model_copy(update={"draft": ""}), attempts=attempts)


class Share(Value):
    """A link to a frozen copy. It grants reading that copy and nothing else; it holds no key, no token and no owner."""

    id: str
    """Names the share to its owner, for revoking it; worthless to anybody else."""
    session_id: str
    title: str = ""
    created: datetime
    expires: datetime | None = None
    """None: until it is revoked."""
    revoked: datetime | None = None
    snapshot: Snapshot | None = None
    """The copy; None in lists."""
