"""The inspector: the exact body as it will be sent, and source text that sends it."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from components.large_fold import LARGE
from components.notebook.code_forms import code_forms
from components.panel.text import spell_json
from parley.connection import Connection
from parley.request import ChatRequest

INSPECTOR = "inspector"
FOLD = "inspector-fold"
OWN_GATEWAY = "http://127.0.0.1:8123/api/v1"
UNSPEAKABLE = "This request cannot be written as JSON: it is nested too deeply, or holds a number that JSON has not."
FOR_LOCAL = (
    "The local model answers to Parley alone. Run `python -m parley.local --port 8123` beside it: that one takes any key "
    "in `OPENROUTER_API_KEY`."
)
FOR_OTHERS = "It takes the key from `OPENROUTER_API_KEY`."


def inspector(
    read: Callable[[], ChatRequest], size: int, connection: Connection, write: Callable[[str, ChatRequest, str], str]
) -> None:
    """The body as JSON and, once it is unfolded, as code; `write` gives the code of a form, for a request and a base URL.

    What says a lot (`size`, in characters) is not read while nobody looks.
    """
    with st.container(key=INSPECTOR):
        fold = st.expander("What will be sent", icon=":material/data_object:", key=FOLD, on_change="rerun")
    if not fold.open and size >= LARGE:
        return
    request, local = read(), connection.kind == "local"
    body = spell_json(request.payload()) or UNSPEAKABLE
    with fold:
        if fold.open:
            base_url = OWN_GATEWAY if local else connection.base_url
            code_forms(body, lambda form: write(form, request, base_url), FOR_LOCAL if local else FOR_OTHERS)
        elif len(body) < LARGE:
            st.code(body, language="json", wrap_lines=True)
