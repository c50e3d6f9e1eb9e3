"""One field of the panel: its widget, its menu, its reset, and what is wrong with it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import streamlit as st
from pydantic import MISSING

from components.forms.leaf import counted
from components.models.view import draw_marks
from components.panel.editors import EDITORS, Drawing, shown
from components.panel.edits import EMPTY, choose, menu_of, more_key, reset
from components.panel.form import draw_form
from components.panel.problems import draw_problems
from components.panel.values import Reading
from components.state import field_key, key
from parley.request import FieldSpec

CHIP = 24
"""The most characters of a value that are shown beside its label."""
ROOM, ROOM_BESIDE_ARROWS = 20, 5
"""The most characters of a usual value that can be read in an empty widget of a narrow sidebar."""
BUTTON = 24
"""Pixels; a finger's width would leave no room for the widget."""
NO_WORDS: Mapping[str, Sequence[str]] = MappingProxyType({})
EMPTIES: tuple[Any, ...] = (None, "", [], {})


def draw_field(
    spec: FieldSpec,
    value: Any,
    reading: Reading,
    options: Sequence[str] = (),
    *,
    placeholder: str = "",
    tools: bool = True,
    words: Mapping[str, Sequence[str]] = NO_WORDS,
) -> None:
    """Draw one field, which has `value` or is MISSING; `options` are offered in place of the field's own choices, `words`
    inside its form.

    Without `tools` the widget stands alone, as in a closed fold: every element costs time at every run, seen or not. Its
    container stands all the same, so that nothing moves while a fold fills, and whoever is typing stays in the field; it has no
    key, which would cost half as much again. Menu and reset lie at the end of the label's line (`looks.py`).
    """
    hidden = hidden_value(spec, value)
    look = Drawing(
        key=field_key(spec.name),
        label=label_of(spec, hidden, spec.name in reading.overridden, counted(value, spec.longest, spec.most)),
        help=help_of(spec),
        placeholder=hidden or placeholder or reading.view.placeholders.get(spec.name) or unset_words(spec),
        options=options or reading.view.options.get(spec.name, ()),
    )
    problems = reading.problems_of(spec.name)
    with st.container(gap="xxsmall"):
        EDITORS[spec.editor].draw(spec, look)
        if tools:
            draw_menu(spec, menu_of(spec))
            problems = draw_form(spec, value, reading, words) if spec.editor == "json" else problems
            draw_reset(spec) if value is not MISSING else None
        draw_problems((one for one in problems if tools or one.blocks), reading.request if tools else None)
        if tools:
            draw_marks(reading.marks_of(spec.name), reading)


def hidden_value(spec: FieldSpec, value: Any) -> str:
    """The JSON of a value that the field's widget shows as nothing, cut where it is long; empty for all others."""
    if value is MISSING or (value not in EMPTIES and shown(EDITORS[spec.editor], value) is not None):
        return ""
    try:
        text = json.dumps(value)
    except RecursionError:
        text = "nested deeply"
    return text if len(text) <= CHIP else f"{text[: CHIP - 1]}…"


def label_of(spec: FieldSpec, hidden: str = "", overridden: bool = False, amount: str = "") -> str:
    """The field's label, with a chip for a value that its widget does not show, and how much there is of what may be."""
    mark = "``" if "`" in hidden else "`"
    words = (
        spec.label,
        f"{mark}{hidden}{mark}" if hidden else "",
        amount,
        "(deprecated)" if spec.deprecated else "",
        "(overridden by raw JSON)" if overridden else "",
    )
    return " ".join(word for word in words if word)


def help_of(spec: FieldSpec) -> str:
    """The field's meaning, then its name in JSON, its type, and where to read on."""
    note = EDITORS[spec.editor].note
    words = [spec.help, f"Deprecated: {spec.deprecated}." if spec.deprecated else "", note]
    facts = f"`{spec.name}` takes {spec.wanted} · [Documentation]({spec.source})"
    return " ".join(word for word in words if word) + "\n\n" + facts


def unset_words(spec: FieldSpec) -> str:
    """What stands in the empty widget: `unset`, and how to begin or what is usual, where there is room for it."""
    if spec.editor == "json":
        return f"unset · JSON {spec.shape}" if "string" not in spec.accepts else f'unset · "{spec.choices[0]}" or {{…}}'
    usual = spec.usual.partition(",")[0]
    room = ROOM if spec.editor not in ("number", "integer") else ROOM_BESIDE_ARROWS
    return f"unset ({usual})" if usual and len(usual) <= room else "unset"


def draw_menu(spec: FieldSpec, options: tuple[str, ...]) -> None:
    if options:
        st.menu_button(
            f":material/more_horiz: More for {spec.label}",
            options,
            format_func=lambda word: f"Send {word}" if word in EMPTY else word,
            key=more_key(spec.name),
            width=BUTTON,
            type="tertiary",
            on_click=choose,
            args=(spec.name,),
        )


def draw_reset(spec: FieldSpec) -> None:
    st.button(
        f":material/undo: Reset {spec.label}",
        width=BUTTON,
        key=key(field_key(spec.name), "reset"),
        type="tertiary",
        on_click=reset,
        args=(spec.name,),
    )
