"""What is to be known of an attempt at a glance: whether it is stale, and how what it was sent with differs from the sidebar."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from components.attempt.replay import ask_from
from components.panel.edits import edit
from components.panel.typed import forget_fields
from components.presets.row import compared, listed
from components.state import cell_key
from parley.notebook.differing import Change

LISTED = 12
STALE = ":orange-badge[:material/sync_problem: Stale: its messages changed]"


def marks_row(cell_id: str, found: Sequence[Change], *, stale: bool, busy: bool) -> None:
    """Draw what there is to be known: nothing, for most attempts. What was `found` to differ is listed when somebody asks."""
    if not stale and not found:
        return
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key=cell_key(cell_id, "marks")):
        if stale:
            _stale(cell_id, busy=busy)
        if found:
            _chip(cell_id, found)


def _stale(cell_id: str, *, busy: bool) -> None:
    st.markdown(STALE, width="content")
    st.button(
        "Run from here",
        key=cell_key(cell_id, "from"),
        icon=":material/playlist_play:",
        type="tertiary",
        disabled=busy,
        on_click=ask_from,
        args=(cell_id,),
    )


def _chip(cell_id: str, found: Sequence[Change]) -> None:
    label, place = f"Other settings: {listed(found)}", cell_key(cell_id, "differs")
    with st.popover(label, icon=":material/tune:", key=place, type="tertiary", on_change="rerun") as chip:
        if chip.open:
            _draw_changes(cell_id, found)


def load(found: Sequence[Change]) -> None:
    """Callback: put an attempt's settings into the sidebar, before its widgets are drawn."""
    forget_fields(one.name for one in found)
    edit({one.name: one.after for one in found})


def _draw_changes(cell_id: str, found: Sequence[Change]) -> None:
    more = len(found) - LISTED
    lines = ["In the sidebar, loading them changes:", "", *map(compared, found[:LISTED])]
    st.markdown("\n".join(lines + ([f"- and {more} more"] if more > 0 else [])))
    place = cell_key(cell_id, "load")
    st.button("Load its settings", key=place, on_click=_load_and_close, args=(cell_id, found))


def _load_and_close(cell_id: str, found: Sequence[Change]) -> None:
    load(found)
    st.session_state[cell_key(cell_id, "differs")] = False
