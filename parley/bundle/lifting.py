"""Attachments, lifted out of a document as the bytes that they are, each stored once under its SHA-256.

A text that spells bytes in base64, alone or behind `data:…;base64,`, becomes `parley-blob:<hash>:<head>`; its type stays text. A
text of one's own that begins like that has `parley-blob:text:` before it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping
from typing import Any

LONG = 1_024
"""Characters from which on a text is lifted out."""
MOST_RESTORED = 500_000_000
"""Bytes of attachments, counted in each place where they stand: a file may repeat a large one, but not without end."""
DOCUMENT = "session.json"
BLOBS = "blobs/"
_MARK = "parley-blob:"
_OWN = f"{_MARK}text:"
_LIFTED = re.compile(r"parley-blob:([0-9a-f]{64}):(.{0,300})", re.DOTALL)
_HEAD = re.compile(r"data:[^,]{0,200};base64,")
_OPAQUE = re.compile(r"[A-Za-z0-9+/]+={0,2}")


def lifted(value: Any) -> tuple[Any, dict[str, bytes]]:
    """The JSON value without its attachments, and these by their hash."""
    blobs: dict[str, bytes] = {}
    return _without(value, blobs), blobs


def restored(value: Any, blobs: Mapping[str, bytes]) -> Any:
    """The value that was lifted from. Raises KeyError for a blob that is missing, ValueError for a mark that names none, and for
    marks that together stand for more than anybody attached."""
    return _Restoring(blobs).value(value)


def named(body: bytes) -> str:
    """The name under which a blob is stored."""
    return hashlib.sha256(body).hexdigest()


def _without(value: Any, blobs: dict[str, bytes]) -> Any:
    if isinstance(value, str):
        return _mark(value, blobs)
    if isinstance(value, list):
        return [_without(part, blobs) for part in value]
    if isinstance(value, dict):
        return {key: _without(part, blobs) for key, part in value.items()}
    return value


def _mark(text: str, blobs: dict[str, bytes]) -> str:
    if text.startswith(_MARK):
        return f"{_OWN}{text}"
    if len(text) < LONG:
        return text
    found = _HEAD.match(text)
    head = found[0] if found else ""
    body = decoded(text[len(head) :])
    if body is None:
        return text
    hash_ = named(body)
    blobs[hash_] = body
    return f"{_MARK}{hash_}:{head}"


def decoded(text: str) -> bytes | None:
    """The bytes that a text spells in base64; None unless they spell the very same text again."""
    if not _OPAQUE.fullmatch(text):
        return None
    try:
        body = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return body if base64.b64encode(body).decode() == text else None


class _Restoring:
    """One walk through a value: a blob is spelled once, wherever it stands, and all of them together are bounded."""

    def __init__(self, blobs: Mapping[str, bytes]) -> None:
        self._blobs = blobs
        self._known: dict[str, str] = {}
        self._left = MOST_RESTORED

    def value(self, value: Any) -> Any:
        if isinstance(value, str):
            return self._text(value) if value.startswith(_MARK) else value
        if isinstance(value, list):
            return [self.value(part) for part in value]
        if isinstance(value, dict):
            return {key: self.value(part) for key, part in value.items()}
        return value

    def _text(self, text: str) -> str:
        if text.startswith(_OWN):
            return text.removeprefix(_OWN)
        found = _LIFTED.fullmatch(text)
        if found is None:
            raise ValueError("an attachment that is not named rightly")
        self._left -= len(self._blobs[found[1]])
        if self._left < 0:
            raise ValueError("attachments that stand in too many places")
        if text not in self._known:
            self._known[text] = found[2] + base64.b64encode(self._blobs[found[1]]).decode()
        return self._known[text]
