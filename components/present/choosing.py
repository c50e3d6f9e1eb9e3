"""What can be presented: one's own sessions, and the samples that come with Parley."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

import streamlit as st

from components.one_line import one_line
from components.state import key
from parley.notebook.samples import Sample
from parley.reply.defuse import as_name, plain
from parley.request.kept import counted

NOTHING = "What this address names is not here, or there is nothing in it to present yet. Choose something else."
_SHOWN = 80
"""Characters of a title that a line shows."""


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


def choose(sessions: Sequence[Listed], samples: Sequence[Sample], *, in_vain: bool = False) -> Picked | None:
    """Draw the lists; gives what was picked. `in_vain` says that something was asked for that cannot be presented."""
    picked: Picked | None = None
    st.title("Present", anchor=False)
    if in_vain:
        st.warning(NOTHING, icon=":material/info:")
    st.markdown("Step by step, in large type, every answer as it really streamed. Nothing is sent while you present.")
    shown = [one for one in sessions if one.cells]
    if shown:
        st.markdown("**Your sessions**")
        for one in shown:
            if _row(one.title or "Untitled", one.id, counted(one.cells, "cell")):
                picked = Picked(one.id)
    st.markdown("**Samples**")
    for sample in samples:
        if _row(sample.session.title, sample.session.id, sample.note):
            picked = Picked(sample.session.id, is_sample=True)
    return picked


def _row(title: str, name: str, about: str) -> bool:
    with st.container(gap=None, key=key("present", "line", name)):
        picked = st.button(
            as_name(one_line(title, _SHOWN)),
            key=key("present", "open", name),
            type="tertiary",
            icon=":material/play_circle:",
        )
        st.caption(plain(about))
    return picked
