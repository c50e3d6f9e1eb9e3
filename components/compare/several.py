"""Several answers to one prompt without lanes: the same settings again and again, and former attempts side by side."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from components.cell.menu import Entry
from components.desk import Desk
from components.state import cell_key
from parley.notebook import Cell, Run
from parley.notebook.comparing import FEWEST
from parley.notebook.lanes import MOST_LANES

USUAL = 3


def entries_beside(at: Desk, cell: Cell, runs: Sequence[Run]) -> list[Entry]:
    """What a cell's menu offers."""
    if cell.kind != "prompt" or any(run.live for run in runs):
        return []
    again = Entry("Run several times", partial(setattr, at.tab, "several", cell.id))
    if cell.compared:
        return [again, Entry("Show one answer at a time", partial(at.choose, cell.id, cell.chosen))]
    if len(runs) < FEWEST:
        return [again]
    last = [run.id for run in runs[-MOST_LANES:]]
    return [again, Entry("Lay attempts side by side", partial(at.lay_beside, cell.id, last))]


def several_form(at: Desk, cell: Cell) -> None:
    """How many times a cell's prompt is to be run at once, where that was asked for; it is run when its settings are known."""
    if at.tab.several != cell.id:
        return
    widget = cell_key(cell.id, "times")

    def run() -> None:
        at.tab.several, at.tab.times = None, (cell.id, int(st.session_state[widget]))

    with st.container(
        border=True, horizontal=True, vertical_alignment="bottom", gap="small", key=cell_key(cell.id, "several")
    ):
        times = st.number_input("Times", FEWEST, MOST_LANES, USUAL, key=widget, width=140)
        st.button(f"Run {times} times", key=cell_key(cell.id, "several-run"), icon=":material/replay:", on_click=run)
        leave = partial(setattr, at.tab, "several", None)
        st.button("Cancel", key=cell_key(cell.id, "several-leave"), type="tertiary", on_click=leave)
