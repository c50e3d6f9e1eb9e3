"""Pictures and sound that a model made or a person attached: only what is held in the text itself is shown, nothing is fetched."""

from __future__ import annotations

import re

import streamlit as st

from parley.pictures import MOST_PIXELS, PICTURE, pixels, playable
from parley.reply.defuse import defuse, plain

_NO_ADDRESS = re.compile(r"[<>\s]")


def paint_image(address: object) -> None:
    """Draw a picture from its `data:` address; any other address is named, with a link, and left alone."""
    if not isinstance(address, str) or not address:
        st.caption("An image without an address.")
    elif not PICTURE.match(address):
        st.markdown(defuse(f"![image](<{_NO_ADDRESS.sub('', address[:2_000])}>)"))
    elif (size := pixels(address)) is None or size > MOST_PIXELS:
        st.caption("An image that is too large to show, or broken." if size else "An image that cannot be read.")
    else:
        st.image(address, alt="Image in this message")


def paint_audio(sound: bytes, transcript: str) -> None:
    """Draw a player where there is sound, and what is said."""
    if sound:
        playing, kind = playable(sound)
        st.audio(playing, format=kind)
    if transcript:
        st.markdown(defuse(transcript))
    elif not sound:
        st.caption(plain("The sound is still coming."))
