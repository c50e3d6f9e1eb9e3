"""The raw editor behind the notebook: its messages as one JSON list."""

from __future__ import annotations

import json
from typing import Any

import streamlit as st

from components.state import field_key

MESSAGES = field_key("messages")


def messages_editor(said: list[dict[str, Any]], shown: str) -> tuple[str, list[dict[str, Any]] | None]:
    """Draw it; gives the text that stands for `said`, to be handed in as `shown` the next time, and the list that was typed, if one was.

    The box is filled anew whenever the notebook says something else than it did; what was typed and is no list yet stays.
    """
    text = json.dumps(said, indent=2, ensure_ascii=False)
    if text != shown or MESSAGES not in st.session_state:
        st.session_state[MESSAGES] = text
    with st.expander("Messages as JSON", icon=":material/data_array:"):
        typed = st.text_area(
            "messages",
            key=MESSAGES,
            height=240,
            help="What the cells say to the model. Editing it changes the cells from the first difference on.",
        )
        if typed == text:
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
