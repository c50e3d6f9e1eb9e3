"""Pictures and sound that a model made or a person attached: only what is held in the text itself is shown, nothing is fetched."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import streamlit as st

from components.attaching.offering import send_back
from components.state import key
from parley.media import held_in, size_words
from parley.media.parts import bytes_of as bytes_of_part
from parley.money import part
from parley.notebook.attached import attached_words
from parley.pictures import Picture, bytes_of, picture_of
from parley.reply import Audio
from parley.reply.defuse import defuse, plain
from parley.sounds import playable, sound_kind

_NO_ADDRESS = re.compile(r"[<>\s]")
_LARGEST_HEARD = 5_000_000
"""Bytes of a recording that a look at the page may carry to the browser."""
_TAKEN = re.compile(r"data:image/(?:png|jpeg|webp|gif);")
"""What models take, of what is shown."""
COMING = "The sound is still coming."


def paint_image(address: object, *, name: str = "") -> None:
    """Draw a picture from its `data:` address; any other address is named, with a link, and left alone.

    Under a `name` of its own it can be kept as a file, and be attached to the next prompt.
    """
    if not isinstance(address, str) or not address:
        st.caption("An image without an address.")
        return
    held = picture_of(address)
    if held is None:
        st.markdown(defuse(f"![image](<{_NO_ADDRESS.sub('', address[:2_000])}>)"))
        return
    if held.shown:
        st.image(held.shown, alt="Image in this message")
    else:
        st.caption(plain(held.why_not))
    if name and held.size:
        _acts(held, address, name)


def paint_attachment(one: Mapping[str, Any]) -> None:
    """Something attached that is no picture: a recording can be heard, all else is named."""
    held, kind = held_in(one), str(one.get("type"))
    st.caption(f"Attached: {plain(attached_words(one))}")
    if held is None:
        return
    sound = bytes_of_part(one) if held.way == "audio" and held.size <= _LARGEST_HEARD else None
    known = sound_kind(sound) if sound else None
    if sound and (known is not None or part(one, kind, "format") == "pcm16"):
        playing, heard = playable(sound)
        st.audio(playing, format=heard.media_type)


def _acts(held: Picture, address: str, name: str) -> None:
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key=key("picture", name)):
        _download(
            f"{(held.suffix or 'file').upper()}, {size_words(held.size)}", partial(_whole, address), name, held.suffix
        )
        if _TAKEN.match(held.shown) and _button("Use as input", key("reuse", name), held.shown):
            st.rerun()


def paint_audio(audio: Audio, *, live: bool, name: str = "") -> None:
    """Draw a player where there is sound, the way to keep it, and what is said; while it comes there is no player."""
    sound = b"" if live else audio.bytes
    if sound:
        playing, kind = playable(sound)
        st.audio(playing, format=kind.media_type)
        if name:
            with st.container(horizontal=True, key=key("sound", name)):
                _download(f"{kind.suffix.upper()}, {size_words(len(playing))}", lambda: playing, name, kind.suffix)
    if audio.transcript:
        st.markdown(defuse(audio.transcript))
    elif live:
        st.caption(plain(COMING))
    elif audio.data and not sound:
        st.caption("The sound of this answer is damaged and cannot be played.")
    elif not sound:
        st.caption("The answer was to have sound, and none came.")


def _button(label: str, place: str, address: str) -> bool:
    icon = ":material/add_photo_alternate:"
    return st.button(label, key=place, icon=icon, type="tertiary", on_click=send_back, args=(address,))


def _download(label: str, make: Callable[[], bytes], name: str, suffix: str) -> None:
    """Made when somebody asks for it, without a look at the page."""
    st.download_button(
        f"Download ({label})",
        make,
        file_name=f"answer.{suffix}",
        mime="application/octet-stream",
        key=key("download", name),
        icon=":material/download:",
        type="tertiary",
        on_click="ignore",
    )


def _whole(address: str) -> bytes:
    return bytes_of(address) or b""
