"""The one typed object in session state, and the spelling of every widget key.

A widget is the state of its widget; what must outlive a reload is in the store. Here stands only what lies between: which
session is open, which connection this browser chose, what the page has to say once.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import cast

import streamlit as st

from parley.notebook import Session

_UI = "ui"


@dataclass
class UiState:
    """What one browser tab has open."""

    session: Session | None = None
    """The open session as it was last read or written; replaced whole at every edit."""
    refill: bool = False
    """The sidebar's widgets and the prompt box are to be filled from the session before they are drawn."""
    opened_run: str | None = None
    """The run whose details History shows."""
    notices: list[str] = field(default_factory=list)
    """Sentences to be said once, on the next run of the page."""

    def opened(self) -> Session:
        """The open session; a page that draws cells has opened one before."""
        if self.session is None:
            raise RuntimeError("no session is open")
        return self.session

    def take(self, session: Session) -> None:
        """Put another session, or another state of this one, on the page and fill the widgets from it."""
        self.session, self.refill = session, True


def ui() -> UiState:
    """This tab's state."""
    if _UI not in st.session_state:
        st.session_state[_UI] = UiState()
    return cast(UiState, st.session_state[_UI])


def key(*parts: str) -> str:
    """A widget key from its parts; what a CSS class cannot hold becomes `-`."""
    return re.sub(r"[^A-Za-z0-9_-]", "-", "-".join(parts))


def field_key(name: str) -> str:
    """The key of the widget that edits the ChatRequest field `name`."""
    return key("field", name)


def stop_key(run_id: str) -> str:
    return key("stop", run_id)


def cell_key(cell_id: str, *part: str) -> str:
    return key("cell", cell_id, *part)
