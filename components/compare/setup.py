"""Lanes on the notebook's page: what they hold back, and their board with what is asked of it."""

from __future__ import annotations

from functools import partial

import streamlit as st

from components.compare.board import Sidebar, board
from components.compare.readings import lane_hindrances
from components.desk import Desk
from components.request_panel import Panel
from components.state import key
from parley.notebook.lanes import lane_settings
from parley.request import ChatRequest


def hindrances(at: Desk, panel: Panel) -> tuple[str, ...]:
    """Why nothing can be sent: what is wrong in the sidebar, and in any lane."""
    told = tuple(problem.message for problem in panel.problems if problem.blocks)
    sidebar = _sidebar(at, panel)
    return told + lane_hindrances(sidebar.settings, at.session.lanes, sidebar.anyway, sidebar.see, told)


def compare_board(at: Desk, panel: Panel) -> None:
    """Draw the board below the cells, and do what is asked: run the last prompt in its lanes, or another one several times."""
    if at.tab.times is not None:
        (cell_id, times), at.tab.times = at.tab.times, None
        at.run_times(cell_id, panel.request, times)
        st.rerun()
    last = next((cell.id for cell in reversed(at.session.cells) if cell.kind == "prompt"), None)
    if board(at.session.lanes, _sidebar(at, panel), at, asked=last is not None) and last is not None:
        at.act(last, "run", panel.request)
        st.rerun()


def inspected(at: Desk, settings: ChatRequest) -> ChatRequest:
    """The settings of the lane whose body is to be seen; those of the sidebar where there are no lanes."""
    lanes = at.session.lanes
    if not lanes:
        return settings
    widget = key("lane", "inspected")
    if st.session_state.get(widget, 0) >= len(lanes):
        st.session_state[widget] = 0
    place = st.segmented_control(
        "What will be sent in",
        range(len(lanes)),
        default=None if widget in st.session_state else 0,
        required=True,
        format_func=lambda place: f"Lane {place + 1}",
        key=widget,
    )
    return lane_settings(settings, lanes[place or 0])


def _sidebar(at: Desk, panel: Panel) -> Sidebar:
    model = at.doors.model(at.connection)
    return Sidebar(
        settings=panel.request,
        anyway={"stream": True, **({"model": model} if model else {})},
        models=[model.id for model in at.doors.listed(at.connection).content] if at.session.lanes else (),
        see=partial(at.doors.view, at.connection),
    )
