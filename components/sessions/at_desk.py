"""Sessions at the desk: what is done with those that are listed, and how others come in."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import NamedTuple

import streamlit as st

from components.address import ADDRESS
from components.desk import Desk, new_session
from components.history.frame import zone_of
from components.notices import explain
from components.panel.folds import inner_fold
from components.sessions.coming_in import refuse
from components.sessions.list import Wanted, name_of, when
from components.sharing.asking import ask_to_share
from components.state import key
from parley.errors import ParleyError
from parley.importing import opened
from parley.notebook import Session, title_for
from parley.notebook.forking import fork
from parley.notebook.samples import Sample, copy_of
from parley.request.kept import counted

NOTEBOOK = "pages/1_Notebook.py"
PRESENT = "pages/5_Present.py"
SAMPLE = "sample"
"""The query parameter by which the page for presenting knows a sample."""
_DELETED = "sessions-deleted"
_MOST_GONE = 20
"""Deleted sessions that are listed."""


class Deleted(NamedTuple):
    """The session that was deleted last."""

    session_id: str
    title: str


def show(at: Desk, session: Session) -> None:
    """Put the session on the notebook's page, its sidebar filled anew, and go there."""
    at.tab.take(session)
    st.switch_page(NOTEBOOK, query_params={ADDRESS: session.id})


def begin(at: Desk) -> None:
    """A new session, in the notebook; its address names it once it is saved."""
    at.tab.take(new_session())
    st.switch_page(NOTEBOOK)


def carry_out(at: Desk, wanted: Wanted) -> None:
    """Do it, before the list is drawn; or say why it could not be done."""
    store = at.doors.store
    try:
        if wanted.act == "Open":
            show(at, store.session(wanted.session_id))
        elif wanted.act == "Present":
            st.switch_page(PRESENT, query_params={ADDRESS: wanted.session_id})
        elif wanted.act == "Share or export":
            ask_to_share(wanted.session_id, "sessions")
        elif wanted.act == "Rename":
            rename(at, wanted.session_id, wanted.title)
        elif wanted.act == "Duplicate":
            store.save(duplicate(at, wanted.session_id))
        else:
            delete(at, wanted.session_id)
    except ParleyError as error:
        explain(error)


def rename(at: Desk, session_id: str, title: str) -> None:
    """Another title; where none is given, the first prompt proposes one."""
    if at.tab.session is not None and at.tab.session.id == session_id:
        at.tab.take(at.edit(lambda session: titled(session, title)))
    else:
        at.doors.store.save(titled(at.doors.store.session(session_id), title))


def titled(session: Session, title: str) -> Session:
    prompts = (cell.text for cell in session.cells if cell.kind == "prompt")
    return session.model_copy(update={"title": title or title_for(next(prompts, ""))})


def duplicate(at: Desk, session_id: str) -> Session:
    """The same once more. Its attempts are those of the first one, as in a fork: nothing was paid for twice."""
    store = at.doors.store
    session, new_id = store.session(session_id), uuid.uuid4().hex
    alone = {"parent": None, "parent_cell": None, "title": copied(session.title)}
    if not session.cells:
        return session.model_copy(update={"id": new_id, "version": 0, **alone})
    inherited = tuple(one for cell in session.cells for one in cell.inherited)
    attempts = store.attempts(session.id, inherited=inherited)
    return fork(session, session.cells[-1].id, new_id, attempts).model_copy(update=alone)


def copied(title: str) -> str:
    return f"{title or 'Untitled'} (copy)"


def delete(at: Desk, session_id: str) -> None:
    """Put it away; what it has sent stays in History."""
    title = at.doors.store.listed(session_id).title
    at.doors.store.delete_session(session_id)
    if at.tab.session is not None and at.tab.session.id == session_id:
        at.tab.session = None
    st.session_state[_DELETED] = Deleted(session_id, title)


def deleted_row(at: Desk) -> None:
    """What was deleted last, with the way back, and the links by which it can still be read."""
    gone: Deleted | None = st.session_state.get(_DELETED)
    if gone is None:
        return
    with st.container(gap=None, key="sessions-gone"):
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            st.markdown(f"Deleted “{name_of(gone.title)}”. What it sent stays in History.", width="content")
            if st.button("Undo", key="sessions-undo", icon=":material/undo:", type="tertiary"):
                _bring_back(at, gone.session_id)
            st.button(
                "Dismiss",
                key="sessions-gone-dismiss",
                type="tertiary",
                on_click=st.session_state.pop,
                args=(_DELETED, None),
            )
        _links_left(at, gone.session_id)


def _links_left(at: Desk, session_id: str) -> None:
    now = datetime.now(UTC)
    still = [one.id for one in at.doors.store.shares() if one.session_id == session_id and one.open_at(now)]
    if not still:
        return
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="sessions-gone-links"):
        many = f"{counted(len(still), 'link')} to {'a copy' if len(still) == 1 else 'copies'}"
        st.markdown(f"{many} of it {'is' if len(still) == 1 else 'are'} still open.", width="content")
        if st.button("Revoke", key="sessions-gone-revoke", icon=":material/link_off:", type="tertiary"):
            _revoke(at, still)


def _revoke(at: Desk, share_ids: Iterable[str]) -> None:
    try:
        for one in share_ids:
            at.doors.store.revoke(one)
    except ParleyError as error:
        explain(error)
        return
    st.rerun()


def recently_deleted(at: Desk) -> None:
    """All that was deleted lately, each with the way back; nothing where nothing was."""
    gone, moment = at.doors.store.deleted_sessions(most=_MOST_GONE), datetime.now(zone_of(st.context.timezone))
    if not gone:
        return
    with inner_fold("Recently deleted", counted(len(gone), "session"), under="sessions-deleted-fold") as is_open:
        for one in gone if is_open else ():
            with st.container(
                horizontal=True, wrap=False, gap="small", vertical_alignment="center", key=key("gone", one.id)
            ):
                with st.container(gap=None):
                    st.markdown(name_of(one.title))
                    st.caption(f"{counted(one.cells, 'cell')} · changed {when(one.changed, moment)}")
                if st.button("Bring back", key=key("gone", one.id, "back"), type="tertiary"):
                    _bring_back(at, one.id)


def _bring_back(at: Desk, session_id: str) -> None:
    try:
        at.doors.store.restore_session(session_id)
    except ParleyError as error:
        explain(error)
        return
    last: Deleted | None = st.session_state.get(_DELETED)
    if last is not None and last.session_id == session_id:
        del st.session_state[_DELETED]
    st.rerun()


def read(at: Desk, data: bytes, name: str) -> None:
    """A file as a session of one's own, which opens; or the reason why it is none, and nothing of it is kept."""
    try:
        session = at.doors.store.adopt(opened(data, name))
    except ParleyError as error:
        refuse(str(error))
        st.rerun()
    at.tab.notices.append(
        "Imported. What it says of answers, costs and times comes from the file and was not seen here."
    )
    show(at, session)


def open_sample(at: Desk, sample: Sample) -> None:
    """A copy of a sample, in the notebook."""
    copy, events = copy_of(sample, lambda: uuid.uuid4().hex)
    show(at, at.doors.store.adopt(copy, events))


def play(at: Desk, sample: Sample) -> None:
    """Present it as it was recorded."""
    st.switch_page(PRESENT, query_params={SAMPLE: sample.session.id})
