"""JSON values as bytes, type-exact, with what is long or repeated lifted out by content hash.

A document is JSON (UTF-8) in which a part may stand as a reference, `{"$blob": [kind, hash, head]}`:

- `json`: the blob is a document itself; messages and cells are lifted this way, so that a conversation that grows
  stores each message once.
- `text`: the blob is a long opaque string; `head` precedes it.
- `base64`: the blob is the bytes that the string spells in base64, after `head` (`data:image/png;base64,`).

A dict of the value's own that has a key `$blob` is kept by one more `$` before it. Key order, `1` against `1.0`, big
whole numbers and NaN come back as they were. A lone surrogate cannot be written as UTF-8 and becomes U+FFFD; halves
that belong together become the character they spell.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
import weakref
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from parley.errors import StoreError

LONG = 1024
"""Characters from which on an opaque string is lifted out; below it a reference saves nothing."""
DEEPEST = 200
"""Levels of nesting that are taken; what one thread could write deeper than that, another could not read back."""
_MARK = "$blob"
_ESCAPED = re.compile(r"\$+blob")
_DATA_URL = re.compile(r"data:[^,]{0,200};base64,")
_OPAQUE = re.compile(r"[A-Za-z0-9+/_=-]+\Z")
_STORED, _DEFLATED = b"=", b"z"
_NOTHING = b"null"


class Blob(NamedTuple):
    """One lifted part, as it is stored."""

    hash: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Apart:
    """A part of a value that is to be stored by its own hash, once, wherever it stands."""

    value: Any


class Document(NamedTuple):
    """A value as bytes, and the blobs that its references name."""

    body: bytes
    blobs: tuple[Blob, ...]


def clean(text: str) -> str:
    """The text without lone surrogates, which neither a database nor a page can take."""
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def encoded(value: Any) -> bytes:
    """JSON as compact UTF-8."""
    return clean(json.dumps(value, ensure_ascii=False, separators=(",", ":"))).encode()


def pack(value: Any, *, only_data_urls: bool = False) -> Document:
    """The value as a document, with long opaque strings lifted out. Raises StoreError for what is nested too deeply."""
    lift = _Lift(only_data_urls)
    return Document(encoded(lift.value(value)), tuple(lift.blobs.values()))


def pack_list(values: Iterable[Any]) -> Document:
    """A list as a document in which each element stands apart."""
    return pack([Apart(value) for value in values])


class PackedLists:
    """Lists as `pack_list` packs them, where each element is packed once for as long as it lives: of a long session, an edit
    changes one cell. The elements must be values: frozen, and the same as long as they are the same object."""

    def __init__(self, spell: Callable[[Any], Any]) -> None:
        self._spell = spell
        self._known: dict[int, tuple[weakref.ref[Any], Document]] = {}

    def pack(self, values: Iterable[Any]) -> Document:
        """The list as a document; `spell` gives each element as JSON."""
        packed = [self._packed(value) for value in values]
        blobs = {blob.hash: blob for document in packed for blob in document.blobs}
        return Document(b"[" + b",".join(document.body[1:-1] for document in packed) + b"]", tuple(blobs.values()))

    def _packed(self, value: Any) -> Document:
        place = id(value)
        known = self._known.get(place)
        if known is not None and known[0]() is value:
            return known[1]
        document = pack_list([self._spell(value)])
        self._known[place] = weakref.ref(value, lambda _: self._known.pop(place, None)), document
        return document


def parts_of(body: bytes) -> list[str]:
    """The hashes of the elements of a list that `pack_list` made."""
    return [element[_MARK][1] for element in json.loads(body)]


class UnpackedLists:
    """Lists that `pack_list` made, read one after another: an element that several of them have is unpacked once, and shared."""

    def __init__(self, fetch: Callable[[set[str]], Mapping[str, bytes]], read: Callable[[Any], Any]) -> None:
        """`read` makes of each element what is shared; it must not be changed by anybody."""
        self._fetch, self._read = fetch, read
        self._known: dict[str, Any] = {}

    def unpack(self, body: bytes) -> list[Any] | None:
        """None where there was no list."""
        if body == _NOTHING:
            return None
        hashes = parts_of(body)
        new = [hash_ for hash_ in dict.fromkeys(hashes) if hash_ not in self._known]
        wanted = encoded([{_MARK: ["json", hash_, ""]} for hash_ in new])
        self._known.update(zip(new, map(self._read, unpack(wanted, self._fetch)), strict=True))
        return [self._known[hash_] for hash_ in hashes]


def unpack(body: bytes, fetch: Callable[[set[str]], Mapping[str, bytes]], some: slice | None = None) -> Any:
    """The value that was packed; `fetch` gives the bodies of blobs by their hashes, a few at a time. Of a list, `some` are enough."""
    value = json.loads(body) if some is None else json.loads(body)[some]
    known: dict[tuple[str, str], Any] = {}
    wanted = _wanted(value)
    while missing := wanted - known.keys():
        bodies = fetch({hash_ for _, hash_ in missing})
        for kind, hash_ in missing:
            known[kind, hash_] = json.loads(bodies[hash_]) if kind == "json" else bodies[hash_]
        wanted = set().union(*(_wanted(known[key]) for key in missing if key[0] == "json"))
    return _restored(value, known)


def squeezed(body: bytes) -> bytes:
    """The bytes compressed where that makes them shorter, with one byte before them that says so."""
    deflated = zlib.compress(body, 6) if len(body) > 100 else body
    return _DEFLATED + deflated if len(deflated) < len(body) else _STORED + body


def unsqueezed(body: bytes) -> bytes:
    return zlib.decompress(body[1:]) if body[:1] == _DEFLATED else body[1:]


def first_of(body: bytes) -> bytes:
    """The first byte of what was squeezed, without the rest."""
    return zlib.decompressobj().decompress(body[1:100], 1) if body[:1] == _DEFLATED else body[1:2]


def digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


class _Lift:
    """One walk through a value, collecting what is lifted out of it."""

    def __init__(self, only_data_urls: bool) -> None:
        self.blobs: dict[str, Blob] = {}
        self._only_data_urls = only_data_urls
        self._apart: dict[int, tuple[Apart, Any]] = {}
        """References to what is lifted out in several places."""

    def value(self, value: Any, depth: int = 0) -> Any:
        if isinstance(value, str):
            return self._text(value) if len(value) >= LONG else value
        if isinstance(value, Apart):
            if id(value) not in self._apart:
                self._apart[id(value)] = value, self._reference("json", encoded(self.value(value.value)), "")
            return self._apart[id(value)][1]
        if not isinstance(value, Mapping | list | tuple):
            return value
        if depth >= DEEPEST:
            raise StoreError(f"This is nested more than {DEEPEST} levels deep, which is more than can be stored.")
        if isinstance(value, Mapping):
            return {_escaped(key): self.value(part, depth + 1) for key, part in value.items()}
        return [self.value(part, depth + 1) for part in value]

    def _text(self, text: str) -> Any:
        match = _DATA_URL.match(text)
        head = match.group() if match else ""
        tail = text[len(head) :]
        if (self._only_data_urls and not head) or not _OPAQUE.match(tail):
            return text
        raw = _decoded(tail)
        return self._reference("text", tail.encode(), head) if raw is None else self._reference("base64", raw, head)

    def _reference(self, kind: str, body: bytes, head: str) -> dict[str, list[str]]:
        hash_ = digest(body)
        self.blobs[hash_] = Blob(hash_, body)
        return {_MARK: [kind, hash_, head]}


def _decoded(text: str) -> bytes | None:
    """The bytes that the text spells in base64; None unless they spell the very same text again."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return raw if base64.b64encode(raw).decode() == text else None


def _escaped(key: Any) -> Any:
    return f"${key}" if isinstance(key, str) and _ESCAPED.fullmatch(key) else key


def _wanted(value: Any) -> set[tuple[str, str]]:
    """Kind and hash of every reference in the value."""
    found: set[tuple[str, str]] = set()
    todo = [value]
    while todo:
        one = todo.pop()
        if isinstance(one, list):
            todo += one
        elif isinstance(one, dict) and _MARK in one:
            kind, hash_, *_ = one[_MARK]
            found.add((kind, hash_))
        elif isinstance(one, dict):
            todo += one.values()
    return found


def _restored(value: Any, known: dict[Any, Any]) -> Any:
    """What stood apart is one object, wherever it stands."""
    if isinstance(value, list):
        return [_restored(part, known) for part in value]
    if not isinstance(value, dict):
        return value
    if _MARK not in value:
        return {(key[1:] if _ESCAPED.fullmatch(key) else key): _restored(part, known) for key, part in value.items()}
    kind, hash_, head = value[_MARK]
    found = known[kind, hash_]
    if kind == "json":
        if ("whole", hash_) not in known:
            known["whole", hash_] = _restored(found, known)
        return known["whole", hash_]
    return head + (base64.b64encode(found) if kind == "base64" else found).decode()
