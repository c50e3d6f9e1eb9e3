"""What somebody shared, as a session of one's own."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

import streamlit as st

from components.address import leave
from components.desk.saving import Saving
from components.state import Offered
from parley.errors import ParleyError
from parley.notebook.copying import from_elsewhere

COPY = "copy"
"""The query parameter that holds a ticket to a copy; the shared page leads here with one."""
_USED = "This way to a copy was used already, or it is more than ten minutes old. Open the link that was shared with you again."
_ENDED = (
    "The link to this copy has ended meanwhile: it expired, or whoever made it took it back. Nothing was taken over."
)
_TAKEN = "This is your own copy: what you change stays here. Its answers, costs and times are as they were shared, and were not seen here."


class Receiving(Saving):
    """The way from a shared page into the notebook."""

    def receive(self) -> None:
        """Offer the copy that the address has a ticket for. Anybody can lead a browser to an address, so that alone changes nothing."""
        ticket = st.query_params.get(COPY)
        if ticket is None:
            return
        if self.tab.ticket != ticket:
            self.tab.ticket, self.tab.led_to = ticket, self._offered(ticket)
        del st.query_params[COPY]

    def take_copy(self) -> None:
        """Callback: keep what is offered as a session of one's own, settings and all, and put it on the page."""
        self.keep_typed()
        offered, self.tab.led_to = self.tab.led_to, None
        if offered is None:
            return
        former = self.tab.session
        try:
            self.tab.notices.append(self._taken(offered.token))
        except ParleyError as error:
            self.tab.notices.append(f"The copy could not be made: {error}")
        if self.tab.session is not former:
            leave(self.tab, former)

    def leave_copy(self) -> None:
        """Callback: take nothing over."""
        self.tab.led_to = None

    def _offered(self, ticket: str) -> Offered | None:
        try:
            token = self.doors.tickets.redeem(ticket)
            share = self.doors.store.shared(token) if token is not None else None
        except ParleyError as error:
            self.tab.notices.append(f"The copy cannot be read: {error}")
            return None
        if token is None or share is None or share.snapshot is None:
            self.tab.notices.append(_USED)
            return None
        return Offered(token, share.title, len(share.snapshot.session.cells))

    def _taken(self, token: str) -> str:
        share = self.doors.store.shared(token)
        if share is None or share.snapshot is None:
            return _ENDED
        copy = from_elsewhere(share.snapshot, lambda: uuid.uuid4().hex, datetime.now(UTC))
        self.tab.take(self.doors.store.adopt(copy))
        return _TAKEN
