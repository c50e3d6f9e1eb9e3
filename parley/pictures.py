"""Pictures that are held in a text itself: what may be shown of them, found out from their bytes and never from their labels.

What every browser draws is handed on as it is; what only some programs read is painted anew as PNG; of a drawing (SVG) only what is
small and cannot multiply itself. Anything else has its name and its bytes, to be kept.
"""

from __future__ import annotations

import io
import re
from base64 import b64decode, b64encode
from functools import lru_cache
from struct import unpack_from
from typing import Final, NamedTuple
from urllib.parse import unquote_to_bytes

from parley.drawings import hindrance_of, is_drawing
from parley.media.kinds import kind_of
from parley.media.opening import BROKEN, MOST_PIXELS, TooManyPixels, opened

_MOST_REPAINTED = 10_000_000
"""Of a picture that is decoded here, which takes several times its pixels in bytes."""
_SMALL = 4_000_000
"""Characters of an address that is kept at hand with others, and that may be spelt in another way than base64."""
_HEAD = 65_536
_DATA: Final = re.compile(r"data:([^,]{0,200}),", re.IGNORECASE)
_DRAWN: Final = {
    "image/png": "PNG",
    "image/jpeg": "JPEG",
    "image/gif": "GIF",
    "image/webp": "WEBP",
    "image/avif": "AVIF",
}
_REPAINTED: Final = {"image/tiff": "TIFF", "image/x-icon": "ICO", "image/bmp": "BMP"}
_FORMATS: Final = (*_DRAWN.values(), *_REPAINTED.values())
_SVG, _ICON = "image/svg+xml", "image/x-icon"
_MOST_ICONS: Final = 64
_PNG: Final = b"\x89PNG\r\n\x1a\n"


class Picture(NamedTuple):
    """A picture as it may be shown and kept."""

    media_type: str
    """By its bytes; empty where they are of no known kind."""
    suffix: str
    size: int
    """Bytes."""
    shown: str = ""
    """The address that a browser draws; empty where it may not, or cannot."""
    why_not: str = ""
    """A sentence, where nothing is shown."""


def picture_of(address: str) -> Picture | None:
    """What an address holds, as a picture; None for an address of any other kind, which is never fetched."""
    if not _DATA.match(address[:300]):
        return None
    return _read(address) if len(address) <= _SMALL else _read_large(address)


def bytes_of(address: str) -> bytes | None:
    """What an address holds; None where it holds nothing that can be read."""
    begun = _DATA.match(address)
    if begun is None:
        return None
    if not begun[1].lower().rstrip().endswith(";base64"):
        return unquote_to_bytes(address[begun.end() :]) if len(address) <= _SMALL else None
    try:
        spelt = "".join(address[begun.end() :].split())
        return b64decode(spelt + "=" * (-len(spelt) % 4), validate=True)
    except BROKEN:
        return None


def media_type_of(data: bytes) -> tuple[str, str]:
    """Media type and usual ending of a picture's bytes; both empty for what is no picture."""
    if data.startswith(b"BM"):
        return "image/bmp", "bmp"
    if is_drawing(data[:_HEAD]):
        return _SVG, "svg"
    kind = kind_of(data[:_HEAD])
    return (kind.media_type, kind.suffix) if kind is not None and kind.way == "image" else ("", "")


@lru_cache(maxsize=16)
def _read(address: str) -> Picture:
    return _told(address)


@lru_cache(maxsize=2)
def _read_large(address: str) -> Picture:
    """Few of these are at hand: they have up to the size of a whole answer, and outlive the session that they are from."""
    return _told(address)


def _told(address: str) -> Picture:
    data = bytes_of(address)
    if data is None:
        return Picture("", "bin", 0, why_not="An image that cannot be read: what it holds is no base64.")
    media_type, suffix = media_type_of(data)
    found = Picture(media_type, suffix or "bin", len(data))
    if not media_type:
        return found._replace(why_not="An image that cannot be read: its bytes are of no kind of image that is known.")
    if why_not := _hindrance(data, found):
        return found._replace(why_not=why_not)
    shown = _shown(address, data, media_type)
    return found._replace(shown=shown, why_not="" if shown else f"An image that is broken ({found.suffix.upper()}).")


def _hindrance(data: bytes, found: Picture) -> str:
    """Why it is not shown; empty where it is."""
    if found.media_type == _SVG:
        return hindrance_of(data)
    if found.media_type not in (*_DRAWN, *_REPAINTED):
        return f"An image that browsers do not draw ({found.suffix.upper()})."
    try:
        most = _MOST_REPAINTED if found.media_type in _REPAINTED else MOST_PIXELS
        area = _area_of_icon(data) if found.media_type == _ICON else _area(data)
        return "" if area <= most else "An image that is too large to show."
    except BROKEN:
        return f"An image that is broken ({found.suffix.upper()})."


def _shown(address: str, data: bytes, media_type: str) -> str:
    """The address that is drawn: the one that came, where its label and its spelling are right."""
    if media_type in _REPAINTED:
        try:
            return f"data:image/png;base64,{b64encode(_repainted(data)).decode()}"
        except (*BROKEN, TooManyPixels):
            return ""
    made = f"data:{media_type};base64,{b64encode(data).decode()}"
    return address if address == made else made


def _area(data: bytes) -> int:
    try:
        with opened(data, _FORMATS) as picture:
            return picture.width * picture.height
    except TooManyPixels:
        return MOST_PIXELS + 1


def _area_of_icon(data: bytes) -> int:
    """Of the largest picture in it, by the head of each: an icon tells of 256 pixels at most, and is decoded when it is opened."""
    count = min(unpack_from("<H", data, 4)[0], _MOST_ICONS + 1)
    places = [unpack_from("<I", data, 18 + 16 * number)[0] for number in range(count)]
    return max(_area_of_one(data, place) for place in places) if count <= _MOST_ICONS else MOST_PIXELS + 1


def _area_of_one(data: bytes, place: int) -> int:
    if data[place : place + 8] == _PNG:
        width, height = unpack_from(">II", data, place + 16)
    else:
        width, height = unpack_from("<ii", data, place + 4)
    return abs(int(width) * int(height))


def _repainted(data: bytes) -> bytes:
    held = io.BytesIO()
    with opened(data, _FORMATS) as picture:
        picture.convert("RGBA").save(held, "PNG")
    return held.getvalue()
