"""Pictures and sound that a model made or a person attached: only what is held in the text itself is shown, nothing is fetched."""

from __future__ import annotations

import binascii
import io
import re
import wave
from base64 import b64decode
from typing import Final

import streamlit as st
from PIL import Image, UnidentifiedImageError

from parley.reply.defuse import defuse, plain

_PICTURE = re.compile(r"data:image/(?:png|jpe?g|gif|webp);base64,", re.IGNORECASE)
_NO_ADDRESS = re.compile(r"[<>\s]")
_HEAD = 65_536
_MOST_PIXELS = 40_000_000
_SPEECH_RATE = 24_000
_SOUNDS: Final = (
    (b"RIFF", "audio/wav"),
    (b"ID3", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"),
    (b"OggS", "audio/ogg"),
    (b"fLaC", "audio/flac"),
)


def paint_image(address: object) -> None:
    """Draw a picture from its `data:` address; any other address is named, with a link, and left alone."""
    if not isinstance(address, str) or not address:
        st.caption("An image without an address.")
    elif not _PICTURE.match(address):
        st.markdown(defuse(f"![image](<{_NO_ADDRESS.sub('', address[:2_000])}>)"))
    elif (pixels := _pixels(address)) is None or pixels > _MOST_PIXELS:
        st.caption("An image that is too large to show, or broken." if pixels else "An image that cannot be read.")
    else:
        st.image(address, alt="Image in this message")


def _pixels(address: str) -> int | None:
    """Width times height by the picture's own header; the picture is not decoded. None where it is no picture."""
    data = address[address.index(",") + 1 :]
    for size in (_HEAD, len(data)):
        try:
            with Image.open(
                io.BytesIO(b64decode(data[: size - size % 4])), formats=("PNG", "JPEG", "GIF", "WEBP")
            ) as picture:
                return picture.width * picture.height
        except Image.DecompressionBombError:
            return _MOST_PIXELS + 1
        except (UnidentifiedImageError, OSError, ValueError, binascii.Error, SyntaxError):
            continue
    return None


def paint_audio(sound: bytes, transcript: str) -> None:
    """Draw a player where there is sound, and what is said; raw speech is 16-bit, mono, 24 kHz, as OpenAI's models send it."""
    if sound:
        kind = next((kind for head, kind in _SOUNDS if sound.startswith(head)), None)
        st.audio(sound if kind else _as_wave(sound), format=kind or "audio/wav")
    if transcript:
        st.markdown(defuse(transcript))
    elif not sound:
        st.caption(plain("The sound is still coming."))


def _as_wave(samples: bytes) -> bytes:
    held = io.BytesIO()
    with wave.open(held, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(_SPEECH_RATE)
        file.writeframes(samples[: len(samples) - len(samples) % 2])
    return held.getvalue()
