"""What is handed to somebody else: frozen copies."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from parley.notebook.edits import position
from parley.notebook.messages import chosen
from parley.notebook.run import Run
from parley.notebook.session import Cell, Session
from parley.notebook.template import names_in
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
            "parent": None,
            "parent_cell": None,
            "variables": {name: value for name, value in self.session.variables.items() if name in used},
        }
        attempts = {
            cell: tuple(run.model_copy(update={"owner": ""}) for run in runs if not run.live)
            for cell, runs in self.attempts.items()
        }
        return Snapshot(session=self.session.model_copy(update=left), attempts=attempts)

    def until(self, cell_id: str) -> Snapshot:
        """The cells up to and with that one, with their attempts. Raises KeyError."""
        cells = self.session.cells[: position(self.session, cell_id) + 1]
        return self._with(cells, {cell.id: self.attempts[cell.id] for cell in cells if cell.id in self.attempts})

    def chosen_only(self) -> Snapshot:
        """Of each cell the one attempt that later cells see."""
        picked = {cell.id: chosen(cell, self.attempts.get(cell.id, ())) for cell in self.session.cells}
        cells = (_alone(cell, picked[cell.id]) for cell in self.session.cells)
        return self._with(tuple(cells), {cell_id: (run,) for cell_id, run in picked.items() if run is not None})

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


def _alone(cell: Cell, run: Run | None) -> Cell:
    """The cell with one attempt, so that no id names one that stayed behind."""
    inherited = tuple(one for one in cell.inherited if run is not None and one == run.id)
    chosen_id = cell.chosen if run is not None and cell.chosen == run.id else None
    return cell.model_copy(update={"compared": (), "inherited": inherited, "chosen": chosen_id})
