"""A copy of what somebody shared, offered: whoever followed a link says whether it becomes a session of theirs."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from components.one_line import one_line
from components.state import Offered, key
from parley.reply.defuse import as_name
from parley.request.kept import counted

OFFER = key("copy", "offer")
TAKE = key("copy", "take")
LEAVE = key("copy", "leave")
_SHOWN = 80
"""Characters of a title that are shown."""


def copy_offer(offered: Offered | None, take: Callable[[], None], leave: Callable[[], None]) -> None:
    """Draw what is offered, with its two answers; nothing where nothing is."""
    if offered is None:
        return
    title = as_name(one_line(offered.title, _SHOWN)) or "Untitled"
    with st.container(key=OFFER, border=True, gap="small"):
        st.markdown(f"Somebody shared **{title}** ({counted(offered.cells, 'cell')}) with you.")
        st.caption("Your own copy is a session with its settings. What you have open stays in your sessions.")
        with st.container(horizontal=True, gap="small"):
            st.button("Take my own copy", key=TAKE, type="primary", icon=":material/library_add:", on_click=take)
            st.button("Not now", key=LEAVE, type="tertiary", on_click=leave)
