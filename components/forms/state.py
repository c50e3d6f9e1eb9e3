"""One form and its field: which value it shows, and what its widgets do to it. There is no second copy of the value.

A form only draws while it is open. Each of its widgets is filled from the field's value before it is drawn, and changes
that value in its callback; the JSON view of the field changes with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st
from pydantic import MISSING

from components.panel.editors import EDITORS, EditorKind, filled_with, meant, settled, shown
from components.panel.edits import edit
from components.panel.seen import held, outdated, show_as, write
from components.panel.text import Unreadable
from components.panel.typed import Typed, forget, is_typed, keep, typed
from components.state import field_key, key
from parley.request import BY_NAME
from parley.request.kept import same
from parley.request.outline import Part
from parley.request.paths import Path, Step, cut, found, put, spelt

SHOWN = key("panel", "forms")
"""The values that the open forms show, by field."""
LEFT = key("panel", "left")
"""What a place held in a shape, or of a kind, that it has no longer, so that whoever comes back finds it."""


@dataclass(frozen=True)
class Spot:
    """A place in the value of a field, and how its widgets are named."""

    field: str
    path: Path = ()
    words: tuple[str, ...] = ()
    starts: tuple[Mapping[str, Any], ...] = ()
    """What the objects on the way begin with, where they are not there yet."""

    def into(self, step: Step, holder: Part, word: str = "") -> Spot:
        """A place one step further inside what `holder` describes; `word` names it where the step does not."""
        return Spot(self.field, (*self.path, step), (*self.words, word or str(step)), (*self.starts, holder.start()))

    def aside(self, word: str) -> Spot:
        """The same place for a widget of another name."""
        return replace(self, words=(*self.words, word))

    def key(self, *more: str) -> str:
        return key(field_key(self.field), *self.words, *more)

    @property
    def place(self) -> str:
        """As problems spell it."""
        return spelt((self.field, *self.path))


def show(field: str, value: Any) -> None:
    """Note what the form of a field shows."""
    st.session_state[SHOWN] = {**st.session_state.get(SHOWN, {}), field: value}


def now(field: str) -> Any:
    """The value of a field in the middle of a callback, when its JSON may have been typed at the same time."""
    value = st.session_state.get(SHOWN, {}).get(field, MISSING)
    try:
        return meant(EDITORS[BY_NAME[field].editor], held(field_key(field)), value)
    except Unreadable:
        return value


def become(field: str, value: Any) -> None:
    """Give a field another value, in a callback."""
    show(field, value)
    edit({field: value})


def assign(spot: Spot, value: Any) -> None:
    """Give a place another value; MISSING takes it away, with every object that is empty without it."""
    former = now(spot.field)
    become(spot.field, cut(former, spot.path) if value is MISSING else put(former, spot.path, value, spot.starts))


def remember(spot: Spot, word: str, value: Any) -> None:
    """Note what a place holds, before it holds something of another kind."""
    st.session_state[LEFT] = {**st.session_state.get(LEFT, {}), (spot.key(), word): value}


def remembered(spot: Spot, word: str, otherwise: Any) -> Any:
    """What the place held when it last was of that kind."""
    return st.session_state.get(LEFT, {}).get((spot.key(), word), otherwise)


def clear(spot: Spot) -> None:
    """Callback of a reset inside a form."""
    forget_in(spot)
    assign(spot, MISSING)


def forget_in(spot: Spot) -> None:
    """Let go of what was typed in a place and cannot be read."""
    depth = len(spot.path)
    forget([name for name, one in typed().items() if (one.field, one.path[:depth]) == (spot.field, spot.path)])


def changed(spot: Spot, kind: EditorKind) -> None:
    """Callback of a widget that edits one place: an emptied one takes the place away."""
    if outdated(spot.key()):
        return
    raw, former = st.session_state[spot.key()], found(now(spot.field), spot.path)
    forget([spot.key()])
    try:
        value = meant(kind, raw, former)
    except Unreadable as error:
        keep(spot.key(), Typed(spot.field, spot.path, raw, former, str(error)))
        return
    if not same(value, former):
        assign(spot, value)


def fill(spot: Spot, kind: EditorKind, value: Any) -> Typed | None:
    """Make the widget of a place show its value, before it is drawn; gives what was typed there and cannot be read.

    A widget that says the value already is left alone, so that a text stays as it was typed.
    """
    widget = spot.key()
    unread = is_typed(widget, value)
    if unread is not None:
        show_as(widget, unread.text)
    elif widget not in st.session_state or not says(kind, st.session_state[widget], value):
        write(widget, filled_with(kind, value))
    return unread


def says(kind: EditorKind, raw: Any, value: Any) -> bool:
    try:
        return same(meant(kind, raw, MISSING), value) or settled(raw) == shown(kind, value)
    except Unreadable:
        return False
