"""A copy of one's own: the same session under new ids, that shares nothing with the one it was made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from parley.notebook.run import Run
from parley.notebook.session import Cell, Session
from parley.notebook.share import Snapshot


def renewed(snapshot: Snapshot, new_id: Callable[[], str], connection: str | None = None) -> Snapshot:
    """The same content under new ids of the session, its cells and its runs, of no owner, no parent and no version.

    What a fork had taken over becomes its own. Choices and comparisons of attempts that the snapshot lacks are left out. With
    `connection`, that stands as the connection of every run: it was not sent from here.
    """
    session_id = new_id()
    cells = {cell.id: new_id() for cell in snapshot.session.cells}
    runs = {run.id: new_id() for cell in cells for run in snapshot.attempts.get(cell, ())}

    def mine(run: Run, cell_id: str) -> Run:
        place = {
            "id": runs[run.id],
            "owner": "",
            "session_id": session_id,
            "cell_id": cell_id,
            "follows": runs.get(run.follows or ""),
        }
        return run.model_copy(update=place | ({} if connection is None else {"connection": connection}))

    return Snapshot(
        session=_renewed(snapshot.session, session_id, cells, runs),
        attempts={
            cells[cell]: tuple(mine(run, cells[cell]) for run in several)
            for cell, several in snapshot.attempts.items()
            if cell in cells
        },
    )


def from_elsewhere(snapshot: Snapshot, new_id: Callable[[], str], moment: datetime) -> Snapshot:
    """The same as a session of one's own, its runs marked as read at that moment: nobody here has seen them. Nothing in it is sent by
    itself: how often calls answer themselves is for its new owner to say, who pays for it."""
    copy, told = renewed(snapshot, new_id), moment.isoformat(timespec="seconds")
    attempts = {
        cell: tuple(run.model_copy(update={"imported": told}) for run in runs) for cell, runs in copy.attempts.items()
    }
    session = copy.session.model_copy(update={"loop_steps": 0})
    return copy.model_copy(update={"session": session, "attempts": attempts})


def _renewed(session: Session, session_id: str, cells: Mapping[str, str], runs: Mapping[str, str]) -> Session:
    renamed = tuple(_cell(cell, cells[cell.id], runs) for cell in session.cells)
    facts = {"id": session_id, "version": 0, "draft": "", "attached": (), "parent": None, "parent_cell": None}
    return session.model_copy(update={**facts, "cells": renamed})


def _cell(cell: Cell, cell_id: str, runs: Mapping[str, str]) -> Cell:
    choices = {
        "chosen": runs.get(cell.chosen or ""),
        "inherited": (),
        "compared": tuple(runs[run] for run in cell.compared if run in runs),
    }
    return cell.model_copy(update={"id": cell_id, **choices})
