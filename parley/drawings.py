"""Drawings (SVG) that a model made: whether a browser can draw one without standing still.

As an image a drawing runs nothing and fetches nothing. What it can do is multiply itself: a mask that is made of masks is painted as
often as all of them together. So it is walked through as a browser would paint it, and counted.
"""

from __future__ import annotations

import re
from typing import Final
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

FREEZES: Final = "A drawing (SVG) that may freeze the page, so it is not shown."
NOT_DRAWN: Final = "A drawing (SVG) that browsers do not draw."
BROKEN: Final = "An image that is broken (SVG)."
_BEGINS: Final = re.compile(rb"\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--[^>]{0,2000}-->\s*)?<svg[\s>/]", re.IGNORECASE)
_ENCODED: Final = re.compile(rb"\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([^\"']{0,40})", re.IGNORECASE)
_ENCODINGS: Final = (b"utf-8", b"us-ascii", b"iso-8859-1")
_ROOT: Final = "{http://www.w3.org/2000/svg}svg"
_LARGEST, _MOST_TAGS, _MOST_COPIES, _MOST_WORK = 300_000, 10_000, 12, 100_000
_COPYING: Final = re.compile(r"use|pattern|filter|fe[a-z]+", re.IGNORECASE)
_POINTS_AT: Final = re.compile(r"#([^\s\"')]{1,200})")
_BLURS: Final = re.compile(r"\\|(?:blur|drop-shadow)\s*\(|image/svg|data:\s*text/css", re.IGNORECASE)
"""Filters without an element, drawings and rules that are spelt as addresses, and the signs by which either is spelt so that it is not seen."""
_LEFT_OUT: Final = dict.fromkeys(map(ord, "\t\r\n"))
"""Signs that browsers leave out of an address."""
_DRESSES: Final = re.compile(r"mask|marker|filter|clip-path", re.IGNORECASE)
_CORNER: Final = re.compile(r"[A-Za-z,\s]+")


def is_drawing(head: bytes) -> bool:
    return _BEGINS.match(head) is not None


def hindrance_of(data: bytes) -> str:
    """Why a drawing is not shown; empty where it is."""
    named = _ENCODED.match(data)
    if named is not None and named[1].lower() not in _ENCODINGS:
        return NOT_DRAWN
    text = data.lower()
    if len(data) > _LARGEST or text.count(b"<") > _MOST_TAGS or b"<!entity" in text or b"<!doctype" in text:
        return FREEZES
    try:
        root = ElementTree.fromstring(data)  # noqa: S314 - whatever declares entities was refused above
    except (ElementTree.ParseError, ValueError, LookupError):
        return BROKEN
    if root.tag != _ROOT:
        return NOT_DRAWN
    return "" if _is_bounded(root) else FREEZES


def _is_bounded(root: Element) -> bool:
    every = list(root.iter())
    copies = sum(_COPYING.fullmatch(one.tag.rpartition("}")[2]) is not None for one in every)
    return copies <= _MOST_COPIES and not any(map(_hides, every)) and _is_painted_soon(root, every)


def _hides(one: Element) -> bool:
    """It makes work that is not seen among its elements."""
    if any(_BLURS.search(value.translate(_LEFT_OUT)) for value in one.attrib.values()):
        return True
    rules = (one.text or "").translate(_LEFT_OUT)
    return one.tag.endswith("}style") and bool(_BLURS.search(rules) or ("url" in rules and _DRESSES.search(rules)))


def _is_painted_soon(root: Element, every: list[Element]) -> bool:
    """Walks through it as it is painted: what is pointed at is painted there, a marker once for each corner."""
    named = {one.attrib["id"]: one for one in every if "id" in one.attrib}
    left, work = [(root, 1)], 0
    while left and work <= _MOST_WORK:
        one, times = left.pop()
        work += times
        left += [(child, times) for child in one]
        for name, value in one.attrib.items():
            often = times * _corners(one) if "marker" in f"{name}{value}" else times
            left += [(named[place], often) for place in _POINTS_AT.findall(value) if place in named]
    return not left


def _corners(one: Element) -> int:
    path = one.attrib.get("d") or one.attrib.get("points") or ""
    return max(1, len(_CORNER.findall(path)))
