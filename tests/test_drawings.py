"""A drawing is shown when a browser paints it in no time; whatever multiplies itself, in whichever spelling, is not."""

from __future__ import annotations

import pytest

from parley.drawings import BROKEN, FREEZES, NOT_DRAWN, hindrance_of

NAMES = 'xmlns="http://www.w3.org/2000/svg" xmlns:s="http://www.w3.org/2000/svg" xmlns:x="http://www.w3.org/1999/xlink"'
CORNERS = "M0 0" + " L1 1" * 1_000


def drawing(inside: str) -> bytes:
    return f"<svg {NAMES}>{inside}</svg>".encode()


def nested(tag: str, inside: str, levels: int = 9) -> str:
    """Each is made of ten of the one before it."""
    return "".join(f'<{tag} id="a{n + 1}">{inside.replace("@", f"a{n}") * 10}</{tag}>' for n in range(levels))


@pytest.mark.parametrize(
    "inside",
    [
        nested("s:g", '<s:use x:href="#@"/>', 2),
        nested("mask", '<g mask="url(#@)"/>') + '<g mask="url(#a9)"/>',
        nested("clipPath", '<g clip-path="url(#@)"/>') + '<g style="clip-path: url(#a9)"/>',
        nested("marker", f'<path style="marker-mid:url(#@)" d="{CORNERS}"/>', 2)
        + f'<path marker-mid="url(#a2)" d="{CORNERS}"/>',
        '<g id="a"><g mask="url(#a)"/></g>',
        '<rect style="filter:blur(900px)" width="9000" height="9000"/>',
        '<rect style="m\\61sk:url(#a)"/>',
        "<style>g { mask: url(#a9) }</style>",
        '<image href="data:image/svg+xml;base64,PHN2Zy8+"/>',
        '<image href="data:image/s&#9;vg+xml;base64,PHN2Zy8+"/>',
        "<style>@import url(data:text/css;base64,Z3ttYXNrOnVybCgjYSl9);</style>",
    ],
)
def test_a_drawing_that_multiplies_itself_is_not_shown(inside: str) -> None:
    assert hindrance_of(drawing(inside)) == FREEZES


@pytest.mark.parametrize("encoding", ["utf-7", "utf-16", "cp037", "nothing", "rot13", "big5", "utf-32"])
def test_a_drawing_in_letters_of_another_kind_is_told_of_and_raises_nothing(encoding: str) -> None:
    assert hindrance_of(f'<?xml version="1.0" encoding="{encoding}"?>'.encode() + drawing("")) == NOT_DRAWN


@pytest.mark.parametrize("data", [b"<svg", b"<svg>\xff</svg>", b"<svg xmlns='a:b'><b:c/></svg>", b"<svg \0/>"])
def test_a_broken_drawing_is_told_of(data: bytes) -> None:
    assert hindrance_of(data) == BROKEN


def test_what_drawing_programs_write_is_shown() -> None:
    stops = '<linearGradient id="g"><stop offset="0"/><stop offset="1"/></linearGradient>'
    clipped = '<clipPath id="c"><rect width="9" height="9"/></clipPath>'
    lines = '<path clip-path="url(#c)" style="fill:url(#g);marker-end:url(#m)" d="M0 0L9 9"/>' * 500
    rules = "<style type='text/css'>@import url(https://fonts.example/a.css);.a{fill:url(#g);stroke:#333}</style>"
    marks = '<marker id="m"><path d="M0 0L9 9"/></marker>'
    assert hindrance_of(drawing(rules + stops + clipped + marks + lines)) == ""
