"""Which tool must be called: a word, or one of the declared tools by its name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st
from pydantic import MISSING

from components.forms.leaf import Form, chip, code
from components.forms.state import Spot, assign
from components.panel.seen import outdated, show_as
from parley.request.kept import same
from parley.request.outline import Part

WORDS = {"auto": "auto: as it likes", "none": "none", "required": "required: one or more"}


def draw_tool_choice(form: Form, spot: Spot, part: Part, value: Any) -> None:
    """What may be chosen, by the tools that are declared."""
    choices = {**{word: word for word in WORDS}, **forced(form.tools)}
    chosen = next((word for word, meant in choices.items() if same(meant, value)), None)
    widget = spot.key("choice")
    show_as(widget, chosen)
    hidden = "" if value is MISSING or chosen is not None else next(iter(forced([value])), chip(value))
    st.selectbox(
        " ".join(filter(None, ("Which tool", code(hidden)))),
        list(choices),
        index=None,
        key=widget,
        placeholder=hidden or "unset",
        format_func=lambda word: WORDS.get(word, word),
        on_change=choose,
        args=(spot, choices),
    )
    form.say(spot)


def forced(tools: Any) -> dict[str, Any]:
    """The declared tools by the words under which they are chosen: a function by its name, others by their type."""
    choices: dict[str, Any] = {}
    for tool in tools if isinstance(tools, list) else ():
        held = tool if isinstance(tool, dict) else {}
        function, kind = held.get("function"), held.get("type")
        name = function.get("name") if isinstance(function, dict) else None
        if isinstance(name, str) and name:
            choices[f"{name}()"] = {"type": "function", "function": {"name": name}}
        elif isinstance(kind, str) and kind and kind != "function":
            choices[kind] = {"type": kind}
    return choices


def choose(spot: Spot, choices: Mapping[str, Any]) -> None:
    """Callback: an emptied box is unset."""
    if not outdated(spot.key("choice")):
        assign(spot, choices.get(st.session_state[spot.key("choice")], MISSING))
