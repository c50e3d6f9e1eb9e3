"""A cell's frame and its message, or the editor in the message's place."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from components.answer.painter import paint_message
from components.answer.transcript import AVATARS
from components.cell.content import CACHES, cached_up_to_here, is_empty
from components.cell.editor import editor
from components.cell.hand import Hand
from components.state import cell_key
from parley.notebook import Cell


@contextmanager
def frame(hand: Hand, cell: Cell) -> Iterator[None]:
    """Draw it; what the body draws stands under the message."""
    with st.container(key=cell_key(cell.id), gap="small"):
        if cell.id in hand.bench.editing:
            editor(hand, cell)
        else:
            role = str(cell.message.get("role") or ("user" if cell.kind == "prompt" else cell.kind))
            who = "user" if role == "user" else "assistant"
            with st.chat_message(who, avatar=AVATARS.get(role, ":material/settings:")):
                paint_message(cell.message)
                if is_empty(cell.message):
                    st.caption("Empty")
                if cached := cached_up_to_here(cell.message):
                    st.caption(f":material/cached: {CACHES[cached]}")
        yield
