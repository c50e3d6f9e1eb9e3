"""What a person says of runs, where it is said: beside the one that is open, and over all that are picked.

The store has the marks; each widget shows what is stored, and stores what it is changed to.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, Protocol

import streamlit as st

from components.history.frame import Line
from components.state import key
from parley.request.kept import counted

LONGEST_COMMENT = 2_000
_STAR, _NO_STAR = "Give a star", "Take it away"


class Mark(Protocol):
    """Stores marks of some runs: see `Store.mark`. What went wrong is said when the page is drawn."""

    def __call__(self, run_ids: Sequence[str], /, **marks: Any) -> None: ...


class Bulk(NamedTuple):
    """What is done with all runs that are picked, before the page is drawn."""

    mark: Mark
    compare: Callable[[str, str], None]
    delete: Callable[[Sequence[str]], None]
    none: Callable[[], None]
    """Pick none."""


def paint_marks(row: Line, known: Sequence[str], mark: Mark, beside: Callable[[], str | None]) -> str | None:
    """Star, rating, tags and comment of one run; `known` tags are on offer. Gives what it is compared with, which `beside` asks."""
    ids = (row.id,)
    star, rating, tags, comment = (key("history", part, row.id) for part in ("star", "rating", "tags", "comment"))
    _show(rating, None if row.rating is None else row.rating - 1)
    _show(tags, list(row.tags))
    _show(comment, row.comment)
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom", key=key("history", "marks")):
        with st.container(horizontal=True, gap="small", vertical_alignment="center", width="content"):
            label = "★ Starred" if row.starred else "☆ Star"
            st.button(label, key=star, type="tertiary", on_click=lambda: mark(ids, star=not row.starred))
            st.feedback("stars", key=rating, on_change=lambda: mark(ids, rating=_rating(rating)))
        other = beside()
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom", key=key("history", "said")):
        st.multiselect(
            "Tags",
            [*known, *(tag for tag in row.tags if tag not in known)],
            key=tags,
            accept_new_options=True,
            placeholder="Add one",
            on_change=lambda: mark(ids, **_tagged(row.tags, st.session_state[tags])),
            width="stretch",
        )
        st.text_input(
            "Comment",
            key=comment,
            max_chars=LONGEST_COMMENT,
            placeholder="Add one",
            on_change=lambda: mark(ids, comment=st.session_state[comment]),
            width="stretch",
        )
    return other


def paint_picked(picked: Sequence[str], known: Sequence[str], acts: Bulk) -> None:
    """What can be done with the runs that are picked. It stands there before any is: the table below must not move under a pointer
    that goes from box to box.
    """
    none = not picked
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key=key("history", "picked-acts")):
        st.markdown("**None picked**" if none else f"**{counted(len(picked), 'run')} picked**", width="content")
        _act("Star", "star", "star", lambda: acts.mark(picked, star=True), off=none)
        with st.popover(
            "Mark",
            icon=":material/sell:",
            type="tertiary",
            key=key("history", "mark"),
            on_change="rerun",
            disabled=none,
        ) as shown:
            if shown.open and picked:
                _form(picked, known, acts.mark)
        two = len(picked) == 2
        _act("Compare", "compare-picked", "compare_arrows", lambda: acts.compare(*picked), off=not two)
        _act("Delete", "delete", "delete", lambda: acts.delete(picked), off=none)
        _act("Pick none", "pick-none", "close", acts.none, off=none)


def _act(label: str, name: str, icon: str, do: Callable[[], None], *, off: bool = False) -> None:
    st.button(label, key=key("history", name), icon=f":material/{icon}:", type="tertiary", on_click=do, disabled=off)


def _form(picked: Sequence[str], known: Sequence[str], mark: Mark) -> None:
    """One form for all of them: what is left out stays as it is with each."""
    star = st.segmented_control("Star", [_STAR, _NO_STAR], key=_part("star"))
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.markdown(":small[Rating]", width="content")
        rating = st.feedback("stars", key=_part("rating"))
        unrated = st.checkbox("Take ratings away", key=_part("no-rating"))
    add = st.multiselect(
        "Add tags", known, key=_part("add"), accept_new_options=True, placeholder="Type one, or choose"
    )
    remove = st.multiselect("Take tags away", known, key=_part("remove"), placeholder="Choose")
    comment = st.text_input("Comment, in place of theirs", key=_part("comment"), max_chars=LONGEST_COMMENT)
    silent = st.checkbox("Take comments away", key=_part("no-comment"))
    marks: dict[str, Any] = {
        "star": None if star is None else star == _STAR,
        "rating": 0 if unrated else None if rating is None else rating + 1,
        "comment": "" if silent else comment or None,
        "add_tags": tuple(add),
        "remove_tags": tuple(remove),
    }
    st.button(
        f"Mark {counted(len(picked), 'run')}",
        key=_part("apply"),
        type="primary",
        disabled=not any(one is not None and one != () for one in marks.values()),
        on_click=lambda: _marked(picked, marks, mark),
    )


def _marked(picked: Sequence[str], marks: dict[str, Any], mark: Mark) -> None:
    mark(picked, **marks)
    st.session_state[key("history", "mark")] = False
    for part in ("star", "rating", "no-rating", "add", "remove", "comment", "no-comment"):
        st.session_state.pop(_part(part), None)


def paint_deleted(count: int, before: int, undo: Callable[[], None], dismiss: Callable[[], None]) -> None:
    """What was deleted a moment ago, and the way back; `before` says how many deletions can be taken back after this one."""
    with st.container(
        horizontal=True, gap="small", vertical_alignment="center", border=True, key=key("history", "gone")
    ):
        which = "It is" if count == 1 else "They are"
        more = f" {counted(before, 'earlier deletion')} can be undone after this one." if before else ""
        st.markdown(f"{counted(count, 'run')} deleted. {which} also gone from the notebook.{more}", width="stretch")
        _act("Undo", "undo", "undo", undo)
        _act("Dismiss", "dismiss", "close", dismiss)


def _part(name: str) -> str:
    return key("history", "mark", name)


def _show(widget: str, stored: Any) -> None:
    if st.session_state.get(widget) != stored:
        st.session_state[widget] = stored


def _rating(widget: str) -> int:
    """0 takes it away."""
    stars = st.session_state[widget]
    return 0 if stars is None else stars + 1


def _tagged(before: Sequence[str], after: Sequence[str]) -> dict[str, tuple[str, ...]]:
    return {
        "add_tags": tuple(tag for tag in after if tag not in before),
        "remove_tags": tuple(tag for tag in before if tag not in after),
    }
