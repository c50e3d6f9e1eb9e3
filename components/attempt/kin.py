"""Forks: where a session comes from, and what was forked from it, as a way there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

import streamlit as st

from components.one_line import one_line
from components.state import key
from parley.reply.defuse import as_name

LONGEST = 40


class Kin(NamedTuple):
    """A session next of kin."""

    session_id: str
    title: str
    number: int | None = None
    """Which cell of the open session this fork was made from, counted from 1; None where that is gone, and for the parent."""


def kin_row(parent: Kin | None, children: Sequence[Kin], orphan: bool, go: Callable[[str], None]) -> None:
    """Draw it, where there is any; `go` is called before the page is drawn. An orphan was forked from what is deleted."""
    if parent is None and not children and not orphan:
        return
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="kin"):
        if parent is not None:
            _way(f"Forked from “{_named(parent)}”", "parent", parent, go)
        elif orphan:
            st.caption("Forked from a session that was deleted since.", width="content")
        if len(children) == 1:
            _way(f"Fork {_at(children[0])}“{_named(children[0])}”", "child", children[0], go)
        elif children:
            with st.popover(f"{len(children)} forks", icon=":material/fork_right:", key="children", type="tertiary"):
                for child in children:
                    _way(f"{_at(child)}“{_named(child)}”", "child", child, go)


def _way(label: str, which: str, there: Kin, go: Callable[[str], None]) -> None:
    icon = ":material/subdirectory_arrow_left:" if which == "parent" else ":material/fork_right:"
    place = key(which, there.session_id)
    st.button(label, key=place, icon=icon, type="tertiary", on_click=partial(go, there.session_id))


def _at(child: Kin) -> str:
    return "" if child.number is None else f"at cell {child.number}: "


def _named(there: Kin) -> str:
    return as_name(one_line(there.title, LONGEST)) or "Untitled"
