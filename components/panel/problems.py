"""What is wrong with a field, in the place where it is mended, and the ways out as buttons."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st
from pydantic import MISSING

from components.panel.edits import edit
from components.state import key
from parley.reply.defuse import plain
from parley.request import ChatRequest, Problem, Remedy
from parley.request.kept import same


def draw_problems(problems: Iterable[Problem], settings: ChatRequest | None = None) -> None:
    """Each in a line of its own: what would be refused, and what is only advice.

    With the `settings` that they were found in, each way out is a button below its sentence.
    """
    for number, problem in enumerate(problems):
        icon, colour = ("error", "red") if problem.blocks else ("info", "orange")
        small(f":material/{icon}: {plain(problem.message)}", colour)
        if settings is not None and problem.remedies:
            draw_ways_out(problem, number, settings)


def draw_ways_out(problem: Problem, number: int, settings: ChatRequest) -> None:
    """`number` tells the problems of one place apart, which may have the same way out."""
    name = key("mend", problem.path or problem.field, str(number))
    with st.container(horizontal=True, gap="xxsmall", key=name):
        for remedy in problem.remedies:
            words = plain(remedy.label)
            st.button(words, key=key(name, remedy.label), on_click=mend, args=(remedy, settings), width="content")


def mend(remedy: Remedy, settings: ChatRequest) -> None:
    """Callback of a way out."""
    before = settings.payload()
    after = remedy.applied(before)
    names = dict.fromkeys((*before, *after))
    kept = {name for name in names if name in before and name in after and same(before[name], after[name])}
    edit({name: after.get(name, MISSING) for name in names if name not in kept})


def small(markdown: str, colour: str = "gray") -> None:
    """A line of small print in full contrast, which st.caption has not."""
    st.markdown(f":small[:{colour}[{markdown}]]")
