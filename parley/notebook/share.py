"""What is handed to somebody else: frozen copies."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import chain
from typing import Any

from pydantic import Field

from parley.notebook.edits import position
from parley.notebook.messages import chosen
from parley.notebook.run import Run
from parley.notebook.session import Cell, Session
from parley.notebook.steps import steps_to
from parley.notebook.template import names_in
from parley.request.kept import Kept
from parley.value import Value


class Snapshot(Value):
    """A session with the attempts of its cells, as they were at one moment. It names no owner."""

    session: Session
    attempts: dict[str, tuple[Run, ...]] = Field(default_factory=dict)
    """By cell id, oldest first."""

    def anonymous(self) -> Snapshot:
        """The same without whose it is, and without what nobody meant to hand over: the draft, the session it was forked from,
        the values of variables that no cell names, and answers that are still on their way."""
        used = names_in(cell.message for cell in self.session.cells)
        left = {
            "draft": "",
            "attached": (),
            "parent": None,
            "parent_cell": None,
            "variables": {name: value for name, value in self.session.variables.items() if name in used},
        }
        attempts = {
            cell: tuple(run.model_copy(update={"owner": ""}) for run in runs if not run.live)
            for cell, runs in self.attempts.items()
        }
        return Snapshot(session=self.session.model_copy(update=left), attempts=attempts)

    def pieces(self) -> Iterator[Any]:
        """All that it holds, as JSON values: the whole but for messages that were sent, and each of these once."""
        attempts = {cell: tuple(map(_without_messages, runs)) for cell, runs in self.attempts.items()}
        yield self.model_copy(update={"attempts": attempts}).model_dump()
        sent = (dict(run.request.held()).get("messages") for runs in self.attempts.values() for run in runs)
        messages = chain.from_iterable(one if isinstance(one, list) else [one] for one in sent)
        for message in {id(one): one for one in messages}.values():
            yield message.payload() if isinstance(message, Kept) else message

    def until(self, cell_id: str) -> Snapshot:
        """The cells up to and with that one, with their attempts. Raises KeyError."""
        cells = self.session.cells[: position(self.session, cell_id) + 1]
        return self._with(cells, {cell.id: self.attempts[cell.id] for cell in cells if cell.id in self.attempts})

    def chosen_only(self) -> Snapshot:
        """Of each cell the one attempt that later cells see, with all its steps."""
        picked = {cell.id: chosen(cell, self.attempts.get(cell.id, ())) for cell in self.session.cells}
        kept = {cell_id: steps_to(run, self.attempts[cell_id]) for cell_id, run in picked.items() if run is not None}
        cells = (_alone(cell, kept.get(cell.id, ())) for cell in self.session.cells)
        return self._with(tuple(cells), kept)

    def _with(self, cells: tuple[Cell, ...], attempts: dict[str, tuple[Run, ...]]) -> Snapshot:
        return Snapshot(session=self.session.model_copy(update={"cells": cells}), attempts=attempts)


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

    def open_at(self, moment: datetime) -> bool:
        """Whether the link leads somewhere then."""
        return self.revoked is None and (self.expires is None or moment < self.expires)


def _without_messages(run: Run) -> Run:
    return run.model_copy(update={"request": run.request.without("messages")})


def _alone(cell: Cell, steps: Sequence[Run]) -> Cell:
    """The cell with one attempt, so that no id names one that stayed behind."""
    kept = {run.id for run in steps}
    inherited = tuple(one for one in cell.inherited if one in kept)
    chosen_id = cell.chosen if cell.chosen in kept else None
    return cell.model_copy(update={"compared": (), "inherited": inherited, "chosen": chosen_id})
