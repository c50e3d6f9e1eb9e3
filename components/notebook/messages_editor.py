"""The raw editor behind the notebook: its messages as one JSON list."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import streamlit as st

from components.large_fold import large_fold
from components.panel.text import readable_json
from components.state import field_key

MESSAGES = field_key("messages")


def messages_editor(
    said: Callable[[], list[dict[str, Any]]], size: int, shown: str
) -> tuple[str, list[dict[str, Any]] | None]:
    """Draw it; gives the text that stands for what is `said`, to be handed in as `shown` the next time, and the list to take over,
    when asked. Of many characters (`size`) nothing is written out while nobody looks.

    The box is filled anew whenever the notebook says something else than it did. Only the button takes over what is typed, for an
    emptied box would empty the notebook.
    """
    half_typed = st.session_state.get(MESSAGES, shown) != shown
    with large_fold("Messages as JSON", "messages-json", icon="data_array", size=size) as drawn:
        if not drawn and not half_typed:
            return shown, None
        text = readable_json(said())
        if text != shown or MESSAGES not in st.session_state:
            st.session_state[MESSAGES] = text
        typed = st.text_area("messages", key=MESSAGES, height=240)
        asked = st.button("Put into the cells", key="messages-apply")
        st.caption("From the first difference on, the cells are replaced.")
        if not asked:
            return text, None
        try:
            return text, _messages(typed or "[]")
        except ValueError as error:
            st.error(f"Not taken over: {error}", icon=":material/error:")
            return text, None


def _messages(typed: str) -> list[dict[str, Any]]:
    try:
        read = json.loads(typed)
    except json.JSONDecodeError as error:
        raise ValueError(f"line {error.lineno}, column {error.colno}: {error.msg}") from None
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    if not isinstance(read, list) or not all(
        isinstance(one, dict) and isinstance(one.get("role"), str) for one in read
    ):
        raise ValueError('it must be a list of messages, each with a role: [{"role": "user", "content": "…"}]')
    return read
