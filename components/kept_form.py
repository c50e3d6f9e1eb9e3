"""A form of what a browser keeps, such as caps and clocks."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import streamlit as st

from components.notices import paint_came
from components.state import UiState
from parley.errors import ParleyError

T = TypeVar("T")


def kept_form(
    tab: UiState,
    name: str,
    now: T,
    *,
    fill: Callable[[T], None],
    form: Callable[[Callable[[], None]], T | None],
    keep: Callable[[T], None],
    saved: str,
) -> None:
    """Draw it, and keep what is given, which is `saved` beside its button, or why not.

    The `form` is called with what draws that, and gives what was asked for, once, when it was. It is filled anew where another tab
    has changed what is kept, and after it was saved, as that may be spelled otherwise than it was typed.
    """
    if tab.changed(name, str(now)):
        fill(now)
    given = form(lambda: paint_came(tab.came.pop(name, None)))
    if given is None:
        return
    try:
        keep(given)
        tab.came[name] = saved
        tab.seen[name] = ""
    except ParleyError as error:
        tab.came[name] = error
    st.rerun()
