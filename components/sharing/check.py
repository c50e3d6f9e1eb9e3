"""What the check found in what is about to leave, and what becomes of each."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple, cast

import streamlit as st

from components.one_line import one_line
from components.panel.folds import inner_fold
from components.state import key
from parley.reply.defuse import plain
from parley.request.kept import counted

Choice = Literal["keep", "mask", "drop"]
_MARK = "share-says"
SHOWN = 30
"""Things of one kind that are listed one by one."""
PLACES = 3
"""Places of one thing that are named."""
_EXCERPT = 60
_MAY_DIFFER = " What is chosen for one of them holds for it alone."


class Row(NamedTuple):
    """One thing that was found, however often it stands there."""

    kind: str
    """What it is, for people: `E-mail address`."""
    why: str
    shown: str
    """As much of it as may be shown over somebody's shoulder."""
    places: Sequence[str]
    advice: Choice
    choices: tuple[Choice, ...] = ("keep", "mask", "drop")


def check(found: Mapping[str, Row]) -> dict[str, Choice]:
    """Draw it, kind by kind; gives for each thing, by its id, what becomes of it."""
    if not found:
        st.success("The check found nothing that had better stay here.", icon=":material/verified_user:")
        return {}
    st.markdown(f"**The check found {counted(len(found), 'thing')}.** Each is kept, masked, or dropped:")
    kinds: dict[str, list[str]] = {}
    for name, row in found.items():
        kinds.setdefault(row.kind, []).append(name)
    settled: dict[str, Choice] = {}
    for kind, names in kinds.items():
        settled |= _kind(kind, names, found)
    return settled


def _kind(kind: str, names: Sequence[str], found: Mapping[str, Row]) -> dict[str, Choice]:
    """All of one kind at once, and in a fold each of them, which may differ."""
    first, place = found[names[0]], key(_MARK, kind)
    st.session_state.setdefault(place, first.advice)
    alone, number = len(names) == 1, f"{len(names):,}" if len(names) > 1 else ""
    with st.container(horizontal=True, gap="small", vertical_alignment="top", key=key("share-kind", kind)):
        with st.container(), inner_fold(kind, number, under=key("share-where", kind)) as is_open:
            if is_open:
                rest = f" Another {len(names) - SHOWN:,} go as all of this kind." if len(names) > SHOWN else ""
                st.caption(f"{plain(first.why)}{'' if alone else _MAY_DIFFER}{rest}")
            said = {name: _one(name, found[name], alone) if is_open else _said(name) for name in names[:SHOWN]}
        st.segmented_control(
            f"{'This' if alone else 'All of this kind'}: {kind}",
            first.choices,
            format_func=str.capitalize,
            key=place,
            required=True,
            width="content",
        )
    for_all = cast(Choice, st.session_state[place])
    apart = {} if alone else {name: choice for name, choice in said.items() if choice is not None}
    return dict.fromkeys(names, for_all) | apart


def _one(name: str, row: Row, alone: bool) -> Choice | None:
    """One thing; where nothing is said of it, what was said of all of its kind holds. Where it is `alone`, that says it all."""
    more = f" and {counted(len(row.places) - PLACES, 'more place')}" if len(row.places) > PLACES else ""
    where = plain(" · ".join(row.places[:PLACES]) + more)
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.markdown(f"{as_code(one_line(row.shown, _EXCERPT))}  \n:small[{where}]", width="stretch")
        if not alone:
            st.segmented_control(
                f"Only this: {plain(row.shown[:_EXCERPT])}",
                row.choices,
                format_func=str.capitalize,
                key=_key(name),
                label_visibility="collapsed",
                width="content",
                persist_state="session",
            )
    return _said(name)


def as_code(text: str) -> str:
    """A text that Markdown makes nothing of, no link of an address either."""
    ticks = "`" * (1 + max((len(run) for run in re.findall("`+", text)), default=0))
    return f"{ticks} {text} {ticks}"


def _said(name: str) -> Choice | None:
    return cast("Choice | None", st.session_state.get(_key(name)))


def _key(name: str) -> str:
    return key(_MARK, "one", name)


def forget_choices() -> None:
    """What was said of one session says nothing of the next."""
    for name in [one for one in st.session_state if str(one).startswith((_MARK, "share-where"))]:
        del st.session_state[name]
