"""How many times a prompt is to be run at once, with the same settings."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from components.state import cell_key
from parley.notebook.comparing import FEWEST
from parley.notebook.lanes import MOST_LANES

USUAL = 3


def several_form(cell_id: str, run: Callable[[int], None], leave: Callable[[], None]) -> None:
    """Draw it in its cell; `run` has the number, before the page is drawn anew."""
    widget = cell_key(cell_id, "times")
    with st.container(
        border=True, horizontal=True, vertical_alignment="bottom", gap="small", key=cell_key(cell_id, "several")
    ):
        times = st.number_input("Times", FEWEST, MOST_LANES, USUAL, key=widget, width=140)
        st.button(
            f"Run {times} times",
            key=cell_key(cell_id, "several-run"),
            icon=":material/replay:",
            on_click=lambda: run(int(st.session_state[widget])),
        )
        st.button("Cancel", key=cell_key(cell_id, "several-leave"), type="tertiary", on_click=leave)
