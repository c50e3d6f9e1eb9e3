"""Changes to the open session, and how they are saved beside those of other tabs."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Callable

import streamlit as st

from components.desk.part import Part
from components.notebook.heading import system_typed
from components.request_panel import settings_typed
from parley.errors import Conflict, StoreError
from parley.notebook import Session, edits
from parley.notebook.merging import Disagreement, How, clashes, settled
from parley.request import ChatRequest

TRIES = 5
"""How often an edit is made to what another tab left, while that tab goes on saving."""
BOTH = "This session was also changed in another tab; both changes are kept."
GONE = "This session was changed in another tab. That is shown now; what was to be changed here is not in it any more."


class Saving(Part):
    """What one tab writes into its session."""

    def edit(self, edit: Callable[[Session], Session]) -> Session:
        """Change the open session and save it.

        A new session is first saved as it is, so that its first edit can be undone, too. Where another tab saved in between,
        the edit is made to what that tab left, and the page says so. Where both changed the same thing, that tab's change
        stands, and the page asks which it is to be: nothing is overwritten unasked.
        Raises StoreError when it cannot be saved; the session stays as it was then.
        """
        try:
            if not self.session.version:
                self.tab.session = self.doors.store.save(self.session)
            self.tab.session = self.doors.store.save(edit(self.session))
        except Conflict:
            self._make_beside(edit)
        return self.session

    def settle(self, how: How) -> None:
        """Callback: what becomes of what both tabs changed."""
        split, self.tab.disagreement = self.tab.disagreement, None
        if split is None or how == "theirs" or split.mine.id != self.session.id:
            return
        try:
            self.edit(lambda session: split.settled_in(session, how, lambda: uuid.uuid4().hex))
            self.tab.refill = True
        except StoreError as error:
            self.tab.disagreement = split
            self.tab.notices.append(f"Not saved yet: {error}")

    def keep_settings(self, settings: ChatRequest) -> None:
        """Save what was changed in the sidebar, and only that: another tab may have changed other fields."""
        if settings != self.session.settings:
            self._keep(_setting(self.session.settings, settings))

    def keep_system(self, text: str) -> None:
        """Save the system prompt on top, if it differs from what is saved."""
        if text != edits.system_prompt(self.session):
            self._keep(_instructing(text))

    def keep_typed(self) -> None:
        """For a callback that puts another state of things on the page: what was typed beside the cells a moment ago is saved first.

        A click may come before the page that would save it is drawn. While widgets wait to be filled they say what was before.
        """
        if self.tab.refill or self.tab.filling:
            return
        was = edits.system_prompt(self.session)
        settings, system = settings_typed(self.session.settings), system_typed(self.session.id, was)
        with contextlib.suppress(StoreError):
            if settings != self.session.settings:
                self.edit(_setting(self.session.settings, settings))
            if system != was:
                self.edit(_instructing(system))

    def keep_variable(self, name: str, value: str) -> None:
        """Save the value of a template variable."""
        with contextlib.suppress(StoreError):
            self.edit(lambda session: edits.with_variable(session, name, value))

    def keep_draft(self, text: str) -> None:
        """Save what stands in the prompt box; where another tab has the word, this tab alone keeps it."""
        if text != self.session.draft:
            self.tab.session = edits.with_draft(self.session, text)
            with contextlib.suppress(StoreError):
                self.tab.session = self.doors.store.save(self.session)

    def _make_beside(self, edit: Callable[[Session], Session]) -> None:
        """Make an edit to what another tab left, but for what both changed; each tab has its own prompt box."""
        base, mine = self.session, edit(self.session)
        for patience in reversed(range(TRIES)):
            theirs = self.doors.store.session(base.id)
            found = clashes(base, mine, theirs)
            made = _made(edit, theirs)
            try:
                kept = settled(made or theirs, theirs, found, "theirs")
                kept = self.doors.store.save(edits.with_box_of(kept, mine))
            except Conflict:
                if not patience:
                    raise
                continue
            self.tab.take(kept)
            if found:
                self.tab.disagreement = Disagreement(found, mine).after(self.tab.disagreement)
            else:
                self.tab.notices.append(BOTH if made else GONE)
            return

    def _keep(self, edit: Callable[[Session], Session]) -> None:
        """Save an edit that nobody waits for; while the store refuses, the page goes on and says why."""
        try:
            self.edit(edit)
        except StoreError as error:
            self.tab.notices.append(f"Not saved yet: {error}")
        if self.tab.refill:
            st.rerun()


def _setting(before: ChatRequest, after: ChatRequest) -> Callable[[Session], Session]:
    """Sets what was changed in the sidebar."""
    changed = edits.difference(before, after)
    return lambda session: edits.with_settings(session, changed(session.settings))


def _instructing(text: str) -> Callable[[Session], Session]:
    """Puts a system prompt on top."""
    cell_id = uuid.uuid4().hex
    return lambda session: edits.with_system_prompt(session, text, cell_id)


def _made(edit: Callable[[Session], Session], theirs: Session) -> Session | None:
    """The edit made to what another tab left; None where what it is about is gone there, or was done there already."""
    try:
        return edit(theirs)
    except (KeyError, ValueError):
        return None
