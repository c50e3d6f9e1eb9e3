"""The button that copies an answer as it is stored: Markdown and all, not as it is painted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st
from streamlit.errors import StreamlitAPIException

_BUTTON = """
<button type="button" aria-label="Copy this answer" title="Copy this answer as it was received">
<svg viewBox="0 0 24 24" aria-hidden="true"><rect x="9" y="9" width="11" height="11" rx="2"/><path d="M5 15V6a2 2 0 0 1 2-2h8"/></svg>
<span role="status">Copy</span>
</button>
"""
_LOOK = """
button {
  display: inline-flex; align-items: center; gap: 0.5rem; min-height: 2.5rem; padding: 0;
  border: 0; background: none; color: var(--st-text-color); font: inherit; font-size: 0.875rem; cursor: pointer; white-space: nowrap;
}
button:hover { color: light-dark(#0f6478, #7cc7d8); }
button:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 2px; border-radius: var(--st-button-radius); }
span { min-width: 3.5rem; text-align: left; }
svg { width: 1rem; height: 1rem; fill: none; stroke: currentColor; stroke-width: 1.75; stroke-linejoin: round; }
"""


def copy_button(text: str, name: str) -> None:
    """Draw it under the key `name`; nothing where there is nothing to copy, or where Parley was not installed as README says."""
    if not text:
        return
    try:
        component = _component()
    except StreamlitAPIException:
        return
    with st.container(key=name, width="content"):
        component(key=f"{name}-button", data={"text": text}, width="content")


def _component() -> Callable[..., Any]:
    return st.components.v2.component("parley.copy", html=_BUTTON, css=_LOOK, js="copy.js")
