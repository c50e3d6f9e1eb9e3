"""What of a long answer is shown, and the buttons that show more of it.

An answer that was seen while it came stays whole, so that nothing ever shrinks before somebody's eyes; one that had ended when this
tab first saw it shows its head. What is over the budget of `parley.reply.defuse` is drawn when a person asks for it. Which answers
these are stands in UiState, as what was unfolded does everywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import NamedTuple

import streamlit as st

from components.state import key, ui

LONG = 8_000
"""Characters from which on an answer folds: about two screens."""
HEAD = 3_000
"""Characters of which at least are shown then, and at least are hidden."""
AT_FIRST, AT_ONCE = 6, 4
"""Pieces that the first look draws at most, and that each later one adds: a browser that is handed a whole long answer stands still
for as long as it draws it, and the longer the more is there."""


class Shown(NamedTuple):
    """What of an answer is drawn now."""

    pieces: Sequence[str]
    folded: bool = False
    """The rest waits for the person."""
    behind: bool = False
    """The rest waits for the next look."""


def shown_of(pieces: Sequence[str], name: str, *, looking: bool) -> Shown:
    """The pieces to draw of the answer `name`, at which the page is `looking` again and again; one without a name never folds."""
    drawn = ui().drawn
    if not name:
        return Shown(pieces)
    if looking:
        there = drawn.get(name, 0)
        drawn[name] = min(len(pieces), there + AT_ONCE if there else AT_FIRST)
        return Shown(pieces[: drawn[name]], behind=drawn[name] < len(pieces))
    size = sum(map(len, pieces))
    if size < LONG or name in drawn:
        return Shown(pieces)
    head = next(count for count, sum_ in enumerate(accumulate(map(len, pieces)), 1) if sum_ >= HEAD)
    return Shown(pieces[:head], folded=True) if size - sum(map(len, pieces[:head])) >= HEAD else Shown(pieces)


def show_all(name: str) -> None:
    ui().drawn[name] = 0


def unfold_button(text: str, name: str) -> None:
    _button(f"Show all of {len(text.split()):,} words", key("unfold", name), show_all, name, icon="expand_more")


def render_anyway(name: str) -> bool:
    """Whether the person asked for what is over the budget."""
    return name in ui().costly


def render_button(name: str) -> None:
    st.caption("Some of this answer is shown as plain text, because drawing it may freeze the page for a while.")
    _button("Render anyway", key("render", name), _render, name, icon="visibility")


def _render(name: str) -> None:
    ui().costly.add(name)


def _button(label: str, place: str, act: Callable[[str], None], name: str, *, icon: str) -> None:
    st.button(label, key=place, on_click=act, args=(name,), type="tertiary", icon=f":material/{icon}:")
