"""An input for each template variable of the open session, above the prompt box."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from components.one_line import one_line
from components.state import key
from parley.notebook import Template
from parley.reply.defuse import plain

VARIABLE = "variable"
MOST = 24
"""Inputs on screen at most: a pasted text may name thousands."""
SHOWN = 40
"""The most characters of a value in a line about it."""
COLUMNS, NARROWEST = 3, 180
"""Inputs beside one another at most, and the pixels that each has at least."""


def variable_key(name: str) -> str:
    """Names in other scripts get a mark of their own, because only Latin letters stand in a key."""
    mark = "" if re.fullmatch(r"[A-Za-z0-9_-]+", name) else hashlib.sha256(name.encode()).hexdigest()[:8]
    return key(VARIABLE, name, *filter(None, [mark]))


def variables_form(names: Sequence[str], values: Mapping[str, str], keep: Callable[[str, str], None]) -> None:
    """Draw it, where there is any variable; `keep` has a name and its value before the page is drawn anew."""
    if not names:
        return
    with st.container(border=True, gap="small", key="variables"):
        with st.grid(min(len(names), COLUMNS), min_column_width=NARROWEST):
            for name in names[:MOST]:
                _input(name, values.get(name, ""), keep)
        if said := remark(names, values):
            st.markdown(f":small[{said}]")


def remark(names: Sequence[str], values: Mapping[str, str]) -> str:
    """What is to be known before sending: which are empty, and how to send braces as they are."""
    empty = [name for name in names if not values.get(name)]
    words = []
    if empty:
        words.append(
            f":orange[:material/warning: Empty: {_listed(empty)}.] Nothing is sent in the place of an empty variable. "
            r"A backslash before it, `\{{name}}`, sends the braces as they are."
        )
    if len(names) > MOST:
        words.append(f"Of {len(names):,} variables the first {MOST} are shown.")
    return " ".join(words)


def held_back(missing: Sequence[str]) -> str:
    """Why something is not sent at once; plain text."""
    one = len(missing) == 1
    has, them, their = ("has no value", "it", "its") if one else ("have no values", "them", "their")
    return (
        f"Not sent yet: {_listed(missing, quote=False)} {has}. Fill {them} in, or send it again to send nothing in {their} "
        f"place; braces that are meant as braces have a backslash before them: \\{{{{{missing[0]}}}}}."
    )


def sent_with(template: Template) -> str:
    """The values that an attempt was sent with, on one line; empty where no variable had one to take."""
    shown = [
        f"{plain(name)} = {plain(one_line(value, SHOWN)) or 'nothing'}"
        for name, value in list(template.values.items())[:5]
    ]
    more = f" and {len(template.values) - 5} more" if len(template.values) > 5 else ""
    return f"Sent with {', '.join(shown)}{more}" if shown else ""


def fill_variables(values: Mapping[str, str]) -> None:
    """Let every input show these values, before any of them is drawn; one without a value is empty."""
    for widget in [one for one in st.session_state if str(one).startswith(f"{VARIABLE}-")]:
        st.session_state[widget] = ""
    for name, value in values.items():
        st.session_state[variable_key(name)] = value


def _input(name: str, value: str, keep: Callable[[str, str], None]) -> None:
    widget = variable_key(name)

    def typed() -> None:
        keep(name, str(st.session_state[widget] or ""))

    st.session_state.setdefault(widget, value)
    st.text_area(plain(name), key=widget, height="content", on_change=typed, placeholder="empty")


def _listed(names: Sequence[str], *, quote: bool = True) -> str:
    shown = [f"`{name}`" if quote else f"{{{{{name}}}}}" for name in names[:5]]
    return ", ".join(shown) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
