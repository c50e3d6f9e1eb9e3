"""The prompt box at the bottom of the notebook, and the small script that keeps its draft."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import streamlit as st
from streamlit.errors import StreamlitAPIException

PROMPT = "prompt"
_DRAFT = "draft"


def prompt_box(placeholder: str) -> str | None:
    """The box; gives the text that was just sent. It can be filled beforehand with `fill_prompt`."""
    return st.chat_input(placeholder, key=PROMPT)


def fill_prompt(text: str) -> None:
    """Put `text` into the box; before it is drawn in this run."""
    st.session_state[PROMPT] = text


@st.fragment
def keep_draft(session_id: str, keep: Callable[[str], None]) -> None:
    """Hand over what stands in the box whenever the person pauses, without disturbing the page.

    Nothing is kept where Parley's script cannot be served, which is where Parley was not installed as README says.
    """
    try:
        draft = _component()(key=_DRAFT, data={"session": session_id, "box": PROMPT}, on_draft_change=lambda: None)
    except StreamlitAPIException:
        return
    told = cast("dict[str, Any]", draft.draft or {})
    if told.get("session") == session_id:
        keep(str(told.get("text", "")))


def _component() -> Callable[..., Any]:
    return st.components.v2.component("parley.draft", js="draft.js")
