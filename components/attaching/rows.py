"""What is attached, a row for each: what it looks like, what it is, how large, and what can be done with it before it is sent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import streamlit as st

from components.state import key
from parley.media import ENGINES, LONG_SIDE, Attachment, Lack, size_words
from parley.media.parts import bytes_of
from parley.reply.defuse import plain

ICONS = {"image": "image", "audio": "graphic_eq", "video": "movie", "file": "description"}
DETAILS = {
    "": "Detail",
    "low": "Low detail",
    "high": "High detail",
    "original": "Original",
    "auto": "Auto detail",
}
THUMB = 44
"""Pixels of a small picture."""
ROW = "attachment"
MOST_OTHERS = 3
LONGEST_PLAYED = 5_000_000
"""Bytes of sound or film that a look at the page may carry to the browser."""
LONGEST_TEXT = 1_000_000
"""Bytes of a text that may still go into a prompt as words."""


class Acts(Protocol):
    """What is done with attachments; all of it in callbacks, before the page is drawn."""

    def remove(self, one: Attachment) -> None: ...
    def put_detail(self, one: Attachment, detail: str) -> None: ...
    def scale(self, one: Attachment) -> None: ...
    def put_as_text(self, one: Attachment) -> None: ...
    def opened(self, one: Attachment) -> str:
        """The address at which a document can be read; empty where there is none."""
        ...


def rows(place: str, attached: Sequence[Attachment], acts: Acts) -> None:
    """Draw them; `place` tells the prompt box from the editors of cells."""
    for one in attached:
        with st.container(horizontal=True, gap="xsmall", vertical_alignment="center", key=key(ROW, place, one.id)):
            with st.container(horizontal=True, wrap=False, gap="small", vertical_alignment="center"):
                _picture(one)
                st.markdown(f"**{plain(one.name) or 'Without a name'}**  \n:small[{words(one)}]", width="stretch")
            with st.container(horizontal=True, gap="xsmall", vertical_alignment="center", width="content"):
                _choices(place, one, acts)
        if one.way in ("audio", "video") and 0 < one.size <= LONGEST_PLAYED:
            _player(one)


def words(one: Attachment) -> str:
    """What it is and how large; Markdown on one line."""
    if one.part.get("type") == "text":
        return f"Goes as text in the prompt · {len(str(one.part.get('text', ''))):,} characters"
    kind = one.kind.name if one.kind is not None else {"image": "Image", "video": "Video"}.get(one.way, "File")
    where = f"at {one.address}" if one.address else size_words(one.size)
    facts = ["" if kind == one.name else kind, where, one.measured.words if one.measured else "", one.note]
    return plain(" · ".join(fact for fact in facts if fact))


def refusals(place: str, said: Sequence[str], dismiss: Callable[[], None]) -> None:
    """Draw why files were left out, until it was read."""
    with st.container(horizontal=True, wrap=False, gap="small", vertical_alignment="top", key=key(place, "refused")):
        st.markdown("  \n".join(f":small[:red[:material/error: {plain(one)}]]" for one in said), width="stretch")
        st.button(
            ":material/close: Dismiss", key=key(place, "refused-remove"), type="tertiary", width=24, on_click=dismiss
        )


def pdf_choice(place: str, engine: str, choose: Callable[[str], None]) -> None:
    """Draw who reads a PDF."""
    name = key(place, "pdf-engine")
    st.session_state[name] = engine if engine in ENGINES else ""
    st.selectbox(
        "PDF read by",
        list(ENGINES),
        key=name,
        format_func=lambda one: ENGINES[one],
        on_change=lambda: choose(st.session_state[name] or ""),
        label_visibility="collapsed",
        width=208,
    )


def warning(place: str, label: str, lack: Lack, use: Callable[[str], None]) -> None:
    """Draw that the model does not take what is attached, with models that do."""
    others = lack.others[:MOST_OTHERS]
    then = "These do:" if others else "No model in the list takes all of it."
    st.markdown(f":orange[:material/warning: {plain(label)} does not list {lack.words} as input.] {then}")
    if others:
        with st.container(horizontal=True, gap="xsmall", key=key(place, "others")):
            for other in others:
                _other(place, other, use)


def _other(place: str, slug: str, use: Callable[[str], None]) -> None:
    name, icon = key(place, "use", slug), ":material/swap_horiz:"
    st.button(plain(slug), key=name, icon=icon, type="tertiary", on_click=use, args=(slug,))


def _picture(one: Attachment) -> None:
    if one.thumb:
        st.image(one.thumb, width=THUMB, alt=one.name)
    else:
        st.markdown(f":material/{ICONS[one.way]}:", width=THUMB, text_alignment="center")


def _player(one: Attachment) -> None:
    data, kind = bytes_of(one.part), one.kind
    if data and kind is not None and kind.way == "audio":
        st.audio(data, format=kind.media_type)
    elif data and kind is not None and kind.way == "video":
        st.video(data, format=kind.media_type, width=240)


def _choices(place: str, one: Attachment, acts: Acts) -> None:
    if one.way == "image":
        _detail(place, one, acts)
    if one.scalable:
        st.button(
            f"Scale to {LONG_SIDE:,} px",
            key=key(place, one.id, "scale"),
            icon=":material/photo_size_select_large:",
            type="tertiary",
            on_click=acts.scale,
            args=(one,),
            help="Models look at no more pixels than that; a smaller picture is sent sooner, and may cost less.",
        )
    if one.kind is not None and one.kind.is_pdf and (address := acts.opened(one)):
        st.link_button("Open", address, key=key(place, one.id, "open"), icon=":material/open_in_new:", type="tertiary")
    if one.kind is not None and one.kind.is_text and one.size <= LONGEST_TEXT:
        st.button(
            "Put it in as text",
            key=key(place, one.id, "text"),
            type="tertiary",
            on_click=acts.put_as_text,
            args=(one,),
            help="Any model reads it then.",
        )
    st.button(
        ":material/close: Remove",
        key=key(place, one.id, "remove"),
        type="tertiary",
        width=24,
        on_click=acts.remove,
        args=(one,),
    )


def _detail(place: str, one: Attachment, acts: Acts) -> None:
    name = key(place, one.id, "detail")
    inside = one.part.get("image_url")
    st.session_state[name] = str(inside.get("detail") or "") if isinstance(inside, dict) else ""
    known = (
        DETAILS if st.session_state[name] in DETAILS else {**DETAILS, st.session_state[name]: st.session_state[name]}
    )
    st.selectbox(
        "Detail",
        list(known),
        key=name,
        format_func=lambda chosen: known[chosen],
        on_change=lambda: acts.put_detail(one, st.session_state[name] or ""),
        label_visibility="collapsed",
        width=138,
    )
