"""Pictures and sound, made here: a small PNG, and a tone."""

from __future__ import annotations

import base64
import math
import struct
import zlib
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import Any

from parley.local.parts import Refusal
from parley.local.scripted.table import PROVIDER, Asked, Ending, Step, pieces, scripted_model, spoken

SIDE = 64
IMAGE_TOKENS = 1290
HERTZ, SAMPLES = 440, 24_000
SECONDS, AUDIO_PIECES = 1, 8
SPEECH = "This is a tone, not a voice: no model runs."
KEPT_UNTIL = 2_000_000_000


def png(side: int = SIDE) -> bytes:
    """A square of colours, `side` pixels wide."""
    pixels = (bytes((255 * x // side, 255 * y // side, 160)) for y in range(side) for x in range(side))
    flat = b"".join(pixels)
    rows = b"".join(b"\0" + flat[at : at + 3 * side] for at in range(0, len(flat), 3 * side))
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + block(b"IHDR", header) + block(b"IDAT", zlib.compress(rows)) + block(b"IEND", b"")


def block(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def tone() -> bytes:
    """A second of a quiet tone: PCM, 16 bits, mono, 24 kHz."""
    wave = (int(6000 * math.sin(math.tau * HERTZ * at / SAMPLES)) for at in range(SAMPLES * SECONDS))
    return b"".join(struct.pack("<h", height) for height in wave)


@scripted_model(
    "scripted/image",
    "Scripted: text and an image",
    output_modalities=("text", "image"),
    pricing={"prompt": "0.0000003", "completion": "0.0000025", "image_output": "0.00003"},
)
def image(asked: Asked) -> Iterator[Step]:
    """Writes a line, then sends a small PNG as a data URL in one piece, with image tokens at their own price."""
    url = "data:image/png;base64," + base64.b64encode(png()).decode()
    drawn = {"images": [{"type": "image_url", "image_url": {"url": url}, "index": 0}]}
    yield from asked.paced([*spoken("Here is a square of colours."), drawn])
    yield 0.0, Ending(native="STOP", more={"completion": IMAGE_TOKENS, "drawn": IMAGE_TOKENS})


@scripted_model("scripted/audio", "Scripted: sound and its transcript", output_modalities=("text", "audio"))
def audio(asked: Asked) -> Iterator[Step]:
    """Plays a second of a tone as 16-bit PCM in pieces, with a transcript. Wants stream, modalities with audio, and an audio
    object with the format pcm16, as OpenAI's models do."""
    check_audio(asked)
    sound, words = tone(), pieces(SPEECH)
    size = len(sound) // AUDIO_PIECES
    sounds = [base64.b64encode(sound[at : at + size]).decode() for at in range(0, len(sound), size)]
    yield from asked.paced(heard(words, sounds))
    yield 0.0, Ending(more={"completion": len(words) + 50, "spoken": 50})


def heard(words: Sequence[str], sounds: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Pieces of the transcript and of the sound, side by side; the last says how long the whole is kept."""
    for word, sound in zip_longest(words, sounds):
        told = {"id": "audio_scripted", "transcript": word, "data": sound}
        yield {"audio": {name: value for name, value in told.items() if value is not None}}
    yield {"audio": {"id": "audio_scripted", "expires_at": KEPT_UNTIL}}


def check_audio(asked: Asked) -> None:
    """Raises Refusal for a request that no endpoint speaks to."""
    wanted = asked.body.get("audio")
    if "audio" not in (asked.body.get("modalities") or ()):
        raise Refusal(400, 'Audio output needs "modalities": ["text", "audio"].', metadata=ours("modalities"))
    if asked.body.get("stream") is not True:
        raise Refusal(400, "Audio output requires stream: true", metadata=ours("stream"))
    given = wanted.get("format") if isinstance(wanted, dict) else None
    if given != "pcm16":
        raw = f"Unsupported value: 'audio.format' does not support '{given}' when stream=true. Supported: 'pcm16'."
        raise Refusal(400, "Provider returned error", metadata=ours("audio.format") | {"raw": raw})


def ours(parameter: str) -> dict[str, str]:
    return {"provider_name": PROVIDER, "error_type": "invalid_request", "provider_code": parameter}
