"""One tab at work: its open session, its connection, and what a page does with the doors.

Pages call this and paint what it gives; it paints nothing itself.
"""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NoReturn

import streamlit as st

from components.address import asked_for, forget, leave, name_in_url
from components.answer.transcript import Act
from components.answer.waiting import waiting_words
from components.answer.watching import Sight, rarity
from components.notebook.asking import added_to, hindered, next_request, request_for
from components.notebook.heading import fill_system_prompt
from components.notebook.prompt import fill_prompt
from components.notebook.variables import fill_variables, held_back
from components.presets.drawer import Drawer
from components.services import Services, open_services
from components.state import UiState, ui, write_settings
from parley.connection import LOCAL, Connection, Kind, checked_key, known, other
from parley.errors import Conflict, Missing, ParleyError, StoreError
from parley.notebook import (
    Run,
    Session,
    chosen,
    chosen_runs,
    edits,
    template_for,
    written,
)
from parley.notebook.samples import Sample, copy_of
from parley.request import ChatRequest
from parley.web import owner_of


class Desk:
    """What one tab has in hand for one run of a page."""

    def __init__(self, doors: Services, tab: UiState) -> None:
        self.doors = doors
        self.tab = tab
        self.connection: Connection = doors.connection()
        self.presets = Drawer(doors.store, tab, self.edit)

    @property
    def session(self) -> Session:
        return self.tab.opened()

    def open(self) -> None:
        """Open the session that the URL names, else the one at hand, else the latest, else a new one."""
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

    def open_new(self, session: Session, told: str) -> None:
        """Put a session on the page that was made elsewhere, and say so; raises StoreError when it cannot be saved."""
        former = self.tab.session
        self.tab.take(self.doors.store.save(session))
        self.tab.notices.append(told)
        leave(self.tab, former)

    def edit(self, edit: Callable[[Session], Session]) -> Session:
        """Change the open session and save it.

        Where another tab saved in between, the edit is made to what that tab left, and the page says so: neither is lost.
        Raises StoreError when it cannot be saved; the session stays as it was then.
        """
        try:
            self.tab.session = self.doors.store.save(edit(self.session))
        except Conflict:
            theirs = self.doors.store.session(self.session.id)
            self.tab.take(self.doors.store.save(edit(theirs)))
            self.tab.notices.append("This session was also changed in another tab; both changes are kept.")
        return self.session

    def keep_settings(self, settings: ChatRequest) -> None:
        """Save what was changed in the sidebar, and only that: another tab may have changed other fields."""
        if settings != self.session.settings:
            changed = edits.difference(self.session.settings, settings)
            self._keep(lambda session: edits.with_settings(session, changed(session.settings)))

    def keep_system(self, text: str) -> None:
        """Save the system prompt on top, if it differs from what is saved."""
        if text != edits.system_prompt(self.session):
            cell_id = uuid.uuid4().hex
            self._keep(lambda session: edits.with_system_prompt(session, text, cell_id))

    def keep_variable(self, name: str, value: str) -> None:
        """Save the value of a template variable."""
        with contextlib.suppress(StoreError):
            self.edit(lambda session: edits.with_variable(session, name, value))

    def keep_draft(self, text: str) -> None:
        """Save what stands in the prompt box; where another tab has the word, the box alone keeps it."""
        if text != self.session.draft:
            with contextlib.suppress(StoreError):
                self.tab.session = self.doors.store.save(edits.with_draft(self.session, text))

    def attempts(self) -> dict[str, tuple[Run, ...]]:
        """Every cell's runs, oldest first; those that are alive as they stand this moment."""
        stored = self.doors.store.attempts(self.session.id) if self.session.version else {}
        return {cell: tuple(self._now(run) for run in runs) for cell, runs in stored.items()}

    def doubt(self, session: Session, cell_id: str, attempts: Mapping[str, Sequence[Run]]) -> str:
        """Why a cell is not sent at once: variables without a value, of which the person was not told yet."""
        template = template_for(session, cell_id, chosen_runs(session, attempts))
        missing = template.missing if template else ()
        told, self.tab.warned = self.tab.warned, frozenset(missing)
        return held_back(missing) if set(missing) - told else ""

    def take_prompt(self, text: str) -> None:
        """Take what was sent out of the box; it is put into a cell when the page is drawn."""
        self.tab.outgoing = text

    def send(self, settings: ChatRequest, hindrances: Sequence[str]) -> None:
        """Put the prompt that was sent into a new cell and run it.

        What cannot be sent for a value in the sidebar, or cannot be kept, goes back into the box with a sentence; what is kept but cannot be sent stays in its cell, to be
        run from there.
        """
        text = self.tab.outgoing or ""
        if hindrances:
            self.give_back(hindered(hindrances))
        attempts = self.attempts()
        if any(run.live for runs in attempts.values() for run in runs):
            self.give_back("The answer above is still being written. Stop it, or wait, then send this.")
        cell_id = uuid.uuid4().hex
        message = {"role": "user", "content": text}
        if doubt := self.doubt(edits.add_prompt(self.session, message, cell_id), cell_id, attempts):
            self.give_back(doubt)
        try:
            self.edit(lambda session: edits.with_draft(edits.add_prompt(session, message, cell_id), ""))
        except ParleyError as error:
            self.give_back(f"Not sent: {error}")
        self.tab.outgoing = None
        self.act(cell_id, "run", settings)

    def run(self, cell_id: str, settings: ChatRequest, attempts: Mapping[str, Sequence[Run]]) -> None:
        """Send the cell's prompt, as its first attempt or as a further one, which is then the chosen one."""
        replies = chosen_runs(self.session, attempts)
        request = request_for(self.session, cell_id, settings, replies, self.doors.model(self.connection))
        template = template_for(self.session, cell_id, replies)
        self.doors.send(self.session, cell_id, request, self.connection, template, added_to(request, settings))
        if edits.cell_of(self.session, cell_id).chosen:
            self.choose(cell_id, None)

    def look(self, run_id: str, patience: float) -> Sight:
        """The run as it stands now, or when it ends within so many seconds, and a little longer where there is a crowd."""
        live = self.doors.runner.live(run_id)
        if live is not None:
            live.settled.wait(patience * rarity(self.doors.runner.alive))
        run = live.run if live else self.doors.store.run(run_id)
        waiting = self.waiting_for_local(run) or (waiting_words(live, begun=run.reply.has_output) if live else "")
        return Sight(run, live, waiting)

    def seen_ended(self, run: Run) -> bool:
        """Whether this tab had seen the end of the run before."""
        return not self.tab.changed(run.id, run.outcome) and not run.live

    def waiting_for_local(self, run: Run) -> str:
        """Why nothing comes yet, while it is the local model that is on its way; empty otherwise."""
        status = self.doors.local.status
        waits = run.live and not run.reply.has_output and run.connection == LOCAL.name
        return f"{status.sentence} Then it answers." if waits and status.stage in ("fetching", "starting") else ""

    def choose(self, cell_id: str, run_id: str | None) -> None:
        self.edit(lambda session: edits.choose(session, cell_id, run_id))

    def step(self, cell_id: str, by: int, attempts: Mapping[str, Sequence[Run]]) -> None:
        """Choose the former or the next attempt of a cell."""
        runs = attempts.get(cell_id, ())
        now = chosen(edits.cell_of(self.session, cell_id), runs)
        if now is not None:
            place = min(max(runs.index(now) + by, 0), len(runs) - 1)
            self.choose(cell_id, runs[place].id)

    def act(self, cell_id: str, act: Act, settings: ChatRequest) -> None:
        """Do what was asked of an attempt."""
        try:
            attempts = self.attempts()
            if act != "run":
                self.step(cell_id, -1 if act == "prev" else 1, attempts)
            elif doubt := hindered(self.tab.hindrances) or self.doubt(self.session, cell_id, attempts):
                self.tab.notices.append(doubt)
            else:
                self.run(cell_id, settings, attempts)
        except ParleyError as error:
            self.tab.notices.append(f"Not sent: {error}")

    def next_body(self, settings: ChatRequest, attempts: Mapping[str, Sequence[Run]]) -> ChatRequest:
        """What Send would send now, with the draft as it is known."""
        replies = chosen_runs(self.session, attempts)
        return next_request(self.session, settings, replies, self.doors.model(self.connection))

    def said(self, attempts: Mapping[str, Sequence[Run]]) -> list[dict[str, Any]]:
        """The messages that the cells make up now, as they were written."""
        return written(self.session, chosen_runs(self.session, attempts))

    def say(self, said: list[dict[str, Any]], attempts: Mapping[str, Sequence[Run]]) -> None:
        """Let the cells say these messages instead, and draw the page anew."""
        replies, ids = chosen_runs(self.session, attempts), iter(lambda: uuid.uuid4().hex, "")
        self._keep(lambda session: edits.saying(session, replies, said, ids))
        self.tab.refill = True
        st.rerun()

    def open_sample(self, sample: Sample) -> None:
        """Open a copy of a sample, with its runs, as a session of one's own."""
        session, runs = copy_of(sample, uuid.uuid4().hex, {run.id: uuid.uuid4().hex for run in sample.runs})
        self.doors.store.save(session)
        for run in runs:
            self.doors.store.begin(run.model_copy(update={"outcome": "queued"}))
            self.doors.store.finish(run)
        self.open_other(session.id)

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

    def give_back(self, sentence: str) -> NoReturn:
        """Put the prompt that was sent back into the box, say why, and draw the page anew, with what other tabs did meanwhile."""
        text = self.tab.outgoing or ""
        try:
            self.edit(lambda session: edits.with_draft(session, text))
        except StoreError:
            self.tab.session = edits.with_draft(self.session, text)
        self.tab.outgoing = None
        self.tab.refill_prompt = True
        self.tab.notices.append(sentence)
        st.rerun()

    def _keep(self, edit: Callable[[Session], Session]) -> None:
        """Save an edit that nobody waits for; while the store refuses, the page goes on and says why."""
        try:
            self.edit(edit)
        except StoreError as error:
            self.tab.notices.append(f"Not saved yet: {error}")
        if self.tab.refill:
            st.rerun()

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

    def _now(self, run: Run) -> Run:
        live = self.doors.runner.live(run.id) if run.live else None
        return live.run if live else run


def desk() -> Desk:
    """This tab's desk."""
    return Desk(open_services(), ui())


def new_session() -> Session:
    return Session(id=uuid.uuid4().hex)
