"""What is done to the settings beside their widgets: null, "" and [] by menu, reset of one and of all.

Such an edit is made in a callback, before the script runs, and laid over the settings until they hold it: so it is not
lost when the script is ended in the middle of drawing.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

import streamlit as st
from pydantic import MISSING

from components.panel.editors import DRAWN, EDITORS, RAW, filled, loose, settled, shown
from components.panel.seen import restore, write
from components.panel.typed import forget_fields
from components.panel.values import RAW_FIELD, put, raw_with, raw_without
from components.state import field_key, key
from parley.request import BY_NAME, ChatRequest, FieldSpec
from parley.request.kept import same

EDITS = key("panel", "edits")
RESET = "Reset to unset"
RANDOM = "Random number"
EMPTY: dict[str, Any] = {"null": None, '""': "", "[]": []}
"""The values that no widget can be typed into, by the word under which the menu offers them."""
TYPES = {"null": "null", '""': "string", "[]": "array"}


def menu_of(spec: FieldSpec) -> tuple[str, ...]:
    """What a field's menu offers; JSON is typed, and needs none.

    The reset is offered even where nothing is set: the only entry of a menu cannot be reached with the keyboard.
    """
    if spec.editor == "json":
        return ()
    words = [word for word, kind in TYPES.items() if kind in spec.accepts]
    if spec.editor == "integer" and spec.low is None and spec.high is None:
        words.insert(0, RANDOM)
    return (*words, RESET) if words else ()


def more_key(name: str) -> str:
    return key(field_key(name), "more")


def choose(name: str) -> None:
    """Callback of a field's menu."""
    word = st.session_state[more_key(name)]
    edit({name: random.randrange(2**31) if word == RANDOM else EMPTY.get(word, MISSING)})


def reset(*names: str) -> None:
    """Callback of the reset buttons."""
    forget_fields(names)
    edit(dict.fromkeys(names, MISSING))


def edit(changes: Mapping[str, Any]) -> None:
    """Change the settings, and make the widgets show it."""
    made = {name: value for name, value in changes.items() if name != RAW_FIELD}
    st.session_state[EDITS] = {**st.session_state.get(EDITS, {}), **made}
    for name, value in made.items():
        if name in BY_NAME:
            write(field_key(name), filled(BY_NAME[name], value))
    text = st.session_state.get(RAW_FIELD)
    extra = {name: value for name, value in loose(made).items() if value is not MISSING}
    if (rest := None if RAW_FIELD in changes else raw_with(raw_without(text, frozenset(changes)), extra)) != text:
        write(RAW_FIELD, rest)


def base_of(settings: ChatRequest) -> ChatRequest:
    """The settings with the edits that they do not hold yet."""
    restore()
    edits = {name: value for name, value in st.session_state.get(EDITS, {}).items() if stands(name, value)}
    body = settings.payload()
    for name, value in edits.items():
        put(body, name, value)
    if same(body, settings.payload()):
        st.session_state.pop(EDITS, None)
        return settings
    return ChatRequest.parse(body)


def stands(name: str, value: Any) -> bool:
    """Whether the widget still shows what an edit wrote there; else somebody typed over it."""
    if name not in BY_NAME:
        return True
    return bool(settled(st.session_state.get(field_key(name))) == shown(EDITORS[BY_NAME[name].editor], value))


def seed(base: ChatRequest) -> None:
    """Fill the widgets that have no value yet: at the first draw, and after a reload."""
    body = base.payload()
    for spec in DRAWN:
        if spec.name in body and field_key(spec.name) not in st.session_state:
            st.session_state[field_key(spec.name)] = filled(spec, body[spec.name])
    if RAW_FIELD not in st.session_state and (extra := loose(body)):
        st.session_state[RAW_FIELD] = shown(RAW, extra)


def held() -> dict[str, Any]:
    """What the widgets of this tab hold now, by field."""
    keys = {spec.name: field_key(spec.name) for spec in DRAWN} | {RAW_FIELD: RAW_FIELD}
    return {name: st.session_state[widget] for name, widget in keys.items() if widget in st.session_state}
