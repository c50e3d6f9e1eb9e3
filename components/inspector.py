"""The inspector: the exact body as it will be sent."""

from __future__ import annotations

import json

import streamlit as st

from components.large_fold import large_fold
from parley.request import ChatRequest

INSPECTOR = "inspector"


def inspector(request: ChatRequest) -> None:
    """The body as JSON, with a copy button."""
    body = json.dumps(request.payload(), indent=2, ensure_ascii=False)
    with (
        st.container(key=INSPECTOR),
        large_fold("What will be sent", "inspector-fold", icon="data_object", size=len(body)) as drawn,
    ):
        if drawn:
            st.code(body, language="json", wrap_lines=True)
