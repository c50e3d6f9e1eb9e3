"""What there is to know of a request that was pasted: it stands where the request is mended, until it is dismissed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from components.state import key
from parley.reply.defuse import plain

NOTES = key("paste", "notes")
DISMISS = key("paste", "dismiss")


def paste_notes(notes: Sequence[str], dismiss: Callable[[], None]) -> None:
    """Draw what was unknown or left out of the text; nothing where there is nothing to say."""
    if not notes:
        return
    with st.container(key=NOTES, gap="small"):
        st.caption("Of what was pasted:\n" + "".join(f"\n- {plain(note)}" for note in notes))
        st.button("Dismiss", key=DISMISS, type="tertiary", icon=":material/close:", on_click=dismiss)
