"""What differs: between two texts, word by word, and between the settings of two requests."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Any, Literal, NamedTuple

from pydantic import MISSING

from parley.request import ChatRequest
from parley.request.kept import same

_WORD = re.compile(r"[぀-ヿ㐀-䶿一-鿿豈-﫿]|[^\W぀-ヿ㐀-䶿一-鿿豈-﫿]+|\s+|[^\w\s]")
"""A word, a run of blanks, or a single sign; where words are written without blanks between, a single character."""


class Piece(NamedTuple):
    """Text that both have, or that only the first (`gone`) or the second (`new`) has."""

    kind: Literal["same", "gone", "new"]
    text: str


class Change(NamedTuple):
    """One field that would be changed; MISSING is unset."""

    name: str
    before: Any
    after: Any


def changes(run_request: ChatRequest, settings: ChatRequest) -> tuple[Change, ...]:
    """How a request differs from the settings, messages apart: what loading it would change, then what it would unset.

    What Parley adds to settings is a difference, too, unless it is in both, or in neither.
    """
    old, new = (request.without("messages").payload() for request in (settings, run_request))
    found = (Change(name, old.get(name, MISSING), new.get(name, MISSING)) for name in {**new, **old})
    return tuple(one for one in found if not same(one.before, one.after))


def word_difference(a: str, b: str) -> tuple[Piece, ...]:
    """What leads from one text to the other: `same` and `gone` pieces make up the first, `same` and `new` the second."""
    return tuple(_joined(_pieces(_WORD.findall(a), _WORD.findall(b))))


def _pieces(a: list[str], b: list[str]) -> Iterator[Piece]:
    for kind, start, end, other_start, other_end in SequenceMatcher(str.isspace, a, b).get_opcodes():
        if kind == "equal":
            yield Piece("same", "".join(a[start:end]))
        else:
            yield Piece("gone", "".join(a[start:end]))
            yield Piece("new", "".join(b[other_start:other_end]))


def _joined(pieces: Iterator[Piece]) -> Iterator[Piece]:
    """Blanks between two changes belong to both: so many words changed, not so many single ones."""
    gone = new = held = ""
    for kind, text in pieces:
        if kind == "gone":
            gone, new, held = gone + held + text, new + held, ""
        elif kind == "new":
            new += text
        elif text.isspace() and (gone or new):
            held += text
        else:
            yield from _changed(gone, new)
            yield Piece("same", held + text)
            gone = new = held = ""
    yield from _changed(gone, new)
    if held:
        yield Piece("same", held)


def _changed(gone: str, new: str) -> Iterator[Piece]:
    if gone:
        yield Piece("gone", gone)
    if new:
        yield Piece("new", new)
