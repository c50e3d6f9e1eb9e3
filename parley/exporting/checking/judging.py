"""Those who look through a snapshot: one lists what there is, the other does what was decided about it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar, get_args

from parley.exporting.checking.found import KINDS, Decision, Found, Kind, PartKind, Place, TextKind, mask_of
from parley.exporting.checking.masks import Masks
from parley.exporting.checking.once import Note
from parley.exporting.checking.patterns import (
    SHORTEST_ANYWHERE,
    Spotted,
    before_file,
    is_inner,
    names_secret,
    secrets_in,
)
from parley.wire.own_keys import OwnKeys
from parley.wire.redaction import REMOVED

T = TypeVar("T")
_MASKS = frozenset(mask_of(kind) for kind in KINDS)


class Lister:
    """Lists what it is shown, each thing once, with all its places."""

    def __init__(self, keys: OwnKeys) -> None:
        self._keys = keys
        self._known: dict[tuple[str, bool], tuple[Spotted, ...]] = {}
        self._things: dict[tuple[Kind, str], tuple[str, str, dict[Place, None]]] = {}
        self._notes: list[Note] | None = None

    def found(self) -> tuple[Found, ...]:
        kinds = list(KINDS)
        several = {kind: sum(one == kind for one, _ in self._things) > 1 for kind in kinds}
        found: list[Found] = []
        for kind in kinds:
            mine = [thing for (one, _), thing in self._things.items() if one == kind]
            for number, (text, maker, places) in enumerate(mine, 1):
                mask = mask_of(kind, number if several[kind] and kind in ("e-mail", "phone", "card") else None)
                found.append(
                    Found(id=_id(kind, text), kind=kind, text=text, maker=maker, places=tuple(places), mask=mask)
                )
        return tuple(found)

    def part(self, kind: PartKind, value: Any, place: Place) -> Decision:
        text = told(value)
        if not _is_mask(value):
            self._note(kind, text, place)
        return "keep"

    def text(self, text: str, place: Place, name: str, *, opaque: bool = False) -> str:
        if not text:
            return text
        if self._keys and self._keys.within(text):
            self._note("own key", REMOVED, place)
            text = self._keys.hidden(text)
        if not opaque and names_secret(name, text):
            self._note("password", text, place)
        if name == "connection" and is_inner(text):
            self._note("server", text, place)
        for one in self._spotted(text, opaque):
            self._note(one.kind, one.text, place, one.maker)
        return text

    def _spotted(self, text: str, opaque: bool) -> tuple[Spotted, ...]:
        """A text is looked through once, however many requests repeat it."""
        if (text, opaque) not in self._known:
            self._known[text, opaque] = secrets_in(text[: before_file(text)] if opaque else text, opaque=opaque)
        return self._known[text, opaque]

    def noting(self, look: Callable[[], T]) -> tuple[T, Sequence[Note]]:
        notes: list[Note] = []
        self._notes = notes
        try:
            return look(), notes
        finally:
            self._notes = None

    def again(self, notes: Sequence[Note], place: Place) -> None:
        for kind, text, maker in notes:
            self._note(kind, text, place, maker)

    def _note(self, kind: Kind, text: str, place: Place, maker: str = "") -> None:
        if text not in _MASKS or kind == "own key":
            if self._notes is not None:
                self._notes.append((kind, text, maker))
            self._things.setdefault((kind, text), (text, maker, {}))[2].setdefault(place)


class Executor:
    """Does what was decided about what was found."""

    def __init__(self, found: Iterable[Found], decisions: Mapping[str, Decision], keys: OwnKeys) -> None:
        self._keys = keys
        decided = [(one, decisions.get(one.id, one.advice)) for one in found]
        self._parts = {(one.kind, one.text): decision for one, decision in decided}
        instead = {one: "" if decision == "drop" else one.mask for one, decision in decided if decision != "keep"}
        longest_first = sorted(instead.items(), key=lambda pair: len(pair[0].text), reverse=True)
        texts = [(one, mask) for one, mask in longest_first if one.kind in _OF_TEXTS]
        whole = [(one, mask) for one, mask in texts if _is_no_word(one.text)]
        self._anywhere = Masks([(one.text, mask) for one, mask in whole])
        self._by_words = Masks([(one.text, mask) for one, mask in whole if one.kind in _BY_WORDS])
        self._done: dict[tuple[str, bool], str] = {}
        """A text is gone through once, however many requests repeat it."""
        self._named = {one.text: mask for one, mask in texts if one.kind == "password"}

    def part(self, kind: PartKind, value: Any, place: Place) -> Decision:
        return self._parts.get((kind, told(value)), "keep")

    def text(self, text: str, place: Place, name: str, *, opaque: bool = False) -> str:
        if self._keys:
            text = self._keys.hidden(text)
        if text in self._named and names_secret(name, text):
            return self._named[text]
        if (text, opaque) not in self._done:
            head = before_file(text) if opaque else None
            read = (self._by_words if opaque else self._anywhere).put_into(text[:head])
            self._done[text, opaque] = read if head is None else read + text[head:]
        return self._done[text, opaque]

    def noting(self, look: Callable[[], T]) -> tuple[T, Sequence[Note]]:
        return look(), ()

    def again(self, notes: Sequence[Note], place: Place) -> None:
        """What is done does not depend on the place."""


_OF_TEXTS = frozenset(get_args(TextKind)) - {"own key"}
_BY_WORDS = _OF_TEXTS - {"random"}
"""What is masked in ids and files, too, once it was found: an id that looks random is none that anybody made up."""


def told(value: Any) -> str:
    """A part as a text: what a person reads, and by which it is known."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def _is_no_word(text: str) -> bool:
    return len(text) >= SHORTEST_ANYWHERE or text.startswith(":")


def _is_mask(value: Any) -> bool:
    masked = value.values() if isinstance(value, Mapping) else [value]
    return all(isinstance(one, str) and one in _MASKS for one in masked)


def _id(kind: Kind, text: str) -> str:
    return hashlib.sha256(f"{kind}\0{text}".encode("utf-8", "replace")).hexdigest()[:16]
