"""For comparison: a page with one plain widget for each field of a request, as Streamlit's documentation draws them.

`BENCHMARK_WIDGETS` names a JSON file with, for each widget, its kind, label, choices and value. `?set=1` begins with the values.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import streamlit as st


def draw(kind: str, label: str, choices: list[str], value: Any) -> None:
    name = f"bare-{label}"
    if kind == "number":
        st.number_input(label, value=value, step=0.05, key=name)
    elif kind == "integer":
        st.number_input(label, value=value, step=1, key=name)
    elif kind == "choice":
        st.selectbox(label, choices, index=choices.index(value) if value in choices else None, key=name)
    elif kind == "switch":
        st.segmented_control(label, (True, False), default=value, key=name)
    elif kind == "list":
        st.multiselect(label, choices, default=value or [], key=name, accept_new_options=True)
    elif kind == "area":
        st.text_area(label, value=value, key=name)
    else:
        st.text_input(label, value=value, key=name)


widgets = json.loads(Path(os.environ["BENCHMARK_WIDGETS"]).read_text(encoding="utf-8"))
is_set = st.query_params.get("set") == "1"
st.title("Bare panel")
with st.sidebar:
    for one in widgets:
        draw(one["kind"], one["label"], one["choices"], one["value"] if is_set else None)
st.chat_input("Ask anything")
