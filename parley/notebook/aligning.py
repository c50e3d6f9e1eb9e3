"""Which words of two texts stand for one another, found in little more than linear time.

What both texts have once is laid side by side first (patience diff), then what lies between is looked at in the
same way. Only short stretches are compared each with each: `difflib` takes minutes for two long answers.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import pairwise
from typing import NamedTuple

_SHORT = 4_000
"""Pairs of words up to which a stretch is compared each with each."""
_DEEPEST = 40
Pair = tuple[int, int]


class _Stretch(NamedTuple):
    """Words of the one and words of the other that are to be matched."""

    start: int
    end: int
    other_start: int
    other_end: int
    depth: int = 0

    @property
    def size(self) -> int:
        return (self.end - self.start) * (self.other_end - self.other_start)


def matched(a: Sequence[str], b: Sequence[str]) -> list[Pair]:
    """The places of words that are the same in both, in order; neither side goes back in the other."""
    pairs: list[Pair] = []
    todo = [_Stretch(0, len(a), 0, len(b))]
    while todo:
        stretch = _without_ends(a, b, todo.pop(), pairs)
        if 0 < stretch.size <= _SHORT:
            pairs.extend(_each_with_each(a, b, stretch))
        elif stretch.size and stretch.depth < _DEEPEST and (anchors := _anchors(a, b, stretch)):
            pairs.extend(anchors)
            todo.extend(_between(stretch, anchors))
    return sorted(pairs)


def _without_ends(a: Sequence[str], b: Sequence[str], stretch: _Stretch, pairs: list[Pair]) -> _Stretch:
    """What is left when the words that agree at either end are taken into `pairs`."""
    start, end, other_start, other_end, depth = stretch
    while start < end and other_start < other_end and a[start] == b[other_start]:
        pairs.append((start, other_start))
        start, other_start = start + 1, other_start + 1
    while start < end and other_start < other_end and a[end - 1] == b[other_end - 1]:
        end, other_end = end - 1, other_end - 1
        pairs.append((end, other_end))
    return _Stretch(start, end, other_start, other_end, depth)


def _each_with_each(a: Sequence[str], b: Sequence[str], stretch: _Stretch) -> Iterator[Pair]:
    one, other = a[stretch.start : stretch.end], b[stretch.other_start : stretch.other_end]
    for i, j, length in SequenceMatcher(str.isspace, one, other, autojunk=False).get_matching_blocks():
        yield from ((stretch.start + i + k, stretch.other_start + j + k) for k in range(length))


def _anchors(a: Sequence[str], b: Sequence[str], stretch: _Stretch) -> list[Pair]:
    """Words that stand once on either side, as many of them as are in the same order; else those that stand equally often."""
    one = _places(a, stretch.start, stretch.end)
    other = _places(b, stretch.other_start, stretch.other_end)
    common = [word for word in one if word in other and len(one[word]) == len(other[word])]
    chosen = [word for word in common if len(one[word]) == 1] or common
    return _longest_rising(sorted(pair for word in chosen for pair in zip(one[word], other[word], strict=True)))


def _places(words: Sequence[str], start: int, end: int) -> dict[str, list[int]]:
    """Where each word stands; blanks and signs hold nothing together."""
    found: dict[str, list[int]] = {}
    for place in range(start, end):
        if words[place].isalnum():
            found.setdefault(words[place], []).append(place)
    return found


def _longest_rising(pairs: Sequence[Pair]) -> list[Pair]:
    """The longest part of the pairs, which rise on the one side, that rises on the other, too."""
    ends: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for index, (_, place) in enumerate(pairs):
        length = bisect_left(ends, place)
        before.append(last[length - 1] if length else -1)
        ends[length : length + 1], last[length : length + 1] = [place], [index]
    found, index = [], last[-1] if last else -1
    while index >= 0:
        found.append(pairs[index])
        index = before[index]
    return found[::-1]


def _between(stretch: _Stretch, anchors: Sequence[Pair]) -> Iterator[_Stretch]:
    bounds = [(stretch.start - 1, stretch.other_start - 1), *anchors, (stretch.end, stretch.other_end)]
    for (i, j), (next_i, next_j) in pairwise(bounds):
        yield _Stretch(i + 1, next_i, j + 1, next_j, stretch.depth + 1)
