"""The keys at hand, in whatever dress they may stand in something that is about to leave."""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Iterable, Iterator
from urllib.parse import quote

from parley.wire.redaction import REMOVED, SHORTEST, without_keys

_TELLING = 12
"""Characters that give a key away where its maker is known by its beginning."""


class OwnKeys:
    """Keys that must not leave: as they are, in base64 at any offset, in hexadecimal, backwards, escaped for a URL, JSON or
    HTML, and cut off behind their telling beginning. What is shorter than 8 characters is taken for a word."""

    def __init__(self, keys: Iterable[str]) -> None:
        self._forms = tuple(
            sorted({form for key in keys if len(key) >= SHORTEST for form in _forms(key)}, key=len, reverse=True)
        )

        self._shortest = min(map(len, self._forms), default=0)

    def __bool__(self) -> bool:
        return bool(self._forms)

    def __repr__(self) -> str:
        return "<OwnKeys>"

    def within(self, text: str) -> tuple[str, ...]:
        """The forms that stand in the text, longest first."""
        return () if len(text) < self._shortest else tuple(form for form in self._forms if form in text)

    def within_bytes(self, data: bytes) -> bool:
        return any(form.encode() in data for form in self._forms)

    def hidden(self, text: str) -> str:
        """The text without any of them."""
        for form in self.within(text):
            text = text.replace(form, REMOVED)
        return text


def _forms(key: str) -> Iterator[str]:
    raw = key.encode("utf-8", "replace")
    yield from (key, key[::-1], raw.hex(), quote(key, safe=""), html.escape(key), json.dumps(key)[1:-1])
    yield key[: _TELLING if without_keys(key) != key else max(_TELLING, len(key) * 2 // 3)]
    for offset in range(3):
        yield from _base64(raw, offset)


def _base64(raw: bytes, offset: int) -> Iterator[str]:
    """What of a text in base64 is the key alone, where the key begins `offset` bytes behind a group of three."""
    first, size = (0, 2, 3)[offset], len(raw) + offset
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        spelled = encode(b"\0" * offset + raw).decode().rstrip("=")
        yield spelled[first : size * 8 // 6]
