"""The desk itself: which session is open, and over which connection it goes."""

from __future__ import annotations

import contextlib
import uuid

import streamlit as st

from components.address import asked_for, forget, leave, name_in_url
from components.attempt.kin import Kin
from components.cell.hand import Hand
from components.compare.fields import fill_lanes
from components.desk.attaching import Attaching
from components.desk.comparing import Comparing
from components.desk.receiving import Receiving
from components.desk.replaying import Replaying
from components.notebook.disagreement import number_of
from components.notebook.heading import fill_system_prompt
from components.notebook.paste_request import session_of, told
from components.notebook.prompt import fill_prompt
from components.notebook.variables import fill_variables
from components.owning import owner_in
from components.presets.drawer import Drawer
from components.services import Services, open_services
from components.state import UiState, ui, write_settings
from parley.connection import Kind, checked_key, known, other
from parley.errors import Missing, ParleyError, StoreError
from parley.importing import read_request
from parley.notebook import Session, edits
from parley.notebook.forking import fork
from parley.notebook.lanes import without_lanes
from parley.notebook.samples import Sample, copy_of
from parley.web import owner_of


class Desk(Replaying, Comparing, Receiving, Attaching):
    """What one tab has in hand for one run of a page."""

    def __init__(self, doors: Services, tab: UiState) -> None:
        super().__init__(doors, tab)
        self.presets = Drawer(doors.store, tab, self.edit)
        self.hand = Hand(doors.store, tab, self.edit, self.keep_typed, self.stop_all_of)

    def open(self) -> None:
        """Open the session that the URL names, else the one at hand, else the latest, else a new one."""
        self.receive()
        asked = asked_for(self.tab)
        if self.tab.session is None or (asked and asked != self.session.id):
            self.tab.take(self._found(asked))
        self.tab.filling |= self.tab.refill
        self.tab.filling_prompt |= self.tab.refill or self.tab.refill_prompt
        self.tab.refill = self.tab.refill_prompt = False
        if self.tab.filling_prompt and self.tab.outgoing is None:
            fill_prompt(self.session.draft)
        if self.tab.filling:
            write_settings(self.session.settings)
            fill_variables(self.session.variables)
            fill_system_prompt(self.session.id, edits.system_prompt(self.session))
        fill_lanes(self.session.lanes)
        self.take_offered()
        name_in_url(self.session)

    def filled(self) -> None:
        """What was to be filled is drawn; from here on the browser knows it."""
        self.tab.filling = self.tab.filling_prompt = False

    def open_other(self, session_id: str | None) -> None:
        """Put another session on the page, or a new one, and draw the page anew."""
        former = self.tab.session
        self.tab.take(self.doors.store.session(session_id) if session_id else new_session())
        leave(self.tab, former)
        st.rerun()

    def go_to(self, session_id: str) -> None:
        """Callback: put a saved session on the page; says so where it is not there any more."""
        self.keep_typed()
        former = self.tab.session
        try:
            self.tab.take(self.doors.store.session(session_id))
        except StoreError as error:
            self.tab.notices.append(f"It cannot be opened: {error}")
        else:
            leave(self.tab, former)

    def open_new(self, session: Session, told: str = "") -> None:
        """Put a session on the page that was made elsewhere, and say so; raises StoreError when it cannot be saved."""
        former = self.tab.session
        self.tab.take(self.doors.store.save(session))
        if told:
            self.tab.notices.append(told)
        leave(self.tab, former)

    def paste(self, text: str) -> None:
        """Open what was pasted as a session of its own. Raises NotARequest, StoreError."""
        pasted = read_request(text)
        session, lost = session_of(pasted.request, uuid.uuid4().hex, iter(lambda: uuid.uuid4().hex, ""))
        said = pasted.model_copy(update={"notes": ()})
        self.open_new(session, told(said, session, "", self.session, self.connection))
        self.tab.paste_notes = (*pasted.notes, *([lost] if lost else []))

    def fork(self, cell_id: str) -> None:
        """Open a new session with the cells up to and with this one; the session it comes from stays as it is."""
        self.keep_typed()
        try:
            forked = fork(self.session, cell_id, uuid.uuid4().hex, self.attempts())
            self.open_new(forked)
            st.toast("This is a fork: the session it comes from stays as it is.", icon=":material/fork_right:")
        except ParleyError as error:
            self.tab.notices.append(f"Not forked: {error}")

    def branch(self, run_id: str, beginning: str) -> None:
        """Open a fork with the cells up to and with that of a run, set up as the run was sent, and have the prompt answered there from
        another `beginning` on."""
        attempts = self.attempts()
        cell_id = next((cell for cell, runs in attempts.items() for run in runs if run.id == run_id), None)
        run = next((run for runs in attempts.values() for run in runs if run.id == run_id), None)
        if cell_id is None or run is None:
            self.tab.notices.append("Not forked: that attempt is not in this session any more.")
            return
        try:
            forked = without_lanes(fork(self.session, cell_id, uuid.uuid4().hex, attempts))
            forked = edits.with_settings(edits.choose(forked, cell_id, run_id), run.settings)
            self.open_new(forked)
        except (KeyError, ParleyError) as error:
            self.tab.notices.append(f"Not forked: {error}")
        else:
            self.tab.going_on = (cell_id, beginning)
            st.toast("This is a fork: the session it comes from stays as it is.", icon=":material/fork_right:")

    def kin(self) -> tuple[Kin | None, tuple[Kin, ...]]:
        """The session that this one was forked from, where it still is, and those that were forked from this one."""
        store, parent = self.doors.store, None
        if self.session.parent is not None:
            with contextlib.suppress(Missing):
                found = store.listed(self.session.parent)
                parent = Kin(found.id, found.title)
        children = store.children(self.session.id) if self.session.version else ()
        forks = (Kin(one.id, one.title, number_of(one.parent_cell, self.session)) for one in children)
        return parent, tuple(forks)

    def open_sample(self, sample: Sample) -> None:
        """Open a copy of a sample, with its runs, as a session of one's own."""
        self.open_other(self.doors.store.adopt(*copy_of(sample, lambda: uuid.uuid4().hex)).id)

    def connect(self, kind: Kind, base_url: str, key: str, *, forget: bool = False) -> None:
        """Go over another connection from now on, with this browser's key for it.

        Raises SettingsError for an address that cannot be used, ParleyError where there is no cookie to keep a key under.
        """
        connection = other(base_url) if kind == "other" else known(kind, self.doors.settings)
        owner = owner_of(st.context.cookies)
        if key.strip():
            self.doors.keyring.put(owner, checked_key(key), connection=connection.ring)
        if forget:
            self.doors.keyring.forget(owner, connection=connection.ring)
        self.doors.choose(connection)
        self.connection = connection

    def _found(self, asked: str | None) -> Session:
        if not asked:
            return self.doors.store.latest_session() or new_session()
        try:
            return self.doors.store.session(asked)
        except Missing:
            self.tab.notices.append(
                "The session in this address is not here: it was deleted, or belongs to another Parley."
            )
            forget()
            return new_session()


def desk() -> Desk:
    """This tab's desk, with the doors as its owner sees them; a browser that keeps no cookie is one only as long as the tab."""
    tab, doors = ui(), open_services()
    owner = owner_in(doors.settings.mode, owner_of(st.context.cookies) or tab.name)
    return Desk(doors.of(owner), tab)


def new_session() -> Session:
    return Session(id=uuid.uuid4().hex)
