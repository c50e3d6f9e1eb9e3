"""Files that are made to mislead: nothing of theirs runs, and every one of them is taken or refused with a sentence."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from parley.errors import NotAttachable
from parley.media import Attachment, at_address, from_file, held_in, scaled
from parley.media.parts import bytes_of
from tests.media.pictures_made import PDF, film, picture, recording

SAFE = {
    "image/png",
    "image/jpeg",
    "image/gif",
    "image/webp",
    "text/plain",
    "text/csv",
    "text/markdown",
    "application/pdf",
}
SAFE |= {"application/json", "application/xml", "video/mp4", "video/quicktime", "video/webm", "video/mpeg"}
HEADS = {
    "png": picture("PNG"),
    "jpg": picture("JPEG"),
    "gif": picture("GIF"),
    "webp": picture("WEBP"),
    "wav": recording(),
    "mp3": b"ID3\x04\0\0\0\0\0\0",
    "m4a": film(b"M4A "),
    "mp4": film(),
    "ogg": b"OggS\0\2",
    "pdf": PDF,
}
ACTIVE = [
    b"<html><script>alert(1)</script>",
    b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    b"<?php system('id'); ?>",
    b"*/=alert(1);/*",
    b"%PDF-1.7 /JS (app.alert(1)) %%EOF",
    b"PK\x03\x04word/evil",
]


def media_type(one: Attachment) -> str:
    """What a browser or a provider is told that it is."""
    if one.part["type"] == "input_audio":
        return f"audio as {one.part['input_audio']['format']}"
    spelt = str(
        next(iter(one.part[one.part["type"]].values())) if one.part["type"] != "file" else one.part["file"]["file_data"]
    )
    return spelt.partition(";")[0].removeprefix("data:")


@pytest.mark.parametrize("payload", ACTIVE, ids=range(len(ACTIVE)))
@pytest.mark.parametrize("name", HEADS)
def test_what_is_two_things_goes_as_the_harmless_one(name: str, payload: bytes) -> None:
    for data in (HEADS[name] + payload, payload + HEADS[name]):
        try:
            told = media_type(from_file(data, f"x.{name}", "a"))
        except NotAttachable:
            continue
        assert told in SAFE or told.startswith(("audio as ", "application/vnd.openxmlformats"))


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(HEADS)), st.data())
def test_a_file_that_is_damaged_anywhere_is_taken_or_refused_with_a_sentence(name: str, data: st.DataObject) -> None:
    whole = bytearray(HEADS[name])
    for _ in range(data.draw(st.integers(1, 6))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    cut = bytes(whole[: data.draw(st.integers(1, len(whole)))])
    with contextlib.suppress(NotAttachable):
        one = from_file(cut, f"x.{name}", "a")
        assert bytes_of(one.part) == cut
        if one.way == "image":
            scaled(cut, 4)


@given(st.text(max_size=80))
def test_any_text_is_an_address_or_refused_with_a_sentence(text: str) -> None:
    with contextlib.suppress(NotAttachable):
        assert held_in(at_address(text, "a", "image").part) is not None


def test_what_a_camera_is_said_to_have_written_can_be_of_any_kind() -> None:
    """A picture whose note of how it is turned is no number: Pillow raises what only its decoders raise."""
    noted = Image.Exif()
    noted[0x0112] = 6
    turned = bytearray(picture("JPEG", exif=noted))
    place = turned.index(b"\x01\x12\x00\x03")
    for kind in range(1, 14):
        turned[place + 3] = kind
        one = from_file(bytes(turned), "x.jpg", "a")
        with contextlib.suppress(NotAttachable):
            scaled(bytes(turned), 4)
        assert one.measured is not None
