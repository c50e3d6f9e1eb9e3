"""The board of lanes above the prompt box: how many there are, and what each sets over the sidebar."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol

import streamlit as st

from components.compare.fields import draw_lane_field, names_in, pick, typed_in
from components.compare.readings import lane_reading
from components.models.view import See
from components.panel.editors import DRAWN
from components.panel.problems import draw_problems, small
from components.panel.values import Reading
from components.state import key
from parley.notebook.lanes import MOST_LANES
from parley.notebook.session import Lane
from parley.reply.defuse import plain
from parley.request import BY_NAME, ChatRequest

ADD = key("compare", "add")
NARROWEST = 210
"""Pixels that a lane has at least."""


class Acts(Protocol):
    """What is done to the lanes before the page is drawn anew: see `components.desk.comparing`."""

    def open_lane(self) -> None: ...
    def close_lane(self, lane_id: str) -> None: ...
    def close_lanes(self) -> None: ...
    def keep_lane(self, lane_id: str, name: str, value: Any) -> None: ...


class Sidebar(NamedTuple):
    """What a lane goes by where it sets nothing itself."""

    settings: ChatRequest
    anyway: Mapping[str, Any]
    """What is sent where neither sets it."""
    models: Sequence[str]
    see: See


def columns_for(lanes: int) -> int:
    """How many stand beside one another where there is room: three, or two where that leaves no row short."""
    return 2 if lanes in (2, 4) else 3


def board(lanes: Sequence[Lane], sidebar: Sidebar, acts: Acts, *, asked: bool) -> bool:
    """Draw it; gives whether the prompt that was `asked` last is to be run in these lanes."""
    if not lanes:
        with st.container(horizontal=True):
            _button("Compare", ADD, "view_column", acts.open_lane)
        return False
    with st.container(border=True, gap="small", key=key("lanes")):
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            st.markdown(f"**Send and Run go to {len(lanes)} lanes**", width="stretch")
            wanted = _act(asked)
            _button("Add a lane", ADD, "add", acts.open_lane, off=len(lanes) >= MOST_LANES)
            _button("Stop comparing", key("compare", "end"), "close", acts.close_lanes)
        with st.grid(columns_for(len(lanes)), min_column_width=NARROWEST):
            for number, lane in enumerate(lanes, 1):
                _lane(number, lane, sidebar, acts)
    return wanted


def _act(asked: bool) -> bool:
    return asked and st.button(
        "Run the last prompt", key=key("compare", "run"), type="tertiary", icon=":material/replay:"
    )


def _lane(number: int, lane: Lane, sidebar: Sidebar, acts: Acts) -> None:
    with st.container(gap="xsmall", key=key("lane", str(number))):
        with st.container(horizontal=True, vertical_alignment="center", key=key("row", "lane", str(number))):
            st.markdown(f"**Lane {number}**", width="stretch")
            st.button(
                f":material/close: Remove lane {number}",
                key=key("lane", str(number), "remove"),
                type="tertiary",
                width=24,
                on_click=acts.close_lane,
                args=(lane.id,),
            )
        said = {**sidebar.anyway, **sidebar.settings.payload()}
        reading = lane_reading(sidebar.settings, lane, sidebar.anyway, sidebar.see)
        for name in names_in(lane):
            options = sidebar.models if name in ("model", "models") else reading.view.options.get(name, ())
            draw_lane_field(number, lane, BY_NAME[name], said, options, acts.keep_lane)
            _wrong(lane, name, reading)
        _pick_another(number, lane)


def _wrong(lane: Lane, name: str, reading: Reading) -> None:
    """What is wrong with a field beside it, and what the lane's model makes of it."""
    if (unread := typed_in(lane.id, name)) is not None:
        small(f":material/error: {plain(unread.why)}", "red")
    if name in lane.overrides.sent_keys():
        draw_problems(reading.problems_of(name))
        for mark in reading.marks_of(name):
            small(f":material/info: {plain(mark.message)}", "orange")


def _pick_another(number: int, lane: Lane) -> None:
    """Any other field, found by its name, to be set in this lane."""
    widget = key("lane", str(number), "pick")

    def picked() -> None:
        if (name := st.session_state[widget]) is not None:
            pick(lane.id, name)
            st.session_state[widget] = None

    shown = names_in(lane)
    st.selectbox(
        "Set another field",
        [spec.name for spec in DRAWN if spec.name not in shown],
        index=None,
        key=widget,
        format_func=lambda name: BY_NAME[name].label,
        placeholder="Set another field",
        label_visibility="collapsed",
        on_change=picked,
    )


def _button(label: str, name: str, icon: str, act: Any, *, off: bool = False) -> None:
    st.button(label, key=name, icon=f":material/{icon}:", type="tertiary", on_click=act, disabled=off)
