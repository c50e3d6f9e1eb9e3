"""One field of the panel: its widget, its menu, its reset, and what is wrong with it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from typing import Any

import streamlit as st
from pydantic import MISSING

from components.editors import EDITORS, Drawing, shown
from components.panel_edits import choose, menu_of, more_key, reset
from components.panel_values import Reading
from components.state import field_key, key
from parley.request import FieldSpec, Problem

CHIP = 24
"""The most characters of a value that are shown beside its label."""
EMPTIES: tuple[Any, ...] = (None, "", [], {})


def draw_field(
    spec: FieldSpec, value: Any, reading: Reading, options: Sequence[str] = (), placeholder: str = ""
) -> None:
    """Draw one field, which has `value` or is MISSING; `options` are offered in place of the field's own choices."""
    kind, is_set = EDITORS[spec.editor], value is not MISSING
    look = Drawing(
        key=field_key(spec.name),
        label=label_of(spec, value, spec.name in reading.overridden),
        help=help_of(spec),
        placeholder=placeholder or unset_words(spec),
        options=options,
    )
    if spec.editor == "json":
        kind.draw(spec, look)
        draw_reset(spec, "Reset", ":material/undo:") if is_set else None
    else:
        with st.container(
            horizontal=True, wrap=False, vertical_alignment="bottom", gap=None, key=key("row", spec.name)
        ):
            kind.draw(spec, look)
            draw_menu(spec, menu_of(spec, is_set))
            draw_reset(spec, ":material/undo:") if is_set else None
    draw_problems(reading.problems_of(spec.name))


def label_of(spec: FieldSpec, value: Any, overridden: bool = False) -> str:
    """The field's label, with a chip for a value that its widget shows as nothing."""
    words = [spec.label]
    if value is not MISSING and (value in EMPTIES or shown(EDITORS[spec.editor], value) is None):
        words.append(chip(value))
    if spec.deprecated:
        words.append("(deprecated)")
    if overridden:
        words.append("(overridden by raw JSON)")
    return " ".join(words)


def chip(value: Any) -> str:
    """A value as inline code, cut where it is long."""
    try:
        text = json.dumps(value)
    except RecursionError:
        text = "nested deeply"
    cut = text if len(text) <= CHIP else f"{text[: CHIP - 1]}…"
    return f"`` {cut} ``" if "`" in cut else f"`{cut}`"


def help_of(spec: FieldSpec) -> str:
    """The field's meaning, then its name in JSON, its type, and where to read on."""
    note = EDITORS[spec.editor].note
    words = [spec.help, f"Deprecated: {spec.deprecated}." if spec.deprecated else "", note]
    facts = f"`{spec.name}` takes {spec.wanted} · [Documentation]({spec.source})"
    return " ".join(word for word in words if word) + "\n\n" + facts


def unset_words(spec: FieldSpec) -> str:
    """What stands in the empty widget."""
    return f"unset · usually {spec.usual}" if spec.usual else "unset"


def draw_menu(spec: FieldSpec, options: tuple[str, ...]) -> None:
    if options:
        st.menu_button(
            ":material/more_horiz:",
            options,
            format_func=lambda word: f"Send {word}" if word in EMPTY_WORDS else word,
            key=more_key(spec.name),
            help=f"More for {spec.label}",
            type="tertiary",
            on_click=choose,
            args=(spec.name,),
        )


EMPTY_WORDS = frozenset({"null", '""', "[]"})


def draw_reset(spec: FieldSpec, label: str, icon: str | None = None) -> None:
    st.button(
        label,
        icon=icon,
        key=key(field_key(spec.name), "reset"),
        help=f"Reset {spec.label} to unset",
        type="tertiary",
        on_click=reset,
        args=(spec.name,),
    )


def draw_problems(problems: Iterable[Problem]) -> None:
    """Each in a line of its own: what would be refused, and what is only advice."""
    for problem in problems:
        icon, colour = ("error", "red") if problem.blocks else ("info", "orange")
        st.caption(f":{colour}[:material/{icon}: {plain(problem.message)}]")


def plain(text: str) -> str:
    """A text that Markdown shows as it is."""
    return re.sub(r"([\\`*_{}\[\]()#+.!~$:<>|-])", r"\\\1", text)
