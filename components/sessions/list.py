"""The list of sessions: a line for each, and what can be done with it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo
from decimal import Decimal
from typing import Literal, NamedTuple, Protocol, cast, get_args

import streamlit as st

from components.one_line import one_line
from components.state import key
from parley.money import dollars
from parley.reply.defuse import as_name, plain
from parley.request.kept import counted

SEARCH = key("sessions", "search")
_FIRST = key("sessions", "first")
_RENAMED = key("sessions", "renamed")
_TITLE = key("sessions", "title")
_WANTED = key("sessions", "wanted")
AT_ONCE = 20
"""Sessions on one page."""
LONGEST_TITLE = 200
_SHOWN = 80
"""Characters of a title that a line shows."""
Act = Literal["Open", "Rename", "Duplicate", "Present", "Share or export", "Delete"]
_ON_THE_MENU = get_args(Act)[1:]
_MENU_WIDTH = 24
_UNBROKEN = "\u00a0"


class Line(Protocol):
    """A session as it is listed."""

    @property
    def id(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def changed(self) -> datetime: ...
    @property
    def cells(self) -> int: ...
    @property
    def runs(self) -> int: ...
    @property
    def cost(self) -> Decimal | None: ...
    @property
    def unknown(self) -> int: ...
    @property
    def imported(self) -> int: ...
    @property
    def parent(self) -> str | None: ...


class Wanted(NamedTuple):
    """What somebody asked for."""

    act: Act
    session_id: str
    title: str = ""
    """The new one, where it is to be renamed."""


def search_box() -> str:
    """Draw it; gives the words that are looked for."""
    st.text_input(
        "Search sessions",
        key=SEARCH,
        type="search",
        icon=":material/search:",
        placeholder="Words in titles, prompts, notes and answers",
        label_visibility="collapsed",
        persist_state="session",
        on_change=begin_anew,
    )
    return str(st.session_state[SEARCH] or "").strip()


def clear_search() -> None:
    """Callback: look for nothing in particular."""
    st.session_state[SEARCH] = ""
    begin_anew()


def begin_anew() -> None:
    """Callback: the first page of what is found."""
    st.session_state[_FIRST] = 0


def first_shown() -> int:
    """The place in the list at which this page begins."""
    return int(st.session_state.get(_FIRST, 0))


def wanted() -> Wanted | None:
    """What was asked for of a line, once; before the lines are drawn, for it may be of one that is not there any more."""
    return cast("Wanted | None", st.session_state.pop(_WANTED, None))


def rows(lines: Sequence[Line], moment: datetime, open_here: str) -> None:
    """Draw them. `moment` is now, where the person is; `open_here` the session of this tab."""
    for line in lines:
        with st.container(gap=None, key=key("session-line", line.id)):
            if st.session_state.get(_RENAMED) == line.id:
                _renaming(line)
            else:
                _line(line, moment, is_open=line.id == open_here)


def pager(shown: int, total: int) -> None:
    """Where in the whole this page stands, and the ways to its neighbours; nothing where there are none."""
    first = first_shown()
    if not first and shown >= total:
        return
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key=key("sessions", "pages")):
        st.caption(f"{first + 1:,}–{first + shown:,} of {total:,}", width="content")
        _turn("Previous", "left", max(first - AT_ONCE, 0), off=not first)
        _turn("Next", "right", first + AT_ONCE, off=first + shown >= total)


def paint_no_match() -> None:
    """Nothing holds these words; the way out stands beside it."""
    st.info("No session holds these words.", icon=":material/search_off:")
    st.button("Clear the search", key=key("sessions", "clear"), on_click=clear_search)


def name_of(title: str) -> str:
    """A title as text on the screen, in Markdown."""
    return as_name(one_line(title, _SHOWN)) or "Untitled"


def facts_of(line: Line, moment: datetime) -> str:
    """What is known of it, on one line."""
    known = [
        counted(line.cells, "cell"),
        counted(line.runs, "run") if line.runs else "",
        cost_of(line) if line.runs else "",
        f"changed {when(line.changed, moment)}",
        "a fork" if line.parent else "",
    ]
    return " · ".join(filter(None, known))


def cost_of(line: Line) -> str:
    """The sum of what is known, and of how many runs it is not; what came from elsewhere cost nothing here."""
    if line.imported == line.runs:
        return "imported"
    known = "cost unknown" if line.cost is None else plain(dollars(line.cost))
    more = f"{line.unknown:,} unknown" if line.unknown and line.cost is not None else ""
    return ", ".join(filter(None, [known, more, f"{line.imported:,} imported" if line.imported else ""]))


def when(then: datetime, moment: datetime) -> str:
    """`today, 14:02`, `yesterday, 9:30`, `3 May`, `3 May 2025`."""
    there = then.astimezone(cast(tzinfo, moment.tzinfo))
    if there.date() == moment.date():
        return f"today,{_UNBROKEN}{there:%H:%M}"
    if there.date() == (moment - timedelta(days=1)).date():
        return f"yesterday,{_UNBROKEN}{there:%H:%M}"
    return f"{there.day} {there:%b}" if there.year == moment.year else f"{there.day} {there:%b %Y}"


def _line(line: Line, moment: datetime, *, is_open: bool) -> None:
    more = key("session", line.id, "more")
    with st.container(horizontal=True, wrap=False, gap="small", vertical_alignment="center"):
        with st.container(gap=None):
            st.button(
                name_of(line.title),
                key=key("session", line.id, "open"),
                type="tertiary",
                on_click=_ask,
                args=(Wanted("Open", line.id),),
            )
            st.caption(facts_of(line, moment) + (" · **open in this tab**" if is_open else ""))
        st.menu_button(
            f":material/more_horiz: What can be done with {name_of(line.title)}",
            list(_ON_THE_MENU),
            key=more,
            type="tertiary",
            width=_MENU_WIDTH,
            on_click=_chosen,
            args=(line, more),
        )


def _renaming(line: Line) -> None:
    """The title to be typed; it is taken by Enter or by the button."""
    with st.form(key("session", "rename"), border=False):
        st.text_input("Title", key=_TITLE, max_chars=LONGEST_TITLE)
        with st.container(horizontal=True, gap="small"):
            st.form_submit_button(
                "Rename", key=key("session", "rename-save"), type="primary", on_click=_renamed, args=(line,)
            )
            st.form_submit_button("Cancel", key=key("session", "rename-cancel"), on_click=_leave_title)


def _ask(what: Wanted) -> None:
    st.session_state[_WANTED] = what


def _chosen(line: Line, menu: str) -> None:
    act = cast(Act, st.session_state[menu])
    if act == "Rename":
        st.session_state[_RENAMED], st.session_state[_TITLE] = line.id, line.title[:LONGEST_TITLE]
    else:
        _ask(Wanted(act, line.id))


def _renamed(line: Line) -> None:
    _ask(Wanted("Rename", line.id, " ".join(str(st.session_state[_TITLE] or "").split())))
    _leave_title()


def _leave_title() -> None:
    st.session_state.pop(_RENAMED, None)


def _turn(label: str, side: Literal["left", "right"], first: int, *, off: bool) -> None:
    def go() -> None:
        st.session_state[_FIRST] = first

    icon, place = f":material/chevron_{side}:", key("sessions", label.lower())
    st.button(label, key=place, icon=icon, icon_position=side, type="tertiary", on_click=go, disabled=off)
