"""The inspector: the exact body as it will be sent."""

from __future__ import annotations

import json

import streamlit as st

from parley.request import ChatRequest

INSPECTOR = "inspector"


def inspector(request: ChatRequest) -> None:
    """The body as JSON, with a copy button."""
    with st.container(key=INSPECTOR), st.expander("What will be sent", icon=":material/data_object:"):
        st.code(json.dumps(request.payload(), indent=2, ensure_ascii=False), language="json", wrap_lines=True)
