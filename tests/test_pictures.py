"""What an address holds is told by its bytes; nothing in it is believed, run, or drawn without bounds."""

from __future__ import annotations

import base64
import io

import pytest
from PIL import Image

from parley.pictures import bytes_of, media_type_of, picture_of

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><circle r="4"/></svg>'


def image(kind: str, width: int = 3, height: int = 2) -> bytes:
    held = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(held, kind)
    return held.getvalue()


def address(data: bytes, label: str = "image/png") -> str:
    return f"data:{label};base64,{base64.b64encode(data).decode()}"


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP", "AVIF"])
def test_what_browsers_draw_is_handed_on_as_it_is(kind: str) -> None:
    spelt = address(image(kind), f"image/{kind.lower()}")
    held = picture_of(spelt)
    assert held is not None
    assert (held.shown, held.media_type, held.why_not) == (spelt, f"image/{kind.lower()}", "")


@pytest.mark.parametrize("label", ["image/png", "text/html", "application/octet-stream", "", "image/svg+xml"])
def test_a_wrong_label_is_not_believed(label: str) -> None:
    held = picture_of(address(image("JPEG"), label))
    assert held is not None
    assert held.shown.startswith("data:image/jpeg;base64,")


@pytest.mark.parametrize("kind", ["TIFF", "BMP", "ICO"])
def test_what_only_some_programs_read_is_painted_anew_and_kept_as_it_came(kind: str) -> None:
    data = image(kind, 16, 16)
    held = picture_of(address(data))
    assert held is not None
    assert media_type_of(bytes_of(held.shown) or b"")[0] == "image/png"
    assert (held.size, bytes_of(address(data))) == (len(data), data)


@pytest.mark.parametrize("spelt", [address(SVG.encode(), "image/svg+xml"), f"data:image/svg+xml;utf8,{SVG}"])
def test_a_small_drawing_is_shown(spelt: str) -> None:
    held = picture_of(spelt)
    assert held is not None
    assert held.suffix == "svg"
    assert bytes_of(held.shown) == SVG.encode()


@pytest.mark.parametrize(
    "inside",
    ['<use href="#a"/>' * 13, "<g>" * 10_001, "a" * 300_000, "<filter><feTurbulence/></filter>" * 7, "<unclosed>"],
)
def test_a_drawing_that_makes_much_work_or_is_broken_is_not_shown(inside: str) -> None:
    held = picture_of(address(SVG.replace("<circle", f"{inside}<circle").encode()))
    assert held is not None
    assert (held.shown, "SVG" in held.why_not) == ("", True)


def test_a_drawing_that_declares_entities_is_not_read() -> None:
    held = picture_of(address(b'<svg xmlns="http://www.w3.org/2000/svg"><!ENTITY a "b"></svg>'))
    assert held is not None
    assert "may freeze the page" in held.why_not


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"not an image", "no kind of image"),
        (b"\x89PNG\r\n\x1a\n", "broken (PNG)"),
        (b"8BPS" + bytes(40), "browsers do not draw (PSD)"),
        (b"", "no kind of image"),
    ],
)
def test_why_nothing_is_shown_is_said(data: bytes, told: str) -> None:
    held = picture_of(address(data))
    assert held is not None
    assert (held.shown, told in held.why_not) == ("", True)


def test_a_picture_that_would_fill_the_memory_is_not_decoded() -> None:
    held = picture_of(address(image("PNG", 8_000, 6_000)))
    assert held is not None
    assert "too large" in held.why_not


def test_base64_that_is_none_is_said_to_be_none() -> None:
    held = picture_of("data:image/png;base64,%%%")
    assert held is not None
    assert "no base64" in held.why_not


@pytest.mark.parametrize("elsewhere", ["https://a.example/p.png", "file:///p.png", "/p.png", "", "blob:x", "data:"])
def test_an_address_elsewhere_holds_nothing(elsewhere: str) -> None:
    assert picture_of(elsewhere) is None
    assert bytes_of(elsewhere) is None


def test_an_icon_that_holds_more_than_it_says_is_not_decoded() -> None:
    inside = bytearray(image("PNG"))
    inside[16:24] = (30_000).to_bytes(4, "big") * 2
    head = (
        b"\0\0\1\0\1\0"
        + bytes((0, 0, 0, 0, 1, 0, 32, 0))
        + len(inside).to_bytes(4, "little")
        + (22).to_bytes(4, "little")
    )
    held = picture_of(address(head + bytes(inside)))
    assert held is not None
    assert "too large" in held.why_not


@pytest.mark.parametrize("data", [b"\0\0\1\0", b"\0\0\1\0\0\0", b"\0\0\1\0\1\0", b"\0\0\1\0\xff\xff" + bytes(99)])
def test_an_icon_of_nothing_raises_nothing(data: bytes) -> None:
    held = picture_of(address(data))
    assert held is not None
    assert (held.shown, bool(held.why_not)) == ("", True)


def test_what_is_painted_anew_is_decoded_only_when_it_is_small() -> None:
    held = picture_of(address(image("BMP", 4_000, 3_000)))
    assert held is not None
    assert "too large" in held.why_not
