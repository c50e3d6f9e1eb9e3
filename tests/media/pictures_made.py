"""Files made here, of every kind that can be attached."""

from __future__ import annotations

import io
import struct
import wave
from typing import Any

from PIL import Image


def picture(format: str = "PNG", size: tuple[int, int] = (8, 6), mode: str = "RGB", **options: Any) -> bytes:
    held = io.BytesIO()
    Image.new(mode, size, None).save(held, format, **options)
    return held.getvalue()


def noise(width: int, height: int, format: str = "JPEG", **options: Any) -> bytes:
    held = io.BytesIO()
    Image.effect_noise((width, height), 90).convert("RGB").save(held, format, **options)
    return held.getvalue()


def recording(seconds: float = 0.1) -> bytes:
    held = io.BytesIO()
    with wave.open(held, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8_000)
        file.writeframes(b"\0\0" * int(8_000 * seconds))
    return held.getvalue()


def film(brand: bytes = b"isom") -> bytes:
    return struct.pack(">I", 20) + b"ftyp" + brand + b"\0\0\2\0" + brand + b"\0" * 64


PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"
