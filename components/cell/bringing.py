"""What brings before a person what they asked for, wherever the page stands: nothing where Parley was not installed as README says."""

from __future__ import annotations

import contextlib

import streamlit as st
from streamlit.errors import StreamlitAPIException

from components.state import cell_key


def focus_box(cell_id: str, box: str) -> None:
    """The cursor goes into a box of the cell."""
    _bring(cell_key(cell_id, "focus"), box=box)


def bring_cell(cell_id: str) -> None:
    """The page scrolls to where the cell begins. What does it stands behind all else, and nothing loses its place, or the keyboard, when
    it goes."""
    with st.bottom:
        _bring(cell_key(cell_id, "brought", "focus"), cell=cell_key(cell_id))


def _bring(key: str, **what: str) -> None:
    with contextlib.suppress(StreamlitAPIException):
        component = st.components.v2.component("parley.focus", js="focus.js")
        component(key=key, data=what, height=0)
