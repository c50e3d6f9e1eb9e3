"""That somebody wants to hand over a session: which one, and what of it was settled so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

import streamlit as st

from parley.notebook import Snapshot

_ASKED = "sharing"
Page = Literal["notebook", "sessions"]


@dataclass
class Sharing:
    """What is being handed over. The copy is read once: what was checked and looked at is what leaves."""

    session_id: str
    page: Page
    """The page on which that was asked for."""
    snapshot: Snapshot | None = None
    checked: dict[str, Any] = field(default_factory=dict)
    """What was worked out of the copy, by what it was worked out for; the last one alone."""
    link: str = ""
    """The link that was made of it, which is told this once."""

    again: bool = False
    """It is not read for the first time: what was chosen before still holds."""

    def read_again(self) -> None:
        """Callback: nothing that was worked out of the present copy holds, and a link that was made shows the present one."""
        _, expires = self.checked.get("link", ("", None))
        self.snapshot, self.again, self.checked = None, True, {"link": ("", expires)}


def ask_to_share(session_id: str, page: Page) -> None:
    """Somebody wants to hand over this session; the dialog opens with the next look at the page."""
    st.session_state[_ASKED] = Sharing(session_id, page)


def ask_no_more() -> None:
    """Callback: the dialog was closed."""
    st.session_state.pop(_ASKED, None)


def asked_to_share(page: Page) -> Sharing | None:
    """What is being handed over on this page, if anything is; who went to another page has left it."""
    held: Sharing | None = st.session_state.get(_ASKED)
    if held is not None and held.page != page:
        ask_no_more()
        return None
    return held
