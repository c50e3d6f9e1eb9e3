"""Changes to the open session, and how they are saved beside those of other tabs."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Callable

import streamlit as st

from components.desk.part import Part
from parley.errors import Conflict, StoreError
from parley.notebook import Session, edits
from parley.request import ChatRequest


class Saving(Part):
    """What one tab writes into its session."""

    def edit(self, edit: Callable[[Session], Session]) -> Session:
        """Change the open session and save it.

        A new session is first saved as it is, so that its first edit can be undone, too. Where another tab saved in between,
        the edit is made to what that tab left, and the page says so: neither is lost.
        Raises StoreError when it cannot be saved; the session stays as it was then.
        """
        try:
            if not self.session.version:
                self.tab.session = self.doors.store.save(self.session)
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

    def _keep(self, edit: Callable[[Session], Session]) -> None:
        """Save an edit that nobody waits for; while the store refuses, the page goes on and says why."""
        try:
            self.edit(edit)
        except StoreError as error:
            self.tab.notices.append(f"Not saved yet: {error}")
        if self.tab.refill:
            st.rerun()
