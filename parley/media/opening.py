"""Pictures handed to Pillow, by its one door: what comes of bytes that were made to mislead it, and how large a picture may be."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from struct import error as StructError
from typing import Final

from PIL import Image, UnidentifiedImageError

MOST_PIXELS: Final = 40_000_000
"""Of a picture that is decoded, here or in a browser."""
BROKEN: Final = (
    *(UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, StructError),
    *(LookupError, TypeError, ArithmeticError, AttributeError, RuntimeError, MemoryError),
)
"""What comes of bytes that are no picture to their end."""


class TooManyPixels(Exception):
    """More than Pillow itself would hold."""


@contextmanager
def opened(data: bytes, formats: tuple[str, ...]) -> Iterator[Image.Image]:
    """A picture of one of these formats, its head read; Pillow's doubts about it are ours to decide. Raises what is BROKEN, and
    TooManyPixels."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            with Image.open(io.BytesIO(data), formats=formats) as picture:
                yield picture
        except Image.DecompressionBombError:
            raise TooManyPixels from None
