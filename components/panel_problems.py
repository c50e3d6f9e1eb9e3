"""What is wrong with a field, in the place where it is mended."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

from parley.reply.defuse import plain
from parley.request import Problem


def draw_problems(problems: Iterable[Problem]) -> None:
    """Each in a line of its own: what would be refused, and what is only advice."""
    for problem in problems:
        icon, colour = ("error", "red") if problem.blocks else ("info", "orange")
        small(f":material/{icon}: {plain(problem.message)}", colour)


def small(markdown: str, colour: str = "gray") -> None:
    """A line of small print in full contrast, which st.caption has not."""
    st.markdown(f":small[:{colour}[{markdown}]]")
