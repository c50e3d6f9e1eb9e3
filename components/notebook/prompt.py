"""The prompt box at the bottom of the notebook, and the small script that keeps its draft."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Callable
from typing import Any, NamedTuple, cast

import streamlit as st
from streamlit.errors import StreamlitAPIException

from parley.media import LARGEST_MB

PROMPT = "prompt"
_DRAFT = "draft"
_TAB = "draft-tab"


class Submitted(NamedTuple):
    """What was sent with the box itself."""

    text: str
    files: object = ()
    """As an uploader gives them."""
    recorded: object = None
    """What the microphone heard."""


def prompt_box(placeholder: str, send: Callable[[Submitted], None], beside: Callable[[], object]) -> None:
    """The box; `send` has what was sent before anything is drawn, `beside` draws what stands at its side. It can be filled beforehand
    with `fill_prompt`."""

    def submitted() -> None:
        sent = st.session_state[PROMPT]
        if isinstance(sent, str):
            send(Submitted(sent))
        elif sent:
            send(Submitted(sent.text, sent.files, sent.audio))

    with st.container(horizontal=True, wrap=False, gap="xsmall", vertical_alignment="center"):
        st.chat_input(
            placeholder,
            key=PROMPT,
            on_submit=submitted,
            accept_file="multiple",
            accept_audio=True,
            max_upload_size=LARGEST_MB,
        )
        beside()


def fill_prompt(text: str) -> None:
    """Put `text` into the box; before it is drawn in this run."""
    st.session_state[PROMPT] = text


@st.fragment
def keep_draft(session_id: str, keep: Callable[[str], None], then: Callable[[], None]) -> None:
    """Hand over what stands in the box whenever the person pauses, and draw what depends on it, without disturbing the page.

    Nothing is kept where Parley's script cannot be served, which is where Parley was not installed as README says.
    """

    def told() -> None:
        draft = cast("dict[str, Any]", st.session_state[_DRAFT].draft or {})
        if draft.get("session") == session_id:
            keep(str(draft.get("text", "")))

    with contextlib.suppress(StreamlitAPIException):
        tab = st.session_state.setdefault(_TAB, uuid.uuid4().hex)
        _component()(key=_DRAFT, data={"session": session_id, "box": PROMPT, "tab": tab}, on_draft_change=told)
    then()


def _component() -> Callable[..., Any]:
    return st.components.v2.component("parley.draft", js="draft.js")
