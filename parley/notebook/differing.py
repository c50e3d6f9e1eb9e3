"""What differs: between two texts, word by word, and between the settings of two requests."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain, cycle, groupby
from typing import Any, Literal, NamedTuple

from pydantic import MISSING

from parley.notebook.aligning import matched
from parley.request import ChatRequest
from parley.request.kept import same

_WORD = re.compile(r"[぀-ヿ㐀-䶿一-鿿豈-﫿]|[^\W぀-ヿ㐀-䶿一-鿿豈-﫿]+|\s+|[^\w\s]")
"""A word, a run of blanks, or a single sign; where words are written without blanks between, a single character."""
_DROWNED = 4
"""So many times longer than what stands between them are changes that swallow it."""


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
    """What leads from one text to the other: `same` and `gone` pieces make up the first, `same` and `new` the second.

    Neighbouring pieces are of different kinds, `gone` before `new`. Blanks and single signs between two changes, and a few
    words between two long ones, count as changed with them, so that what was written anew is not torn to shreds.
    """
    one, other = _WORD.findall(a), _WORD.findall(b)
    return tuple(_told(_joined(list(_runs(one, other)))))


class _Run(NamedTuple):
    """Words of the first text, and those of the second that are the same or stand in their place."""

    one: list[str]
    other: list[str]

    @property
    def size(self) -> int:
        """How many words it has, blanks and signs apart."""
        return max(sum(word.isalnum() for word in words) for words in self)

    def with_next(self, *runs: _Run) -> _Run:
        return _Run(*(list(chain(words, *more)) for words, more in zip(self, zip(*runs, strict=True), strict=True)))


def _runs(one: list[str], other: list[str]) -> Iterator[_Run]:
    """Runs that differ and runs that agree in turn; the first and the last one differ and may be empty."""
    start = other_start = 0
    for i, j, length in _blocks(matched(one, other)):
        yield _Run(one[start:i], other[other_start:j])
        start, other_start = i + length, j + length
        yield _Run(one[i:start], other[j:other_start])
    yield _Run(one[start:], other[other_start:])


def _blocks(pairs: list[tuple[int, int]]) -> Iterator[tuple[int, int, int]]:
    """Where words that stand side by side in both texts begin, and how many there are."""
    for _, block in groupby(enumerate(pairs), lambda found: (found[1][0] - found[0], found[1][1] - found[0])):
        (_, (i, j)), *others = block
        yield i, j, 1 + len(others)


def _joined(runs: list[_Run]) -> Iterator[_Run]:
    """The same runs, where what agrees is lost between two that differ taken into these."""
    differs = runs[0]
    for agrees, following in zip(runs[1::2], runs[2::2], strict=True):
        if any(differs) and any(following) and agrees.size * _DROWNED <= min(differs.size, following.size):
            differs = differs.with_next(agrees, following)
        else:
            yield from (differs, agrees)
            differs = following
    yield differs


def _told(runs: Iterator[_Run]) -> Iterator[Piece]:
    for differs, (one, other) in zip(cycle((True, False)), runs, strict=False):
        if not differs:
            yield Piece("same", "".join(one))
        else:
            if one:
                yield Piece("gone", "".join(one))
            if other:
                yield Piece("new", "".join(other))
