"""Files become parts of a message, or a sentence says why not."""

from __future__ import annotations

import struct
import zlib
from base64 import b64decode
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.errors import NotAttachable
from parley.media import Attachment, as_text, at_address, data_url, from_file, held_in, of_part, size_words
from parley.media.limits import LARGEST
from parley.request.content import AudioPart, FilePart, ImagePart, VideoPart
from tests.media.pdfs_made import CATALOG, TREE, plain
from tests.media.pictures_made import PDF, film, noise, picture, recording


def made(data: bytes, name: str = "file") -> Attachment:
    return from_file(data, name, "a")


@pytest.mark.parametrize(
    ("data", "name", "part"),
    [
        (picture(), "a.png", ImagePart),
        (recording(), "a.wav", AudioPart),
        (film(), "a.mp4", VideoPart),
        (PDF, "a.pdf", FilePart),
        (b"a,b", "a.csv", FilePart),
    ],
)
def test_a_file_becomes_the_part_that_the_api_knows(data: bytes, name: str, part: Any) -> None:
    one = made(data, name)
    part.model_validate(one.part)
    held = held_in(one.part)
    assert held is not None
    assert (held.size, held.address) == (len(data), "")
    assert one.name == name


@pytest.mark.parametrize(
    ("inside", "note"),
    [
        (b"", ""),
        (b"<</Type /Page>>", "1 page"),
        (b"<</Type/Pages>> <</Type/Page/A 1>> <</Type\n/Page>>", "2 pages"),
        (b"<</Type/Page>> /Encrypt 5 0 R", "1 page; locked, so some readers may fail"),
    ],
)
def test_a_pdf_says_how_many_pages_it_has_and_whether_it_is_locked(inside: bytes, note: str) -> None:
    assert made(PDF[:9] + inside + PDF[9:], "a.pdf").note == note


def test_sound_goes_as_bare_base64_with_its_format() -> None:
    sound = made(recording(), "a.wav").part["input_audio"]
    assert (b64decode(sound["data"]), sound["format"]) == (recording(), "wav")


def test_the_bytes_and_not_the_name_say_what_it_is() -> None:
    one = made(PDF, "scan.png")
    assert one.part["file"]["file_data"].startswith("data:application/pdf;base64,")
    assert one.note == "Named .png, but it is a PDF, and goes as one."


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b"\0\1\2\3", "of no kind that Parley knows"),
        (picture("TIFF"), "is a TIFF image. Models take PNG"),
        (noise(40, 40)[:300], "is damaged"),
        (picture()[:40], "is damaged"),
        (PDF[:30], "cut off before its end"),
        (recording(0), "no sound"),
        (b"x" * (LARGEST + 1), "one file may have 20 MB"),
    ],
)
def test_what_cannot_be_sent_says_why_and_names_the_file(data: bytes, words: str) -> None:
    with pytest.raises(NotAttachable) as told:
        made(data, "my file.bin")
    assert words in str(told.value)
    assert str(told.value).startswith("my file.bin")


def bomb(side: int) -> bytes:
    """A PNG that says it has so many pixels a side."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


@pytest.mark.parametrize("side", [7_000, 13_000, 60_000])
def test_a_picture_of_too_many_pixels_is_not_decoded(side: int) -> None:
    with pytest.raises(NotAttachable, match="pixels"):
        made(bomb(side), "bomb.png")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\x\\photo.png", "photo.png"),
        ("a\0b\u202egnp.exe", "abgnp.exe"),
        ("", "This file"),
        ("n" * 4_000, "n" * 99 + "…" + "n" * 20),
    ],
)
def test_a_name_is_words_and_nothing_else(name: str, said: str) -> None:
    assert made(b"text", name).name == said


@given(st.text(max_size=200))
def test_any_name_can_stand_in_a_sentence(name: str) -> None:
    said = made(b"text", name).name
    assert said
    assert len(said) <= 120
    assert "/" not in said


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("https://example.com/a.PNG?x=1", "image_url"),
        ("https://example.com/film.mp4", "video_url"),
        ("https://youtu.be/abc", "video_url"),
        ("https://example.com/paper.pdf", "file"),
    ],
)
def test_an_address_goes_as_it_is(address: str, kind: str) -> None:
    one = at_address(f" {address} ", "a")
    assert one.part["type"] == kind
    assert one.address == address


def test_an_address_that_does_not_tell_is_what_somebody_says_it_is() -> None:
    with pytest.raises(NotAttachable, match="choose"):
        at_address("https://example.com/download?id=7", "a")
    assert at_address("https://example.com/download?id=7", "a", "image").way == "image"


@pytest.mark.parametrize(
    "address", ["", "file:///etc/passwd", "javascript:1", "https://", "https://a b/c.png", "//x/y.png"]
)
def test_what_is_no_address_on_the_web_is_refused(address: str) -> None:
    with pytest.raises(NotAttachable):
        at_address(address, "a", "image")


def test_a_data_address_is_read_like_a_file() -> None:
    one = at_address(data_url(picture("JPEG"), "text/html"), "a")
    assert one.part["image_url"]["url"].startswith("data:image/jpeg;base64,")
    assert one.thumb.startswith("data:image/png")
    with pytest.raises(NotAttachable):
        at_address("data:image/png;base64,%%%", "a")


def test_a_text_file_can_go_as_words() -> None:
    part = as_text(made(b"a ``` b\n", "notes.md").part)
    assert part == {"type": "text", "text": "notes.md:\n\n````\na ``` b\n````"}
    assert as_text(made(picture(), "a.png").part) is None
    assert as_text(made(PDF, "a.pdf").part) is None


def test_a_part_of_a_message_can_be_looked_at_again() -> None:
    one = made(picture(size=(30, 20)), "a.png")
    again = of_part(one.part, "b")
    assert (again.part, again.way, again.measured) == (one.part, "image", (30, 20))
    assert again.thumb == one.thumb


def test_a_pdf_in_a_cell_says_its_pages_too() -> None:
    assert of_part(made(plain({1: CATALOG, 2: TREE % 5}), "a.pdf").part, "b").note == "5 pages"


@pytest.mark.parametrize(
    "part", [{}, {"type": "text", "text": "x"}, {"type": "file"}, {"type": "image_url", "image_url": 3}]
)
def test_any_part_can_be_looked_at(part: dict[str, Any]) -> None:
    one = of_part(part, "a")
    assert (one.size, one.kind, one.scalable) == (0, None, False)


@pytest.mark.parametrize(
    ("size", "words"),
    [(0, "0 bytes"), (1023, "1,023 bytes"), (1024, "1 KB"), (1_048_000, "1.0 MB"), (52_428_800, "50.0 MB")],
)
def test_sizes_in_words(size: int, words: str) -> None:
    assert size_words(size) == words
