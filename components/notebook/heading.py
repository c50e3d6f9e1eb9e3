"""The notebook's heading: the session's title, undo and redo, and the way to other sessions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple, Protocol

import streamlit as st

from components.cell.content import CACHES, cached_up_to_here
from components.cell.shortcuts import keys, shortcut_list
from components.one_line import one_line
from components.panel.seen import held, write
from components.sharing.asking import ask_to_share
from components.state import key
from parley.notebook import Session, edits
from parley.reply.defuse import as_name, plain

ICON = 24
"""Pixels of a button that is an icon; its words are there to be heard (`looks.py`)."""
LONGEST = 48
"""Characters of the system prompt on its fold."""


class Listed(Protocol):
    """A session as a list shows it."""

    @property
    def id(self) -> str: ...
    @property
    def title(self) -> str: ...


class Picked(NamedTuple):
    """A session to open; None is a new one."""

    session_id: str | None


class Steps(NamedTuple):
    """Undo and redo: whether there is something to be undone, or done again, and how."""

    back: bool
    forth: bool
    undo: Callable[[], None]
    redo: Callable[[], None]


def heading(session: Session, steps: Steps, others: Callable[[], Sequence[Listed]]) -> Picked | None:
    """Draw it; gives the session that was asked for. `others` are read when somebody looks at them."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        with st.container(horizontal=True, wrap=False, vertical_alignment="center", gap="small"):
            st.title(as_name(session.title) or "New session", anchor=False)
            _icons(session, steps)
        with st.container(horizontal=True, gap="small", width="content"):
            return _ways_on(session, others)


def _icons(session: Session, steps: Steps) -> None:
    with st.container(horizontal=True, wrap=False, gap="small", width="content", key="row-heading"):
        _step("Undo", "undo", steps.undo, off=not steps.back)
        _step("Redo", "redo", steps.redo, off=not steps.forth)
        st.button(
            ":material/ios_share: Share or export",
            key="session-share",
            type="tertiary",
            width=ICON,
            disabled=not session.version,
            on_click=ask_to_share,
            args=(session.id, "notebook"),
        )
        shortcut_list()


def _step(label: str, name: Literal["undo", "redo"], do: Callable[[], None], *, off: bool) -> None:
    st.button(
        f":material/{name}: {label}",
        key=key("session", name),
        type="tertiary",
        width=ICON,
        disabled=off,
        on_click=do,
        shortcut=keys(name),
    )


def _ways_on(session: Session, others: Callable[[], Sequence[Listed]]) -> Picked | None:
    picked: Picked | None = None
    with st.popover("Sessions", icon=":material/history:", key="sessions-menu", on_change="rerun") as menu:
        for one in others() if menu.open else ():
            label = as_name(one.title) or "Untitled"
            if st.button(label, key=key("open", one.id), type="tertiary", disabled=one.id == session.id):
                picked = Picked(one.id)
        if menu.open:
            st.page_link("pages/3_Sessions.py", label="All sessions", icon=":material/folder_open:")
    if st.button("New session", key="session-new", icon=":material/add:", disabled=not session.version):
        picked = Picked(None)
    return picked


def system_prompt(session: Session, more: Callable[[], None]) -> str:
    """The box for the system prompt; gives what it holds. `more` draws what else can be done with one that is there."""
    text, top = edits.system_prompt(session), edits.system_cell(session)
    label = "System prompt" if not text else f"System prompt · {plain(one_line(text, LONGEST))}"
    with st.expander(label, icon=":material/psychology:", key="system"):
        said = st.text_area(
            "System prompt",
            text,  # also what it was filled with: a browser that was sent a later run before it drew that one would say it is empty
            key=_box(session.id),
            placeholder="How the model should behave. Sent first, in every request of this session.",
            label_visibility="collapsed",
        )
        if text and top is not None:
            with st.container(horizontal=True, gap="small", vertical_alignment="center"):
                cached = f" {CACHES[mark]}." if (mark := cached_up_to_here(top.message)) else ""
                st.caption(f"Sent first, as the {top.message['role']} message.{cached}", width="content")
                more()
    return said or ""


def fill_system_prompt(session_id: str, text: str) -> None:
    """Put `text` into the box; before it is drawn in this run, and before the sidebar, which tells the browser of it."""
    write(_box(session_id), text)


def system_typed(session_id: str, text: str) -> str:
    """What the box holds in a callback, before it is drawn; `text` where there is no box."""
    box = _box(session_id)
    return str(held(box) or "") if box in st.session_state else text


def _box(session_id: str) -> str:
    return key("system-prompt", session_id)
