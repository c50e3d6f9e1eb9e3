"""What somebody shared, as a session of one's own."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

import streamlit as st

from components.desk.part import Part
from parley.errors import ParleyError
from parley.notebook.copying import from_elsewhere

COPY = "copy"
"""The query parameter that holds a ticket to a copy; the shared page leads here with one."""
_USED = "This way to a copy was used already, or it is more than ten minutes old. Open the link that was shared with you again."
_TAKEN = "This is your own copy: what you change stays here. Its answers, costs and times are as they were shared, and were not seen here."


class Receiving(Part):
    """The way from a shared page into the notebook."""

    def receive(self) -> None:
        """Take the copy over that the address has a ticket for, settings and all, and put it on the page; says what came of it."""
        ticket = st.query_params.get(COPY)
        if ticket is None:
            return
        if self.tab.ticket != ticket:
            self.tab.ticket = ticket
            self.tab.notices.append(self._taken(ticket))
        del st.query_params[COPY]

    def _taken(self, ticket: str) -> str:
        try:
            token = self.doors.tickets.redeem(ticket)
            share = self.doors.store.shared(token) if token is not None else None
            if share is None or share.snapshot is None:
                return _USED
            copy = from_elsewhere(share.snapshot, lambda: uuid.uuid4().hex, datetime.now(UTC))
            self.tab.take(self.doors.store.adopt(copy))
        except ParleyError as error:
            return f"The copy could not be made: {error}"
        return _TAKEN
