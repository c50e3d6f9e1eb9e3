"""What the check found in what is about to leave, and what becomes of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple, cast, get_args

import streamlit as st

from components.one_line import one_line
from components.panel.folds import inner_fold
from components.state import key
from parley.reply.defuse import plain
from parley.request.kept import counted

Choice = Literal["Keep", "Mask", "Drop"]
_CHOICES = get_args(Choice)
SHOWN = 40
"""Places of one kind that are listed one by one."""
_EXCERPT = 100


class Row(NamedTuple):
    """One thing that was found."""

    kind: str
    """What it is, as people say it: `E-mail address`."""
    place: str
    excerpt: str
    proposed: Choice = "Keep"
    choices: tuple[Choice, ...] = _CHOICES


def check(found: Mapping[str, Row]) -> dict[str, Choice]:
    """Draw it, kind by kind; gives for each thing, by its name, what becomes of it."""
    if not found:
        st.success("The check found nothing that should stay here.", icon=":material/verified_user:")
        return {}
    kinds: dict[str, list[str]] = {}
    for name, row in found.items():
        kinds.setdefault(row.kind, []).append(name)
    st.markdown(
        f"**The check found {counted(len(found), 'thing')}.** Say for each kind, or one by one, what becomes of it."
    )
    settled: dict[str, Choice] = {}
    for kind, names in kinds.items():
        settled |= _kind(kind, names, found)
    return settled


def _kind(kind: str, names: Sequence[str], found: Mapping[str, Row]) -> dict[str, Choice]:
    """All of one kind at once, and in a fold each of them, which may differ."""
    first = found[names[0]]
    place = key("share", "kind", kind)
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key=key(place, "row")):
        st.markdown(f"{plain(kind)} · {len(names):,}", width="stretch")
        st.session_state.setdefault(place, first.proposed)
        for_all = cast(
            Choice,
            st.segmented_control(
                f"All of kind {kind}",
                first.choices,
                key=place,
                required=True,
                label_visibility="collapsed",
                width="content",
            ),
        )
    settled = dict.fromkeys(names, for_all)
    with inner_fold("Where", under=key(place, "where")) as is_open:
        if is_open:
            for name in names[:SHOWN]:
                settled[name] = _one(name, found[name], for_all)
            if len(names) > SHOWN:
                st.caption(f"And {len(names) - SHOWN:,} more, for which the same holds as for all.")
        else:
            settled |= {name: kept for name in names[:SHOWN] if (kept := _kept(name)) is not None}
    return settled


def _one(name: str, row: Row, for_all: Choice) -> Choice:
    """One thing; what was not said of it is what was said of all."""
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.markdown(f"{plain(row.place)}  \n:small[{plain(one_line(row.excerpt, _EXCERPT))}]", width="stretch")
        said = st.segmented_control(
            f"{row.kind} in {row.place}",
            row.choices,
            key=_key(name),
            label_visibility="collapsed",
            width="content",
            persist_state="session",
        )
    return said or for_all


def _kept(name: str) -> Choice | None:
    return cast("Choice | None", st.session_state.get(_key(name)))


def _key(name: str) -> str:
    return key("share", "found", name)


def forget_choices() -> None:
    """What was said of one session says nothing of the next."""
    for name in [one for one in st.session_state if str(one).startswith(("share-kind-", "share-found-"))]:
        del st.session_state[name]
