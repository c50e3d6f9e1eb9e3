"""What stands below the cells: a way to add one, and the way back from deleting one."""

from __future__ import annotations

import streamlit as st

from components.cell.hand import Hand
from components.cell.shortcuts import keys
from components.state import key
from parley.reply.defuse import plain


def add_row(hand: Hand) -> None:
    """A cell at the end: a prompt that is not sent at once, a message of any role, a note."""
    if hand.bench.insertion is None:
        st.button(
            "Add a cell",
            key=key("cell", "add"),
            icon=":material/add:",
            type="tertiary",
            on_click=hand.ask_for_cell,
            shortcut=keys("add"),
        )


def deleted_row(hand: Hand, before: str | None) -> None:
    """Where it stood, above the cell `before` or at the end: what was deleted just now, and the way back. The next change ends it."""
    deleted = hand.bench.deleted
    if deleted is None or deleted.version != hand.session.version or deleted.before != before:
        return
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key=key("cell", "deleted")):
        named = f": “{plain(deleted.words)}”" if deleted.words else "."
        st.caption(f"Cell deleted{named} Its answers, if it has any, stay in History.", width="content")
        st.button("Undo", key=key("cell", "undelete"), icon=":material/undo:", type="tertiary", on_click=hand.undo)
