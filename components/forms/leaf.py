"""The widgets of a form that edit one value each, with a reset beside those that are set."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import streamlit as st
from pydantic import MISSING
from streamlit.delta_generator import DeltaGenerator

from components.forms.state import Spot, assign, changed, clear, fill, now
from components.panel.editors import EDITORS, Drawing, shown
from components.panel.problems import draw_problems, small
from components.state import key
from parley.reply.defuse import plain
from parley.request import Bounds, ChatRequest, Problem
from parley.request.kept import brief
from parley.request.outline import Part
from parley.request.paths import found, moved

BUTTON = 24
CHIP = 24
"""The most characters of a value that are shown beside its label."""
MOST_AT_ONCE = 40
"""Entries of a list or a map that are drawn unasked: each costs time at every look."""
SUGGESTED: dict[str, str] = {
    "order": "providers",
    "only": "providers",
    "ignore": "providers",
    "model": "models",
    "models": "models",
    "allowed_models": "models",
    "excluded_models": "models",
    "analysis_models": "models",
    "judge_model": "models",
    "effort": "efforts",
    "tool_name": "tools",
    "tool_id": "tools",
}
"""Where the words come from that are offered for a key, wherever it stands."""


Draw = Callable[["Form", Spot, Part, Any], None]


@dataclass
class Form:
    """What one form is drawn with, besides the value that it shows."""

    draw: Draw
    """Draws a part of any shape."""

    words: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Words to choose from, by where they come from: providers, models, tools."""
    tools: Any = MISSING
    """The tools that the request declares."""
    problems: Sequence[Problem] = ()
    settings: ChatRequest | None = None
    """The request in which the problems were found."""
    said: set[int] = field(default_factory=set)
    """Which of the problems stand beside their widgets, by their numbers."""

    def offered(self, part: Part) -> Sequence[str]:
        return self.words.get(SUGGESTED.get(part.key, ""), ())

    def say(self, spot: Spot) -> None:
        """Draw the problems of a place; those of the field as a whole stand below its form."""
        if self.problems and spot.path:
            mine = {number: one for number, one in enumerate(self.problems) if one.path == spot.place}
            self.said.update(mine)
            if mine:
                with st.container(gap="xxsmall"):
                    draw_problems(mine.values(), self.settings)

    def unsaid(self) -> tuple[Problem, ...]:
        """The problems that have no widget on screen."""
        return tuple(one for number, one in enumerate(self.problems) if number not in self.said)


def draw_leaf(form: Form, spot: Spot, part: Part, value: Any, *, labelled: bool = True) -> None:
    """One value in one widget; what cannot be read stays in it, and is named below.

    The reset comes first: the style sheet lays it at the end of the label's line. Where no label is seen it stands beside.
    """
    if labelled:
        draw_reset(spot, part.label) if value is not MISSING else None
        draw_widget(form, spot, part, value)
    else:
        with row(spot):
            draw_widget(form, spot, part, value, labelled=False)
            draw_reset(spot, part.label) if value is not MISSING else None
    if part.ordered and isinstance(value, list) and len(value) > 1 and all(isinstance(one, str) for one in value):
        draw_order(spot, value)
    form.say(spot)


def draw_order(spot: Spot, value: list[str]) -> None:
    """Chips cannot be dragged, so any of them can be put first."""
    widget = spot.key("first")
    st.menu_button(
        "Put first",
        range(1, len(value)),
        key=widget,
        type="tertiary",
        format_func=lambda index: value[index],
        on_click=put_first,
        args=(spot,),
    )


def put_first(spot: Spot) -> None:
    """Callback."""
    index, former = st.session_state[spot.key("first")], found(now(spot.field), spot.path)
    if isinstance(former, list) and index < len(former):
        assign(spot, moved(former, index, -index))


def draw_as_json(form: Form, spot: Spot, part: Part, value: Any) -> None:
    """The JSON of a place for which there is no form."""
    if spot.path:
        draw_leaf(form, spot, replace(part, shape="json", label="As JSON", help="", bounds=Bounds(), choices=()), value)


def draw_widget(form: Form, spot: Spot, part: Part, value: Any, *, labelled: bool = True) -> None:
    offered = form.offered(part)
    kind = EDITORS["choice" if part.shape == "text" and offered else part.shape]  # type: ignore[index]
    fill(spot, kind, value)
    hidden = chip(value) if value is not MISSING and shown(kind, value) is None else ""
    look = Drawing(
        key=spot.key(),
        label=" ".join(filter(None, (part.label, code(hidden), counted(value, part.bounds.longest, part.bounds.most)))),
        help=" ".join(filter(None, (part.help, kind.note))),
        placeholder=hidden or "unset",
        options=offered,
        on_change=changed,
        args=(spot, kind),
        labelled=labelled,
    )
    kind.draw(part, look)


def row(spot: Spot) -> DeltaGenerator:
    """Where a widget has its buttons beside it."""
    return st.container(
        horizontal=True, wrap=False, vertical_alignment="bottom", gap="xxsmall", key=key("row", spot.key())
    )


def draw_reset(spot: Spot, label: str) -> None:
    """A reset for a place inside a field; the field as a whole has one beside its form."""
    if not spot.path:
        return
    st.button(
        f":material/undo: Reset {plain(label)}",
        key=spot.key("reset"),
        width=BUTTON,
        type="tertiary",
        on_click=clear,
        args=(spot,),
    )


def counted(value: Any, longest: int | None, most: int | None) -> str:
    """How much of what is allowed a value takes: characters of a text, items of a list; empty where nothing is said."""
    limit = longest if isinstance(value, str) else most if isinstance(value, list) else None
    return f"({len(value)} of {limit:,})" if value and limit is not None else ""


def chip(value: Any) -> str:
    """A value in a few characters of JSON, for one that its widget cannot show."""
    text = brief(value, CHIP) if value not in ([], {}) else str(value)
    return text if len(text) <= CHIP else f"{text[: CHIP - 1]}…"


def code(text: str) -> str:
    """A text between more backticks than it has anywhere in a row."""
    if "`" not in text:
        return f"`{text}`" if text else ""
    mark = "`" * (max(map(len, re.findall("`+", text))) + 1)
    return f"{mark} {text} {mark}"


def at_once(spot: Spot, amount: int) -> int:
    """How many entries of a list or a map are drawn: of a long one the first, until somebody asks for all of it."""
    widget = spot.key("all")
    if amount <= MOST_AT_ONCE or st.session_state.get(widget):
        return amount
    st.button(f"Show all {amount:,}", key=spot.key("show-all"), type="tertiary", on_click=show_all, args=(widget,))
    return MOST_AT_ONCE


def show_all(widget: str) -> None:
    st.session_state[widget] = True


def say_unknown(names: Iterable[str]) -> None:
    """Name keys that have no widget here."""
    if given := [code(chip(name)) for name in names]:
        small(f"Also set, see the JSON: {', '.join(given)}")
