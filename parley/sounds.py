"""Sound that a model made: what it is by its own bytes, and raw speech as a file that every player takes.

OpenAI's models stream raw samples (`pcm16`), which have no head; and any two bytes may begin them, also those of an MPEG frame. So a
frame counts as one only where another follows it. Source: OpenRouter's guide on audio output.
"""

from __future__ import annotations

import io
import wave
from typing import Final

from parley.media.kinds import AAC, MP3, WAV, Kind, kind_of

SPEECH_RATE: Final = 24_000
_BITRATES: Final = {
    3: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    2: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
"""Kilobits a second of MPEG 1 and of MPEG 2, layer III, by the frame's index."""
_RATES: Final = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}


def sound_kind(sound: bytes) -> Kind | None:
    """What the bytes are; None for raw samples."""
    kind = kind_of(sound if sound[4:8] == b"ftyp" else sound[:4096])
    if kind is None or kind.way != "audio":
        return None
    headless = kind in (MP3, AAC) and not sound.startswith(b"ID3")
    return None if headless and not _frames_follow(sound, kind) else kind


def playable(sound: bytes) -> tuple[bytes, Kind]:
    """Sound as a file of its kind; raw speech is 16-bit, mono, 24 kHz, and becomes a WAV file."""
    kind = sound_kind(sound)
    return (sound, kind) if kind else (_as_wave(sound), WAV)


def seconds_of(samples: int) -> float:
    """How long so many bytes of raw speech last."""
    return samples / (2 * SPEECH_RATE)


def _frames_follow(sound: bytes, kind: Kind) -> bool:
    length = _adts_length(sound) if kind == AAC else _mpeg_length(sound)
    return length > 0 and (len(sound) <= length or sound[length : length + 2] == sound[:2])


def _adts_length(sound: bytes) -> int:
    if len(sound) < 7:
        return 0
    return (sound[3] & 3) << 11 | sound[4] << 3 | sound[5] >> 5


def _mpeg_length(sound: bytes) -> int:
    """Bytes of the frame that begins here; 0 where its head says what no frame's does."""
    if len(sound) < 4:
        return 0
    version, bitrate, rate = sound[1] >> 3 & 3, sound[2] >> 4, sound[2] >> 2 & 3
    if version == 1 or bitrate in (0, 15) or rate == 3:
        return 0
    kilobits = _BITRATES[3 if version == 3 else 2][bitrate]
    samples = 144_000 if version == 3 else 72_000
    return samples * kilobits // _RATES[version][rate] + (sound[2] >> 1 & 1)


def _as_wave(samples: bytes) -> bytes:
    held = io.BytesIO()
    with wave.open(held, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SPEECH_RATE)
        file.writeframes(samples[: len(samples) - len(samples) % 2])
    return held.getvalue()
