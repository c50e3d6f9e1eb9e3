"""What a cell said before it was edited, in a dialog over the notebook."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

import streamlit as st

from components.cell.hand import Hand
from components.state import key
from parley.notebook import Session, edits

LISTED = 30
"""The most texts that are shown; the dialog says how many there are."""


class Former(Protocol):
    """A text as it stood once, and until when."""

    @property
    def text(self) -> str: ...
    @property
    def moment(self) -> datetime: ...


def former_texts(hand: Hand, read: Callable[[str, str], Sequence[Former]]) -> None:
    """Draw the dialog, as long as a cell's former texts are looked at; `read` gives those of a session's cell."""
    cell_id = hand.bench.former
    if cell_id is None or all(cell.id != cell_id for cell in hand.session.cells):
        hand.bench.former = None
        return
    session, found = hand.session, read(hand.session.id, cell_id)

    @st.dialog("Former texts", width="large", icon=":material/history:", on_dismiss=hand.look_ahead)
    def look() -> None:
        _list(hand, session, cell_id, found)

    look()


def _list(hand: Hand, session: Session, cell_id: str, found: Sequence[Former]) -> None:
    now = edits.cell_of(session, cell_id).text
    others = [one for one in found if one.text != now]
    if not others:
        st.caption("This cell never said anything else.")
    for place, one in enumerate(others[:LISTED]):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.caption(f"{one.moment.astimezone():%d %B %Y, %H:%M}")
            st.button(
                "Take this text again",
                key=key("cell", cell_id, "former", str(place)),
                type="tertiary",
                icon=":material/undo:",
                on_click=hand.say_again,
                args=(cell_id, one.text),
            )
        st.code(
            one.text or "(empty)", language=None, wrap_lines=True, height=200 if len(one.text) > 1_000 else "content"
        )
    if len(others) > LISTED:
        st.caption(f"{len(others) - LISTED} older ones are kept, too; undo leads back to them.")
