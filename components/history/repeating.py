"""A request of the ledger sent once more, to the letter, or held back with its ways out."""

from __future__ import annotations

import contextlib
import uuid
from functools import partial

import streamlit as st

from components.budget.held import held_row
from components.budget.waiting import Again
from components.desk import Desk
from components.desk.looping import steps_of
from components.history import ledger
from components.history.counting import forget_counts
from components.notebook.paste_request import session_of
from parley.errors import Conflict, Missing, ParleyError
from parley.notebook import Run, Session, edits


def again(at: Desk, run: Run) -> None:
    """Send the exact request once more, as a new run of its cell, or in a new session where that is gone; then open it."""
    told = partial(at.doors.forecast, run.request, at.connection)
    try:
        with at.deciding():
            session, cell_id = home_of(at, run)
            if at.hold(lambda: [told()], Again("repeat", run.id), session_id=session.id):
                st.rerun()
            if not session.version:
                session = at.doors.store.save(session)
            show_newest(at, session.id, cell_id)
            template, added = run.template, run.added
            sent = at.doors.send(
                session,
                cell_id,
                run.request,
                at.connection,
                template=template,
                added=added,
                prefill=run.prefill,
                **steps_of(run),
            )
    except ParleyError as error:
        at.tab.notices.append(f"Not sent: {error}")
        st.rerun()
    forget_counts()
    ledger.open_next(sent.id)
    if run.connection not in ("", at.connection.name):
        at.tab.notices.append(f"Sent over {at.connection.name}; the first time it went over {run.connection}.")
    st.toast("Sent again, as a new run.", icon=":material/replay:")
    st.rerun()


def held_back(at: Desk, run: Run) -> None:
    """Draw why it may not be repeated, with the ways out; nothing where it may."""
    if at.tab.held is not None and at.tab.held.again == Again("repeat", run.id):
        held_row(at.tab.held.why, at, at.doors.account(at.connection).content)


def home_of(at: Desk, run: Run) -> tuple[Session, str]:
    """The session and the cell of a run, as long as they are there, else a new session, not saved yet, that says the same."""
    store, ids = at.doors.store, iter(lambda: uuid.uuid4().hex, "")
    if run.session_id is not None:
        with contextlib.suppress(Missing):
            session = store.session(run.session_id)
            if any(cell.id == run.cell_id and cell.kind == "prompt" for cell in session.cells):
                return session, run.cell_id or ""
    session, _ = session_of(run.request, next(ids), ids)
    session = edits.with_settings(session, run.settings)
    if not session.cells or session.cells[-1].kind != "prompt":
        session = edits.add_prompt(session, {"role": "user", "content": ""}, next(ids))
    return session, session.cells[-1].id


def show_newest(at: Desk, session_id: str, cell_id: str) -> None:
    """Let the cell show its newest attempt. That is a choice of what is seen: another tab's word for it is as good."""
    session = at.doors.store.session(session_id)
    if edits.cell_of(session, cell_id).chosen is None:
        return
    if at.tab.session is not None and at.tab.session.id == session_id:
        at.edit(lambda session: edits.choose(session, cell_id, None))
    else:
        with contextlib.suppress(Conflict):
            at.doors.store.save(edits.choose(session, cell_id, None))
