"""One editor for each kind of field: how it is drawn, and what its widget's raw value means. A small closed table.

A raw value of None is an empty widget: the field is unset, or has a value that this widget cannot show. So no bounds are
given to Streamlit, which drops what lies outside of them; what is allowed is said beside the field instead.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import streamlit as st
from pydantic import MISSING

from components.panel.text import (
    escaped,
    read_json,
    read_loose,
    read_price,
    speakable,
    spell_json,
    spell_loose,
    spell_price,
    unescaped,
)
from parley.request import BY_NAME, FIELDS, ChatRequest, Editor, FieldSpec

LARGEST = 2**53 - 1
"""The largest whole number that a browser holds exactly."""

WRAP = 32
"""Characters that fit on a line of a text area in the sidebar, more or less."""
LINE, LEAST_HEIGHT, MOST_HEIGHT = 22, 74, 264
"""Pixels of a text area. Streamlit's own fitting of the height errs in a closed fold, where nothing has a size."""


class Turned(Protocol):
    """What an editor looks at in a field, or in a part of one."""

    @property
    def step(self) -> float | None: ...

    @property
    def choices(self) -> tuple[str, ...]: ...


@dataclass(frozen=True)
class Drawing:
    """What an editor is drawn with, besides its field."""

    key: str
    label: str
    help: str
    placeholder: str
    options: Sequence[str] = ()
    """Words to choose from; others may be typed."""
    on_change: Callable[..., None] | None = None
    args: tuple[Any, ...] = ()
    labelled: bool = True
    """Whether the label is to be seen; else it is only heard."""

    def wiring(self) -> dict[str, Any]:
        """What every widget is given alike."""
        return {
            "key": self.key,
            "help": self.help or None,
            "on_change": self.on_change,
            "args": self.args,
            "label_visibility": "visible" if self.labelled else "collapsed",
            "persist_state": "session",
        }


@dataclass(frozen=True)
class EditorKind:
    """How fields of one kind are edited.

    `to_widget` gives the raw value that shows a value, None where the widget cannot; `from_widget` what a raw value that
    is not empty means, and raises Unreadable where it means nothing. `note` says how to type, in the tooltip.
    """

    draw: Callable[[Turned, Drawing], object]
    to_widget: Callable[[Any], Any]
    from_widget: Callable[[Any], Any]
    note: str = ""
    empty: Any = None
    """What is written into the widget's key to empty it."""


def draw_number(spec: Turned, look: Drawing) -> object:
    step = float(spec.step or 0.1)
    return st.number_input(
        look.label, value=None, step=step, format="%g", placeholder=look.placeholder, **look.wiring()
    )


def number_shown(value: Any) -> float | None:
    return float(value) if type(value) is float or whole_shown(value) is not None else None


def number_meant(raw: float) -> int | float:
    """A whole number as it stands in the box, `1`: there is no telling whether a person typed 1 or 1.0."""
    return int(raw) if raw == int(raw) and abs(raw) <= LARGEST else raw


def draw_integer(spec: Turned, look: Drawing) -> object:
    step = int(spec.step or 1)
    return st.number_input(look.label, value=None, step=step, placeholder=look.placeholder, **look.wiring())


def whole_shown(value: Any) -> int | None:
    return value if type(value) is int and abs(value) <= LARGEST else None


def draw_choice(spec: Turned, look: Drawing) -> object:
    return st.selectbox(
        look.label,
        offered(spec, look),
        index=None,
        placeholder=look.placeholder,
        accept_new_options=True,
        **look.wiring(),
    )


def offered(spec: Turned, look: Drawing) -> list[str]:
    """The words to choose from, and what was typed in their place."""
    typed = st.session_state.get(look.key) or []
    return list(dict.fromkeys([*(look.options or spec.choices), *([typed] if isinstance(typed, str) else typed)]))


def line_shown(value: Any) -> str | None:
    return value if isinstance(value, str) and speakable(value) and not {"\n", "\r"} & set(value) else None


def slug_meant(raw: Any) -> Any:
    """A slug as it was typed or pasted, without the blanks around it, which no server takes for part of it."""
    return raw.strip() if isinstance(raw, str) else raw


def draw_switch(spec: Turned, look: Drawing) -> object:
    return st.segmented_control(
        look.label,
        (True, False),
        format_func=lambda on: "On" if on else "Off",
        width="stretch",
        **look.wiring(),
    )


def switch_shown(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def draw_text(spec: Turned, look: Drawing) -> object:
    return st.text_input(look.label, value=None, placeholder=look.placeholder, autocomplete="off", **look.wiring())


def draw_area(spec: Turned, look: Drawing) -> object:
    text = str(st.session_state.get(look.key) or "")[: WRAP * MOST_HEIGHT]
    lines = sum(1 + len(line) // WRAP for line in text.split("\n"))
    return st.text_area(
        look.label,
        value=None,
        height=min(max(LEAST_HEIGHT, LINE * lines + 52), MOST_HEIGHT),
        placeholder=look.placeholder,
        **look.wiring(),
    )


def text_shown(value: Any) -> str | None:
    return value if isinstance(value, str) and speakable(value) else None


def draw_list(spec: Turned, look: Drawing) -> object:
    return st.multiselect(
        look.label,
        offered(spec, look),
        placeholder=look.placeholder,
        accept_new_options=True,
        filter_mode="contains",  # what resembles the typed word more loosely would be taken in its place
        wrap=True,
        **look.wiring(),
    )


def list_shown(value: Any) -> list[str] | None:
    """Each entry on one line; a text alone is shown as its only entry."""
    entries = [value] if isinstance(value, str) else value
    if not isinstance(entries, list) or not all(text_shown(entry) for entry in entries):
        return None
    return [escaped(entry) for entry in entries]


def list_meant(raw: list[str]) -> list[str]:
    return [unescaped(line) for line in raw]


def same(raw: Any) -> Any:
    return raw


TYPED_LINES = r"Enter ends an entry; `\n` stands for a line break in it, `\u0020` for a space at its end."

TYPED_LOOSELY = 'A word, a number, or any JSON; `"16"` in quotes is a word, too.'

EDITORS: dict[Editor, EditorKind] = {
    "number": EditorKind(draw_number, number_shown, number_meant),
    "integer": EditorKind(draw_integer, whole_shown, same),
    "choice": EditorKind(draw_choice, line_shown, same),
    "switch": EditorKind(draw_switch, switch_shown, same),
    "text": EditorKind(draw_text, line_shown, same),
    "long_text": EditorKind(draw_area, text_shown, same),
    "text_list": EditorKind(draw_list, list_shown, list_meant, TYPED_LINES, []),
    "model": EditorKind(draw_choice, line_shown, slug_meant),
    "json": EditorKind(draw_area, spell_json, read_json),
    "price": EditorKind(draw_text, spell_price, read_price),
    "loose": EditorKind(draw_text, spell_loose, read_loose, TYPED_LOOSELY),
    "schema": EditorKind(draw_area, spell_json, read_json),
}

RAW: EditorKind = EDITORS["json"]
"""The editor of the keys that are no field."""


def settled(raw: Any) -> Any:
    """What a widget holds, with None for every way of being empty."""
    return None if raw in ("", []) or (isinstance(raw, str) and not raw.strip()) else raw


def shown(kind: EditorKind, value: Any) -> Any:
    """The raw value under which a field's value stands in its widget."""
    return None if value is MISSING else settled(kind.to_widget(value))


def meant(kind: EditorKind, raw: Any, value: Any) -> Any:
    """The value that a widget's raw value means, where the field had `value` before.

    An untouched widget gives that very value back. Raises Unreadable.
    """
    raw = settled(raw)
    if raw == shown(kind, value):
        return value
    return MISSING if raw is None else kind.from_widget(raw)


def loose(body: dict[str, Any]) -> dict[str, Any]:
    """The keys of a body that are no field."""
    return {key: value for key, value in body.items() if key not in BY_NAME}


DRAWN: tuple[FieldSpec, ...] = tuple(spec for spec in FIELDS if spec.name != "messages")
"""The fields that have a widget; the messages are the notebook itself."""


class Widgets(NamedTuple):
    """What the widgets of the panel hold."""

    fields: Mapping[str, Any]
    raw: Any
    """Of the raw JSON box."""


def widgets_of(settings: ChatRequest) -> Widgets:
    """The raw values that show these settings."""
    body = settings.payload()
    fields = {spec.name: filled(spec, body.get(spec.name, MISSING)) for spec in DRAWN}
    return Widgets(fields, shown(RAW, loose(body) or MISSING))


def filled(spec: FieldSpec, value: Any) -> Any:
    """What is written into the key of a field's widget to make it show a value."""
    return filled_with(EDITORS[spec.editor], value)


def filled_with(kind: EditorKind, value: Any) -> Any:
    """What is written into the key of a widget of this kind to make it show a value."""
    raw = shown(kind, value)
    return kind.empty if raw is None else raw
