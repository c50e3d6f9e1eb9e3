"""The browser's address, which names the open session, so that a reload finds it."""

from __future__ import annotations

import time

import streamlit as st

from components.state import Left, UiState
from parley.notebook import Session

ADDRESS = "c"
"""The query parameter that names the open session."""
HEARING = 10.0
"""Seconds within which a browser hears that the address has changed, also when it is busy."""


def asked_for(tab: UiState) -> str | None:
    """The session that the address names, if it names one.

    A browser that is busy goes on sending the address that a tab has left until it has heard of the new one. That is no
    wish to go back: it is one once the browser has sent another address, or has had the time to hear.
    """
    asked = st.query_params.get(ADDRESS)
    led, tab.led = tab.led, False
    if tab.left is not None and asked == tab.left.session_id and time.monotonic() < tab.left.until:
        return None
    if not led:
        tab.left = None
    return asked


def leave(tab: UiState, session: Session | None) -> None:
    """Let the address name no session, for `session` was left; the next run meets what was written here."""
    tab.left = Left(session.id, time.monotonic() + HEARING) if session else None
    tab.led = True
    st.query_params.clear()


def forget() -> None:
    """Take the name of a session that is not here out of the address."""
    del st.query_params[ADDRESS]


def name_in_url(session: Session) -> None:
    """Let the address name a session that is saved; never in the middle of an edit, for it may end the run."""
    if session.version and st.query_params.get(ADDRESS) != session.id:
        st.query_params[ADDRESS] = session.id
