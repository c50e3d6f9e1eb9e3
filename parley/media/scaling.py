"""Pictures: whether they are whole, how large they are, and smaller ones made of them. Nothing is decoded that is a bomb."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from struct import unpack_from
from typing import Final, NamedTuple

from PIL import Image, ImageOps

from parley.errors import NotAttachable
from parley.media.limits import MB
from parley.media.opening import BROKEN, MOST_PIXELS, TooManyPixels, opened

LONG_SIDE: Final = 2_048
"""Pixels of the longer side from which on models scale a picture down themselves, after it was paid for or refused."""
HEAVY: Final = 5 * MB
"""Bytes that some providers refuse in one picture."""
_THUMB: Final = 112
_FORMATS: Final = ("PNG", "JPEG", "GIF", "WEBP")
_TURNED: Final = 0x0112
_SIDEWAYS: Final = (5, 6, 7, 8)
_GREY: Final = ("I;16", "I;16B", "I;16L", "I;16N", "I", "F")


class Measured(NamedTuple):
    """Pixels, as the picture is to be looked at: turned as its camera says."""

    width: int
    height: int

    @property
    def words(self) -> str:
        return f"{self.width:,} × {self.height:,}"


def measured(head: bytes) -> Measured | None:
    """The size in a picture's header; None where it is no picture, or its header is longer than what is given."""
    try:
        if head[8:12] == b"WEBP":
            return _of_webp(head)
        with _opened(head) as picture:
            return _looked_at(picture)
    except (*BROKEN, NotAttachable):
        return None


def checked(data: bytes, name: str) -> Measured:
    """The size of a picture that can be decoded to its end. Raises NotAttachable."""
    try:
        with _opened(data) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise NotAttachable(_too_many(name, picture.width * picture.height))
            picture.load()
            return _looked_at(picture)
    except BROKEN:
        raise NotAttachable(f"{name} is damaged: the picture in it cannot be read to its end. Save it anew.") from None


def worth_scaling(size: int, measured: Measured | None) -> bool:
    """Whether a picture is larger than models look at."""
    return measured is not None and (max(measured) > LONG_SIDE or size > HEAVY)


def scaled(data: bytes, longest: int = LONG_SIDE) -> bytes:
    """The picture with its longer side cut down to so many pixels; a photo stays a JPEG, what has glass in it becomes PNG or WebP.

    Raises NotAttachable for what cannot be decoded.
    """
    checked(data, "The picture")
    try:
        with _opened(data) as picture:
            glass = picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info
            picture.draft("RGB", (longest, longest))
            small = _coloured(picture, "RGBA" if glass else "RGB")
            small.thumbnail((longest, longest), Image.Resampling.LANCZOS)
            small = ImageOps.exif_transpose(small)
            return _written(small, drawn=glass or picture.format == "PNG")
    except BROKEN:
        raise NotAttachable("The picture cannot be made smaller: save it anew as PNG or JPEG.") from None


def thumbnail(data: bytes) -> bytes:
    """A picture small enough to stand in a row; empty where it cannot be made."""
    try:
        with _opened(data) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                return b""
            picture.draft("RGB", (_THUMB, _THUMB))
            small = _coloured(picture, "RGBA")
            small.thumbnail((_THUMB, _THUMB))
            held = io.BytesIO()
            ImageOps.exif_transpose(small).save(held, "PNG")
            return held.getvalue()
    except BROKEN:
        return b""


def _looked_at(picture: Image.Image) -> Measured:
    """Of a PNG Pillow reads all pixels to find out that nothing turns it, so it is asked only where something was found."""
    width, height = picture.size
    turned = picture.getexif().get(_TURNED) if "exif" in picture.info else None
    return Measured(height, width) if turned in _SIDEWAYS else Measured(width, height)


def _of_webp(head: bytes) -> Measured | None:
    """By its own head: Pillow wants all of the file to tell."""
    kind = head[12:16]
    if kind == b"VP8X":
        wide, high = (int.from_bytes(head[at : at + 3], "little") + 1 for at in (24, 27))
    elif kind == b"VP8L":
        bits = unpack_from("<I", head, 21)[0]
        wide, high = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    else:
        wide, high = (side & 0x3FFF for side in unpack_from("<HH", head, 26))
    return Measured(wide, high) if kind in (b"VP8X", b"VP8L", b"VP8 ") else None


def _coloured(picture: Image.Image, mode: str) -> Image.Image:
    """In colours of a byte each; what has two bytes of grey is brought down to one."""
    if picture.mode in _GREY:
        picture = picture.convert("I").point(lambda grey: grey / 257).convert("L")
    return picture if picture.mode == mode else picture.convert(mode)


def _written(small: Image.Image, *, drawn: bool) -> bytes:
    held = io.BytesIO()
    if not drawn:
        small.save(held, "JPEG", quality=88, optimize=True)
        return held.getvalue()
    small.save(held, "PNG", optimize=True)
    if held.tell() > HEAVY:
        held = io.BytesIO()
        small.save(held, "WEBP", quality=90)
    return held.getvalue()


@contextmanager
def _opened(data: bytes) -> Iterator[Image.Image]:
    """A picture of one of the formats that models take."""
    try:
        with opened(data, _FORMATS) as picture:
            yield picture
    except TooManyPixels:
        raise NotAttachable(_too_many("The picture", None)) from None


def _too_many(name: str, pixels: int | None) -> str:
    has = f"{pixels / 1_000_000:,.0f} megapixels" if pixels else "more pixels than can be held"
    return f"{name} has {has}; a picture may have {MOST_PIXELS // 1_000_000}. Scale it down, then attach it again."
