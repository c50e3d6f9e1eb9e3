"""The column of cells: each its message, the chosen attempt's answer, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

import streamlit as st

from components.painter import paint_message, paint_reply
from components.receipt import paint_receipt
from components.state import cell_key, stop_key
from parley.notebook import Cell, Run, chosen

Act = Literal["run", "prev", "next"]
WINDOW = 20
"""Cells on screen at first: what a rerun costs is counted in elements, not in text."""


def visible(cells: Sequence[Cell], earlier: int) -> Sequence[Cell]:
    """The last cells, and as many earlier ones as were asked for."""
    return cells[max(0, len(cells) - WINDOW - earlier) :]


def paint_cell(cell: Cell, runs: Sequence[Run], answer: Callable[[Run], None]) -> Act | None:
    """A cell with the attempt that is chosen; gives back what the person wants done with it.

    `answer` paints the attempt: an answer that is still arriving stands in a fragment of the page's.
    """
    run = chosen(cell, runs)
    with st.container(key=cell_key(cell.id), gap="small"):
        with st.chat_message("user", avatar=":material/person:"):
            paint_message(cell.message)
        if run is None:
            return None
        with st.chat_message("assistant", avatar=":material/neurology:"):
            answer(run)
        return None if run.live else _actions(cell, run, runs)


def paint_answer(run: Run) -> None:
    """An attempt, live or ended, by the same painter, so that nothing moves when it ends."""
    with st.container(gap="small"):
        paint_reply(run.reply, live=run.live)
        paint_receipt(run)


def stop_button(run: Run, stop: Callable[[], None]) -> None:
    st.button(
        "Stop",
        key=stop_key(run.id),
        icon=":material/stop_circle:",
        on_click=stop,
        help="Close the connection and keep the text",
    )


def _actions(cell: Cell, run: Run, runs: Sequence[Run]) -> Act | None:
    place = [one.id for one in runs].index(run.id) + 1
    act: Act | None = None
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        if st.button(
            "Run again",
            key=cell_key(cell.id, "run"),
            icon=":material/replay:",
            type="tertiary",
            help="Send this prompt once more, with the settings of now; this answer is kept",
        ):
            act = "run"
        if len(runs) > 1:
            if st.button(
                "‹", key=cell_key(cell.id, "prev"), type="tertiary", disabled=place == 1, help="Former attempt"
            ):
                act = "prev"
            st.caption(f"{place}/{len(runs)}")
            if st.button(
                "›", key=cell_key(cell.id, "next"), type="tertiary", disabled=place == len(runs), help="Next attempt"
            ):
                act = "next"
    return act
