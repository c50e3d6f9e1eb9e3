"""Several answers to one prompt without lanes: the same again, and former attempts side by side."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from components.state import cell_key
from parley.notebook.comparing import FEWEST
from parley.notebook.lanes import MOST_LANES

USUAL = 3


def several(cell_id: str, attempts: int, run: Callable[[int], None], beside: Callable[[], None]) -> None:
    """What a cell's menu offers: to run it so many times at once, and to lay its attempts side by side."""
    times = st.number_input(
        "Run several times", FEWEST, MOST_LANES, USUAL, key=cell_key(cell_id, "times"), width="stretch"
    )
    if st.button(f"Run {times} times", key=cell_key(cell_id, "several"), icon=":material/replay:", type="tertiary"):
        run(int(times))
        st.rerun()
    if attempts >= FEWEST and st.button(
        "Lay attempts side by side", key=cell_key(cell_id, "beside"), icon=":material/view_column:", type="tertiary"
    ):
        beside()
        st.rerun()
