"""The fields that a lane sets over the sidebar's, each in the panel's own editor.

As in a form of the panel, the lane holds the value and there is no second copy: its widgets are filled from it before anything
is drawn, and change it in their callbacks. What was typed and cannot be read stands in its widget until it is mended.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, cast

import streamlit as st
from pydantic import MISSING

from components.forms.state import says
from components.panel.editors import DRAWN, EDITORS, Drawing, filled_with, meant
from components.panel.field import hidden_value, label_of, unset_words
from components.panel.seen import outdated, show_as, write
from components.panel.text import Unreadable
from components.state import key
from parley.notebook.session import Lane
from parley.request import BY_NAME, FieldSpec
from parley.request.kept import brief, same

USUAL = ("model", "temperature")
"""Fields that every lane shows, because lanes mostly differ in them."""
PICKED, TYPED = key("lanes", "picked"), key("lanes", "typed")
Keep = Callable[[str, str, Any], None]
"""Takes the id of a lane, a field and its value there; MISSING unsets it."""


class Typed(NamedTuple):
    """What stands in a widget and cannot be read."""

    text: str
    why: str


def lane_field_key(number: int, name: str) -> str:
    """Lanes are counted from 1."""
    return key("lane", str(number), "field", name)


def names_in(lane: Lane) -> tuple[str, ...]:
    """The fields that a lane shows: the usual ones, those that it sets, and those that were picked to be set."""
    shown = {*USUAL, *lane.overrides.sent_keys(), *_picked().get(lane.id, ())}
    return tuple(spec.name for spec in DRAWN if spec.name in shown)


def fill_lanes(lanes: Sequence[Lane]) -> None:
    """Make every widget say what its lane sets; before the sidebar is drawn, which tells the browser of what was written."""
    for number, lane in enumerate(lanes, 1):
        body = lane.overrides.payload()
        for name in names_in(lane):
            _fill(lane_field_key(number, name), name, body.get(name, MISSING), typed_in(lane.id, name))


def draw_lane_field(
    number: int, lane: Lane, spec: FieldSpec, sidebar: Mapping[str, Any], options: Sequence[str], keep: Keep
) -> None:
    """One field; while the lane does not set it, its widget shows what the sidebar says, in the pale letters of a placeholder."""
    value = lane.overrides.payload().get(spec.name, MISSING)
    hidden = hidden_value(spec, value)
    inherited = sidebar.get(spec.name, MISSING)
    look = Drawing(
        key=lane_field_key(number, spec.name),
        label=label_of(spec, hidden),
        help="",
        placeholder=hidden or (unset_words(spec) if inherited is MISSING else _said(inherited)),
        options=options,
        on_change=changed,
        args=(number, lane, spec.name, keep),
    )
    EDITORS[spec.editor].draw(spec, look)


def changed(number: int, lane: Lane, name: str, keep: Keep) -> None:
    """Callback of a lane's widget: an emptied one goes back to what the sidebar says."""
    widget = lane_field_key(number, name)
    if outdated(widget):
        return
    raw, former = st.session_state[widget], lane.overrides.payload().get(name, MISSING)
    _remember(lane.id, name, None)
    try:
        value = meant(EDITORS[BY_NAME[name].editor], raw, former)
    except Unreadable as error:
        _remember(lane.id, name, Typed(raw, str(error)))
        return
    if not same(value, former):
        pick(lane.id, name)
        keep(lane.id, name, value)


def pick(lane_id: str, name: str) -> None:
    """Show a field in a lane, set or not."""
    st.session_state[PICKED] = {**_picked(), lane_id: (*_picked().get(lane_id, ()), name)}


def typed_in(lane_id: str, name: str) -> Typed | None:
    return _typed().get((lane_id, name))


def unreadable(lane: Lane) -> tuple[str, ...]:
    """Why what stands in a lane's widgets cannot be sent."""
    return tuple(f"{BY_NAME[name].label}: {one.why}" for (lane_id, name), one in _typed().items() if lane_id == lane.id)


def _fill(widget: str, name: str, value: Any, unread: Typed | None) -> None:
    kind = EDITORS[BY_NAME[name].editor]
    if unread is not None:
        show_as(widget, unread.text)
    elif widget not in st.session_state or not says(kind, st.session_state[widget], value):
        write(widget, filled_with(kind, value))


def _said(value: Any) -> str:
    return value if isinstance(value, str) and value else brief(value)


def _picked() -> dict[str, tuple[str, ...]]:
    return cast("dict[str, tuple[str, ...]]", st.session_state.get(PICKED, {}))


def _typed() -> dict[tuple[str, str], Typed]:
    return cast("dict[tuple[str, str], Typed]", st.session_state.get(TYPED, {}))


def _remember(lane_id: str, name: str, one: Typed | None) -> None:
    others = {place: held for place, held in _typed().items() if place != (lane_id, name)}
    st.session_state[TYPED] = others if one is None else {**others, (lane_id, name): one}
