"""The keys at hand, in whatever dress they may stand in something that is about to leave."""

from __future__ import annotations

import base64
import binascii
import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote, quote_plus

from parley.wire.redaction import REMOVED, SHORTEST, without_keys

_TELLING = 12
"""Characters that give a key away where its maker is known by its beginning."""
_FILE = re.compile(r"(?:data:[^,]{0,200};base64,)?([A-Za-z0-9+/]{24,}+={0,2})")
_LONG = 10_000
"""Characters of a text that is gone through once, however many requests repeat it."""
_ESCAPED = re.compile(r"%[0-9A-F]{2}")


class OwnKeys:
    """Keys that must not leave: as they are, in base64 at any offset, in hexadecimal, backwards, escaped for a URL, HTML or
    JSON (also for JSON within JSON), and cut off behind their telling beginning. What is shorter than 8 characters is taken for a word."""

    def __init__(self, keys: Iterable[str]) -> None:
        self._forms = tuple(
            sorted({form for key in keys if len(key) >= SHORTEST for form in _forms(key)}, key=len, reverse=True)
        )

        self._shortest = min(map(len, self._forms), default=0)
        self._known: dict[str, tuple[str, ...]] = {}

    def __bool__(self) -> bool:
        return bool(self._forms)

    def __repr__(self) -> str:
        return "<OwnKeys>"

    def within(self, text: str) -> tuple[str, ...]:
        """The forms that stand in the text, longest first."""
        if len(text) < self._shortest:
            return ()
        if len(text) < _LONG:
            return tuple(form for form in self._forms if form in text)
        if text not in self._known:
            self._known[text] = tuple(form for form in self._forms if form in text)
        return self._known[text]

    def within_bytes(self, data: bytes) -> bool:
        return any(form.encode() in data for form in self._forms)

    def anywhere(self, value: Any) -> bool:
        """Whether one stands in any text of a JSON value, or in the file that such a text spells."""
        if isinstance(value, str):
            return bool(self.within(value)) or self._spelled(value)
        if isinstance(value, Mapping):
            return any(self.anywhere(key) or self.anywhere(inner) for key, inner in value.items())
        return isinstance(value, list | tuple) and any(map(self.anywhere, value))

    def _spelled(self, text: str) -> bool:
        found = _FILE.fullmatch(text) if self._forms else None
        if found is None:
            return False
        try:
            return self.within_bytes(base64.b64decode(found[1]))
        except binascii.Error:
            return False

    def hidden(self, text: str) -> str:
        """The text without any of them."""
        for form in self.within(text):
            text = text.replace(form, REMOVED)
        return text


def _forms(key: str) -> Iterator[str]:
    raw = key.encode("utf-8", "replace")
    yield from (key, key[::-1], raw.hex(), raw.hex().upper(), html.escape(key), html.escape(key, quote=False))
    for text in (key, key.replace("/", "\\/")):
        once = json.dumps(text)[1:-1]
        yield from (once, json.dumps(once)[1:-1], json.dumps(json.dumps(text, ensure_ascii=False)[1:-1])[1:-1])
    for spelled in (quote(key, safe=""), quote(key), quote_plus(key)):
        yield from (spelled, _ESCAPED.sub(lambda found: found[0].lower(), spelled))
    yield key[: _TELLING if without_keys(key) != key else max(_TELLING, len(key) * 2 // 3)]
    for offset in range(3):
        yield from _base64(raw, offset)


def _base64(raw: bytes, offset: int) -> Iterator[str]:
    """What of a text in base64 is the key alone, where the key begins `offset` bytes behind a group of three."""
    first, size = (0, 2, 3)[offset], len(raw) + offset
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        spelled = encode(b"\0" * offset + raw).decode().rstrip("=")
        yield spelled[first : size * 8 // 6]
