"""How much of a session is handed over: up to which cell, and which attempts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple, cast, get_args

import streamlit as st

from components.one_line import one_line
from components.state import key
from parley.notebook import Cell

UNTIL = key("share", "until")
ATTEMPTS = key("share", "attempts")
Attempts = Literal["All attempts", "Chosen ones only"]
_SHOWN = 60
"""Characters of a cell by which it is known."""


class Extent(NamedTuple):
    """What was chosen."""

    until: str | None
    """The last cell; None is a session without any."""
    attempts: Attempts = "All attempts"


def extent(cells: Sequence[Cell], several: bool) -> Extent:
    """Draw it; gives what is chosen. `several` says that some cell has more than one attempt."""
    if not cells:
        return Extent(None)
    names = {cell.id: f"{place}. {name_of(cell)}" for place, cell in enumerate(cells, start=1)}
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        if len(cells) > 1:
            st.session_state.setdefault(UNTIL, cells[-1].id)
            st.selectbox("Up to and with", list(names), key=UNTIL, format_func=names.__getitem__, width="stretch")
        if several:
            st.session_state.setdefault(ATTEMPTS, get_args(Attempts)[0])
            st.segmented_control("Attempts", get_args(Attempts), key=ATTEMPTS, required=True, width="content")
    until = st.session_state[UNTIL] if len(cells) > 1 else cells[0].id
    return Extent(until, cast(Attempts, st.session_state[ATTEMPTS] if several else get_args(Attempts)[0]))


def still_coming(answers: int, again: Callable[[], None]) -> None:
    """Say that these answers are not in the copy, which was read while they came; `again` is called back to read it anew."""
    if not answers:
        return
    are, they = ("answer is", "it stays") if answers == 1 else ("answers are", "they stay")
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key=key("share", "coming")):
        st.markdown(f":material/hourglass_top: {answers:,} {are} still on the way, so {they} behind.", width="stretch")
        st.button(
            "Read the session again",
            key=key("share", "again"),
            icon=":material/refresh:",
            type="tertiary",
            on_click=again,
        )


def name_of(cell: Cell) -> str:
    """The beginning of what a cell says, or what it is where it says nothing."""
    kind = cell.message.get("role", cell.kind) if cell.kind != "note" else "note"
    said = one_line(cell.text, _SHOWN)
    return said if cell.kind == "prompt" and said else f"{kind}: {said}" if said else f"{kind}, without text"


def forget_extent() -> None:
    """The whole session again, for the next one that is handed over."""
    for name in (UNTIL, ATTEMPTS):
        st.session_state.pop(name, None)
