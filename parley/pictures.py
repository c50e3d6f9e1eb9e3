"""Pictures and sound that are held in a text itself: what may be shown of them, found out from their heads alone."""

from __future__ import annotations

import binascii
import io
import re
import wave
from base64 import b64decode
from typing import Final

from PIL import Image, UnidentifiedImageError

PICTURE = re.compile(r"data:image/(?:png|jpe?g|gif|webp);base64,", re.IGNORECASE)
"""How an address begins that holds a picture which may be shown."""
MOST_PIXELS = 40_000_000
_HEAD = 65_536
_SPEECH_RATE = 24_000
_SOUNDS: Final = (
    (b"RIFF", "audio/wav"),
    (b"ID3", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"),
    (b"OggS", "audio/ogg"),
    (b"fLaC", "audio/flac"),
)


def pixels(address: str) -> int | None:
    """Width times height by the picture's own header; the picture is not decoded. None where it is no picture."""
    data = address[address.index(",") + 1 :]
    for size in (_HEAD, len(data)):
        try:
            with Image.open(
                io.BytesIO(b64decode(data[: size - size % 4])), formats=("PNG", "JPEG", "GIF", "WEBP")
            ) as picture:
                return picture.width * picture.height
        except Image.DecompressionBombError:
            return MOST_PIXELS + 1
        except (UnidentifiedImageError, OSError, ValueError, binascii.Error, SyntaxError):
            continue
    return None


def playable(sound: bytes) -> tuple[bytes, str]:
    """Sound with its media type; raw speech is 16-bit, mono, 24 kHz, as OpenAI's models send it, and becomes a WAV file."""
    kind = next((kind for head, kind in _SOUNDS if sound.startswith(head)), None)
    return (sound, kind) if kind else (_as_wave(sound), "audio/wav")


def _as_wave(samples: bytes) -> bytes:
    held = io.BytesIO()
    with wave.open(held, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(_SPEECH_RATE)
        file.writeframes(samples[: len(samples) - len(samples) % 2])
    return held.getvalue()
