"""The ways in: what is chosen, pasted or dropped beside the prompt box, and a small form for an address."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple, cast

import streamlit as st
from streamlit.errors import StreamlitAPIException
from streamlit.runtime.uploaded_file_manager import UploadedFile

from components.handed_over import handed_over
from components.notebook.prompt import PROMPT
from components.state import key
from parley.media import LARGEST_MB, Way
from parley.media.limits import LARGEST
from parley.reply.defuse import plain

INTO = "attach"
_ROUND = key(INTO, "round")
_WAYS = key(INTO, "ways")
KINDS: dict[str, Way | None] = {"As its end tells": None, "Image": "image", "Video": "video", "Document": "file"}


class Brought(NamedTuple):
    """A file as it was handed over."""

    data: bytes
    name: str


class Left(NamedTuple):
    """A file that never reached the server; without a size it was lost on its way."""

    name: str
    size: int


def brought(files: object) -> list[Brought]:
    """The files in an uploader's value."""
    some: Iterable[object] = files if isinstance(files, list) else [files]
    return [Brought(handed_over(one), one.name) for one in some if isinstance(one, UploadedFile)]


def recorded(sound: object) -> list[Brought]:
    """What a microphone heard; its own name is a row of figures."""
    return [Brought(one.data, "Recording.wav") for one in brought(sound)]


def take_in(take: Callable[[Sequence[Brought]], object], left: Callable[[Sequence[Left]], None]) -> None:
    """Draw what takes files for the prompt box; it shows nothing but files on their way.

    Where Parley's script cannot be served, which is where Parley was not installed as README says, the box keeps files until it is sent.
    """
    number = int(st.session_state.get(_ROUND, 0))
    place = key(INTO, "files", str(number))

    def came() -> None:
        if st.session_state.get(_ROUND, 0) != number:
            return  # told twice: whatever else was told meanwhile came with files that are taken already
        st.session_state[_ROUND] = number + 1
        take(list(dict.fromkeys(brought(st.session_state[place]))))

    def lost() -> None:
        told = cast("list[dict[str, Any]]", st.session_state[_WAYS].refused or [])
        if any(not one.get("size") for one in told):
            st.session_state[_ROUND] = number + 1
        left([Left(str(one.get("name", "")), int(one.get("size") or 0)) for one in told])

    with st.container(key=INTO, gap=None):
        st.file_uploader(
            "Attach files",
            key=place,
            accept_multiple_files=True,
            max_upload_size=LARGEST_MB,
            label_visibility="collapsed",
            on_change=came,
        )
        with contextlib.suppress(StreamlitAPIException):
            data = {"box": PROMPT, "into": INTO, "limit": LARGEST, "round": number}
            _component()(key=_WAYS, data=data, height=0, on_refused_change=lost)


def by_address(place: str, attach: Callable[[str, Way | None], str]) -> None:
    """Draw a form for what stands on the web; `attach` gives why an address cannot be taken, or nothing."""
    box, kind, why = key(place, "address"), key(place, "kind"), key(place, "why")

    def given() -> None:
        st.session_state[why] = attach(
            str(st.session_state[box] or ""), KINDS[st.session_state[kind] or next(iter(KINDS))]
        )
        if not st.session_state[why]:
            st.session_state[box] = ""

    label = ":material/add_link: Attach by address"
    with (
        st.container(key=key("row", place, "address"), width="content"),
        st.popover(label, key=key(place, "by-address"), type="tertiary", width=24, on_change="rerun") as form,
    ):
        if not form.open:
            return
        st.text_input("Address", key=box, placeholder="https://… or data:…")
        st.pills("What stands there", list(KINDS), key=kind, required=True, default=next(iter(KINDS)))
        st.caption("The model's provider fetches it; Parley does not. Not every provider can.")
        st.button("Attach", key=key(place, "give-address"), type="primary", on_click=given)
        if st.session_state.get(why):
            st.markdown(f":red[:material/error: {plain(st.session_state[why])}]")


def _component() -> Callable[..., Any]:
    return st.components.v2.component("parley.attach", js="attach.js")
