from __future__ import annotations

import io
import wave

import pytest

from parley.media.kinds import FLAC, MP3, OGG, WAV
from parley.sounds import playable, seconds_of, sound_kind

FRAME = b"\xff\xfb\x90\x00" + bytes(413)
"""An MPEG frame of silence: 128 kbit/s at 44.1 kHz."""


def test_raw_speech_becomes_a_file_with_a_head() -> None:
    held, kind = playable(b"\1\2" * 24_000 + b"\3")
    with wave.open(io.BytesIO(held)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth(), file.getnframes()) == (
            24_000,
            1,
            2,
            24_000,
        )
    assert kind == WAV


@pytest.mark.parametrize(
    ("sound", "kind"),
    [(b"OggS" + bytes(40), OGG), (b"fLaC" + bytes(40), FLAC), (b"ID3" + bytes(40), MP3), (FRAME * 3, MP3)],
)
def test_a_file_of_a_known_kind_stays_as_it_is(sound: bytes, kind: object) -> None:
    assert playable(sound) == (sound, kind)


@pytest.mark.parametrize(
    "samples",
    [
        b"\xff\xfb" * 4_000,
        b"\xff\xfb\x90\x00" + b"\1\2" * 4_000,
        b"\xff\xf1" + b"\1\2" * 4_000,
        b"\xff\xfb\xff\xff",
        b"\xff\xfb",
    ],
)
def test_samples_that_begin_like_a_frame_are_no_frames(samples: bytes) -> None:
    assert sound_kind(samples) is None


def test_a_text_or_a_picture_is_no_sound() -> None:
    assert sound_kind(b"words") is None
    assert sound_kind(b"GIF89a") is None


def test_speech_lasts_as_long_as_it_has_samples() -> None:
    assert seconds_of(48_000) == 1.0
