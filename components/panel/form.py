"""The form of a field that is edited as JSON: another view of the same value, drawn while its fold is open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st
from pydantic import MISSING

from components.forms.choice import draw_tool_choice
from components.forms.leaf import Draw, Form
from components.forms.plugins import draw_plugins
from components.forms.state import Spot, show
from components.forms.view import draw_part
from components.panel.folds import inner_fold
from components.panel.problems import small
from components.panel.values import Reading
from components.state import field_key, key
from parley.request import FIELDS, FieldSpec, Problem
from parley.request.outline import outline

SPECIAL: dict[str, Draw] = {"plugins": draw_plugins, "tool_choice": draw_tool_choice}
"""The fields whose form is more than their outline."""


def form_key(name: str) -> str:
    return key(field_key(name), "form")


FORMS: tuple[str, ...] = tuple(form_key(spec.name) for spec in FIELDS if spec.editor == "json")


def keep_forms() -> None:
    """Remember which forms are open while they are not drawn."""
    for name in FORMS:
        if name in st.session_state:
            st.session_state[name] = st.session_state[name]


def draw_form(spec: FieldSpec, value: Any, reading: Reading, words: Mapping[str, Sequence[str]]) -> tuple[Problem, ...]:
    """Draw the fold with the form, and give the problems that it did not show beside their widgets."""
    problems = reading.problems_of(spec.name)
    with inner_fold("Form", under=form_key(spec.name)) as unfolded:
        if not unfolded:
            return problems
        if spec.name in reading.unreadable:
            small("The JSON above cannot be read. The form comes back when it can.")
            return problems
        tools = reading.request.payload().get("tools", MISSING)
        form = Form(
            draw=draw_part,
            words={**words, "tools": names_of(tools), **efforts_of(spec, reading)},
            tools=tools,
            problems=problems,
            settings=reading.request,
        )
        show(spec.name, value)
        SPECIAL.get(spec.name, draw_part)(form, Spot(spec.name), outline(spec.name), value)
    return form.unsaid()


def efforts_of(spec: FieldSpec, reading: Reading) -> dict[str, Sequence[str]]:
    """How hard the model can think; that of helping models is another matter."""
    return {"efforts": reading.view.options.get("reasoning_effort", ())} if spec.name == "reasoning" else {}


def names_of(tools: Any) -> list[str]:
    """What the declared tools are called when the model calls them."""
    held = [tool for tool in tools if isinstance(tool, dict)] if isinstance(tools, list) else []
    functions = [tool["function"] if isinstance(tool.get("function"), dict) else tool for tool in held]
    names = [one.get("name") or one.get("type") for one in functions]
    return [name for name in dict.fromkeys(names) if isinstance(name, str)]
