"""How the local model is doing, in a line: on its way, starting, ready, or why not."""

from __future__ import annotations

from typing import Protocol

import streamlit as st


class Standing(Protocol):
    """What is known of the local server: see `parley.local.LocalStatus`."""

    @property
    def stage(self) -> str: ...
    @property
    def fraction(self) -> float: ...
    @property
    def sentence(self) -> str: ...


def on_its_way(status: Standing) -> bool:
    return status.stage in ("idle", "fetching", "starting")


def paint_local_status(status: Standing) -> None:
    """A progress bar while the weights come, a line otherwise."""
    if status.stage == "fetching":
        st.progress(min(max(status.fraction, 0.0), 1.0), text=status.sentence)
    elif status.stage == "failed":
        st.warning(status.sentence, icon=":material/error:")
    else:
        st.caption(status.sentence)
