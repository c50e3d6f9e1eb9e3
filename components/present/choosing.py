"""What can be presented: one's own sessions, and the samples that come with Parley."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

import streamlit as st

from components.state import key
from parley.notebook.samples import Sample
from parley.reply.defuse import plain


class Picked(NamedTuple):
    """What somebody wants to present."""

    id: str
    is_sample: bool = False


class Listed(Protocol):
    """A session as a list shows it: see `parley.store.SessionRow`."""

    @property
    def id(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def cells(self) -> int: ...


def choose(sessions: Sequence[Listed], samples: Sequence[Sample]) -> Picked | None:
    """Draw the lists; gives what was picked."""
    picked: Picked | None = None
    st.title("Present", anchor=False)
    st.markdown("Step by step, in large type, every answer as it really streamed. Nothing is sent while you present.")
    shown = [one for one in sessions if one.cells]
    if shown:
        st.markdown("**Your sessions**")
        with st.container(gap="xsmall"):
            for one in shown:
                if _row(plain(one.title) or "Untitled", key("present", "open", one.id), "slideshow"):
                    picked = Picked(one.id)
    st.markdown("**Samples**")
    with st.container(gap="xsmall"):
        for sample in samples:
            if _row(plain(sample.session.title), key("present", "open", sample.session.id), "science"):
                picked = Picked(sample.session.id, is_sample=True)
            st.caption(plain(sample.note))
    return picked


def _row(label: str, name: str, icon: str) -> bool:
    return st.button(label, key=name, type="tertiary", icon=f":material/{icon}:")
