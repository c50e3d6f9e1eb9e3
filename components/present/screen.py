"""The button for the whole screen, and the script behind it, which also hears clickers and follows an answer that grows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st
from streamlit.errors import StreamlitAPIException

_BUTTON = """
<button type="button" title="Full screen (F)">
<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5"/></svg>
<span>Full screen</span>
</button>
"""
_LOOK = """
button {
  display: inline-flex; align-items: center; gap: 0.5rem; min-height: 2.5rem; padding: 0;
  border: 0; background: none; color: var(--st-text-color); font: inherit; font-size: 0.875rem; cursor: pointer; white-space: nowrap;
}
button[hidden] { display: none; }
button:hover { color: light-dark(#0f6478, #7cc7d8); }
button:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 2px; border-radius: var(--st-button-radius); }
svg { width: 1rem; height: 1rem; fill: none; stroke: currentColor; stroke-width: 1.75; }
"""


def screen_button(place: int, *, playing: bool) -> None:
    """Draw it; nothing where Parley was not installed as README says, and then the keys of a clicker do nothing, either."""
    try:
        component = _component()
    except StreamlitAPIException:
        return
    component(key="present-screen", data={"place": place, "playing": playing}, width="content")


def _component() -> Callable[..., Any]:
    return st.components.v2.component("parley.stage", html=_BUTTON, css=_LOOK, js="stage.js")
