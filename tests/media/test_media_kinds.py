"""What a file is, by its first bytes."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.errors import NotAttachable
from parley.media import from_file, kind_of
from parley.media.kinds import M4A
from parley.sounds import sound_kind
from tests.media.pdfs_made import CATALOG, TREE, plain
from tests.media.pictures_made import PDF, film, picture, recording


def zipped(*names: str) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as file:
        for name in names:
            file.writestr(name, "x" * 10)
    return held.getvalue()


@pytest.mark.parametrize(
    ("data", "media_type", "way"),
    [
        (picture("PNG"), "image/png", "image"),
        (picture("JPEG"), "image/jpeg", "image"),
        (picture("GIF"), "image/gif", "image"),
        (picture("WEBP"), "image/webp", "image"),
        (recording(), "audio/wav", "audio"),
        (b"ID3\x04\0\0", "audio/mpeg", "audio"),
        (b"\xff\xfb\x90\x64", "audio/mpeg", "audio"),
        (b"\xff\xf1\x50\x80", "audio/aac", "audio"),
        (b"OggS\0\2" + b"\0" * 22 + b"\x01OpusHead", "audio/ogg", "audio"),
        (b"fLaC\0\0", "audio/flac", "audio"),
        (b"FORM\0\0\0\0AIFF", "audio/aiff", "audio"),
        (film(b"M4A "), "audio/mp4", "audio"),
        (film(), "video/mp4", "video"),
        (film(b"qt  "), "video/quicktime", "video"),
        (b"\x1a\x45\xdf\xa3\x9fB\x82\x84webm" + b"V_VP9", "video/webm", "video"),
        (b"\x00\x00\x01\xba", "video/mpeg", "video"),
        (PDF, "application/pdf", "file"),
        (b"\xef\xbb\xbf\n" + PDF, "application/pdf", "file"),
        (zipped("[Content_Types].xml", "word/document.xml"), None, "file"),
        (b"plain words", "text/plain", "file"),
        ("wide wörds".encode("utf-16"), "text/plain", "file"),
    ],
)
def test_a_file_is_what_its_first_bytes_say(data: bytes, media_type: str | None, way: str) -> None:
    kind = kind_of(data)
    assert kind is not None
    assert not kind.refused
    assert kind.way == way
    assert media_type is None or kind.media_type == media_type


@pytest.mark.parametrize(
    "data",
    [
        picture("TIFF"),
        picture("BMP") + b"\xff",
        film(b"heic"),
        film(b"avif"),
        b"\x1f\x8b\x08\0",
        zipped("a.txt"),
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"\x7fELF\2\1",
        b"RIFF\0\0\0\0AVI LIST",
        b"\x1a\x45\xdf\xa3\x9fB\x82\x88matroska",
        b"\x00\x01\x02\x03 who knows",
        b"",
    ],
)
def test_what_no_model_takes_is_no_kind_or_says_why(data: bytes) -> None:
    kind = kind_of(data)
    assert kind is None or kind.refused.endswith((".", ":"))


@pytest.mark.parametrize("text", ["<!doctype html><script>1</script>", "<svg xmlns='x' onload='1'/>", "#!/bin/sh\nls"])
@pytest.mark.parametrize("name", ["a.html", "a.svg", "a.png", "a.pdf"])
def test_what_a_browser_would_run_is_plain_text_whatever_its_name(text: str, name: str) -> None:
    kind = kind_of(text.encode(), name)
    assert kind is not None
    assert kind.media_type == "text/plain"


@pytest.mark.parametrize(
    ("name", "media_type"), [("a.csv", "text/csv"), ("A.MD", "text/markdown"), ("a", "text/plain")]
)
def test_the_name_tells_texts_apart(name: str, media_type: str) -> None:
    kind = kind_of(b"a,b\n1,2\n", name)
    assert kind is not None
    assert kind.media_type == media_type


def test_a_text_that_is_cut_within_a_letter_is_still_text() -> None:
    kind = kind_of("größer".encode()[:3])
    assert kind is not None
    assert kind.is_text


@given(st.binary(max_size=300), st.text(max_size=20))
def test_any_bytes_have_a_kind_or_none(data: bytes, name: str) -> None:
    kind = kind_of(data, name)
    assert kind is None or kind.media_type.partition("/")[0] in ("image", "audio", "video", "application", "text")


def box(name: bytes, *inside: bytes) -> bytes:
    held = b"".join(inside)
    return (8 + len(held)).to_bytes(4, "big") + name + held


def tracks(brand: bytes, *kinds: bytes) -> bytes:
    """A file of an MPEG-4 family, its tracks told at its end, as telephones write them."""
    told = (box(b"trak", box(b"hdlr", bytes(8), kind, bytes(13))) for kind in kinds)
    return box(b"ftyp", brand, bytes(4), brand) + box(b"mdat", bytes(90_000)) + box(b"moov", *told)


@pytest.mark.parametrize("brand", [b"isom", b"mp42", b"3gp4", b"M4A "])
def test_a_recording_under_a_film_s_brand_is_sound(brand: bytes) -> None:
    one = from_file(tracks(brand, b"soun"), "voice.m4a", "a")
    assert (one.part["type"], one.part["input_audio"]["format"]) == ("input_audio", "m4a")
    assert (one.kind, one.note) == (M4A, "")
    assert sound_kind(tracks(brand, b"soun")) == M4A


@pytest.mark.parametrize("brand", [b"isom", b"mp42"])
def test_a_film_with_sound_is_a_film(brand: bytes) -> None:
    assert from_file(tracks(brand, b"soun", b"vide"), "film.mp4", "a").way == "video"


def test_an_office_file_whose_beginning_does_not_tell_is_known_by_its_end() -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as file:
        file.writestr("picture.bin", bytes(range(256)) * 500)
        file.writestr("word/document.xml", "<x/>")
    one = from_file(held.getvalue(), "a.docx", "a")
    assert one.kind is not None
    assert (one.kind.name, one.size) == ("Word document", len(held.getvalue()))


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ("Größe;Preis €".encode("cp1252"), "save it as UTF-8"),
        (b"BM\x36\0\0\0\0\0\0\0\x36\0\0\0" + bytes(40), "is a BMP image. Models take PNG"),
        (b"\0\0\0\x18ftypcrx \0\0\0\1" + bytes(40), "is a Camera file. Models take PNG"),
        (b"\0\0\0\x18ftypavif\0\0\0\1" + bytes(40), "is an AVIF image. Models take PNG"),
        (plain({1: CATALOG, 2: TREE % 0}), "is a PDF without pages."),
        (b"%PDF-1.4\n1 0 obj<</Linearized 1/L 99>>endobj startxref 0 %%EOF", "the PDF is cut off before its end"),
        (b"%PDF-1.4 nothing startxref 0 %%EOF", "there is nothing in the PDF"),
        (b"fLaC", "has no sound in it."),
        (b"ID3", "has no sound in it."),
    ],
)
def test_what_cannot_be_taken_is_told_what_it_is(data: bytes, told: str) -> None:
    with pytest.raises(NotAttachable, match=re.escape(told)):
        from_file(data, "x", "a")
