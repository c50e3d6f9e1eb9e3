"""A fork: a session of its own that begins as another one stands, up to a cell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from parley.notebook.edits import position
from parley.notebook.messages import chosen
from parley.notebook.run import Run
from parley.notebook.session import Cell, Session


def fork(session: Session, cell_id: str, new_id: str, attempts: Mapping[str, Iterable[Run]]) -> Session:
    """A new session with the cells up to and with that one, their attempts as they are, and the choices among them pinned.

    The attempts stay in the ledger where they are, and are found through `Cell.inherited`: what is run later, here or
    there, changes nothing on the other side. Settings, lanes and variables go along, what is in the prompt box does not. Raises KeyError.
    """
    kept = session.cells[: position(session, cell_id) + 1]
    return session.model_copy(
        update={
            "id": new_id,
            "version": 0,
            "draft": "",
            "attached": (),
            "parent": session.id,
            "parent_cell": cell_id,
            "cells": tuple(_pinned(cell, tuple(attempts.get(cell.id, ()))) for cell in kept),
        }
    )


def inherited(session: Session) -> tuple[str, ...]:
    """The ids of all attempts that a session took over."""
    return tuple(run_id for cell in session.cells for run_id in cell.inherited)


def _pinned(cell: Cell, runs: tuple[Run, ...]) -> Cell:
    now = chosen(cell, runs)
    return cell.model_copy(update={"chosen": now.id if now else None, "inherited": tuple(run.id for run in runs)})
