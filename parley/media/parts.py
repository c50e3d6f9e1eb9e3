"""The parts that a file becomes in a message, and the way back: what a part holds.

Source: OpenRouter's guides on images, PDFs, audio and video as input; parts stand in `parley.request.content`.
"""

from __future__ import annotations

import binascii
import re
from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from parley.media.kinds import M4A, Kind, Way, kind_of, text_of

_WAYS: Final[dict[str, Way]] = {
    "image_url": "image",
    "input_audio": "audio",
    "video_url": "video",
    "input_video": "video",
    "file": "file",
}
_ADDRESS: Final = {
    "image_url": "url",
    "input_audio": "data",
    "video_url": "url",
    "input_video": "url",
    "file": "file_data",
}
_DATA_URL: Final = re.compile(r"data:[^,]{0,200};base64,", re.IGNORECASE)
_HEAD: Final = 65_536
_ZIPPED: Final = b"PK\x03\x04"
"""What is in such a file stands at its end."""


class Held(NamedTuple):
    """What a part holds."""

    way: Way
    address: str
    """Where it is, when it is not in the part itself; empty otherwise."""
    size: int
    """Bytes; 0 where it is somewhere else."""
    head: bytes
    """The first of its bytes; of what is zipped, the last ones, too."""
    name: str

    @property
    def kind(self) -> Kind | None:
        found = kind_of(self.head, self.name) if self.head else None
        return M4A if found is not None and (self.way, found.way) == ("audio", "video") else found


def as_part(data: bytes, kind: Kind, name: str = "") -> dict[str, Any]:
    """The part of a message that carries these bytes."""
    if kind.way == "image":
        return {"type": "image_url", "image_url": {"url": data_url(data, kind.media_type)}}
    if kind.way == "audio":
        return {"type": "input_audio", "input_audio": {"data": b64encode(data).decode(), "format": kind.suffix}}
    if kind.way == "video":
        return {"type": "video_url", "video_url": {"url": data_url(data, kind.media_type)}}
    return {
        "type": "file",
        "file": {"filename": name or f"file.{kind.suffix}", "file_data": data_url(data, kind.media_type)},
    }


def as_text(part: Mapping[str, Any]) -> dict[str, Any] | None:
    """A text file's part as a text part that any model can read: its name, and its words in a fence. None for all else."""
    held = held_in(part)
    data = bytes_of(part) if held is not None and held.way == "file" else None
    text = text_of(data) if data is not None and held is not None and (held.kind is None or held.kind.is_text) else None
    if text is None or held is None:
        return None
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall(r"`+", text)), default=0))
    return {"type": "text", "text": f"{held.name or 'File'}:\n\n{fence}\n{text.rstrip()}\n{fence}"}


def data_url(data: bytes, media_type: str) -> str:
    return f"data:{media_type};base64,{b64encode(data).decode()}"


def way_of(part: object) -> Way | None:
    """The modality of a part; None for text and for what is not known."""
    kind = part.get("type") if isinstance(part, Mapping) else None
    return _WAYS.get(kind) if isinstance(kind, str) else None


def held_in(part: object) -> Held | None:
    """What a part holds, found out from its head alone; None for text and for what is not known."""
    way = way_of(part)
    if way is None or not isinstance(part, Mapping):
        return None
    inside = part.get(part["type"])
    inside = inside if isinstance(inside, Mapping) else {}
    found, name = _spelt(part), inside.get("filename")
    if found is None:
        address = str(inside.get(_ADDRESS[part["type"]]) or inside.get("file_id") or "")
        return Held(way, address, 0, b"", str(name or ""))
    text, start = found
    padding = 2 if text.endswith("==") else int(text.endswith("="))
    head = _decoded(text[start : start + _HEAD]) or b""
    if head.startswith(_ZIPPED) and len(text) - start > _HEAD:
        head += _decoded(text[max(start + _HEAD, len(text) - _HEAD) // 4 * 4 + start % 4 :]) or b""
    return Held(way, "", (len(text) - start) * 3 // 4 - padding, head, str(name or ""))


def bytes_of(part: Mapping[str, Any]) -> bytes | None:
    """All bytes that a part holds; None where it names an address, or what it holds is damaged."""
    found = _spelt(part)
    return None if found is None else _decoded(found[0][found[1] :])


def _spelt(part: Mapping[str, Any]) -> tuple[str, int] | None:
    """The text with the base64 of a part, and where it begins in it: what is long is not copied."""
    inside = part.get(str(part.get("type")))
    text = inside.get(_ADDRESS.get(str(part.get("type")), "")) if isinstance(inside, Mapping) else None
    if not isinstance(text, str) or not text:
        return None
    if part["type"] == "input_audio":
        return text, 0
    match = _DATA_URL.match(text)
    return (text, match.end()) if match else None


def _decoded(spelt: str) -> bytes | None:
    try:
        return b64decode(spelt[: len(spelt) - len(spelt) % 4])
    except (binascii.Error, ValueError):
        return None
