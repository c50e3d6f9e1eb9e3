"""The menu of a cell: everything that can be done with it and is not done every minute."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import streamlit as st

from components.state import cell_key

WIDTH = 24
"""Pixels: the icon alone; its words are there to be heard (`looks.py`)."""


class Entry(NamedTuple):
    """One line of a menu, and what is done when it is chosen: before the page is drawn, so that the page shows what came of it."""

    label: str
    do: Callable[[], None]


def more(cell_id: str, entries: Sequence[Entry], name: str) -> None:
    """Draw it; one element however much it offers, and it opens without asking the server. `name` is read out, with the icon."""
    place = cell_key(cell_id, "more")

    def chosen() -> None:
        label = st.session_state[place]
        for entry in entries:
            if entry.label == label:
                entry.do()

    st.menu_button(
        f":material/more_horiz: {name}",
        [entry.label for entry in entries],
        key=place,
        width=WIDTH,
        type="tertiary",
        on_click=chosen,
    )
