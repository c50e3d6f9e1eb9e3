"""Citations: the pages that an answer names, numbered, and the marks that lead to them from its text.

A citation may say to which stretch of the text it belongs (`start_index`, `end_index`, in characters). Many providers send 0 and 0 and
write the numbers into the text themselves: `[1][3]` are then the first and the third citation. A mark is a number between characters
that no text has, put into the text before it is painted and turned into a link where it is written out (`parley.reply.writing`), or
taken back where no link can stand: in code, in a formula, in an address.

Source: OpenRouter's guide on web search.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from parley.money import part
from parley.reply.addresses import host_of

MOST_MARKS = 300
_LAST = 999
_PUT_IN, _IN_PLACE, _END = "\ufdd0", "\ufdd1", "\ufdd2"
MARK = re.compile(f"([{_PUT_IN}{_IN_PLACE}])(\\d{{1,3}}){_END}")
_SIGNS = re.compile(f"[{_PUT_IN}{_IN_PLACE}{_END}]")
_NUMBERED = re.compile(r"(?<![\]\[!_\\])(?:\[\d{1,3}\])+(?![\[(])")
_NUMBER = re.compile(r"\[(\d{1,3})\]")
_DEFINED = re.compile(r"^ {0,3}\[\d{1,3}\]:", re.MULTILINE)
_LONGEST_WORD = 60
_MOST_ENDS = 2 * MOST_MARKS
"""Stretches that are looked at: several may end in one place, and some where no mark can stand."""
_AROUND = 2_000
"""Characters on either side of a stretch's end that are looked at; no line of words is longer without a blank."""
_CLOSING = "*_~`"


class Source(NamedTuple):
    """A page that an answer cites."""

    number: int
    """Its place among the pages, counted from 1."""
    url: str
    title: str
    """Empty where the citation has none."""
    ends: tuple[int, ...] = ()
    """Where in the text the stretches end that it is cited for."""
    excerpt: str = ""
    """What was read there, where the citation says so."""

    @property
    def host(self) -> str:
        return host_of(self.url)


def sources_of(annotations: Sequence[Mapping[str, Any]]) -> tuple[Source, ...]:
    """The cited pages in the order in which they are first named, each once."""
    found: dict[str, Source] = {}
    ends: dict[str, set[int]] = {}
    for one in annotations:
        url = part(one, "url_citation", "url")
        if not isinstance(url, str) or not url:
            continue
        source = found.get(url) or Source(len(found) + 1, url, "")
        told = part(one, "url_citation")
        title, excerpt = source.title or _text(told, "title"), source.excerpt or _text(told, "content")
        found[url] = source._replace(title=title, excerpt=excerpt)
        ends.setdefault(url, set()).update(_end_of(told))
    return tuple(source._replace(ends=tuple(sorted(ends[url]))) for url, source in found.items())


def with_marks(text: str, sources: Sequence[Source]) -> str:
    """The text as it is painted, with a mark for every stretch that is cited, or in place of the numbers it has itself."""
    if not sources:
        return text
    plain = _SIGNS.sub("", text) if _SIGNS.search(text) else text
    known = sources[:_LAST]
    ends = sorted((end, source.number) for source in known for end in source.ends)[:_MOST_ENDS]
    spots = {(place, number) for end, number in ends if (place := _spot(plain, end))}
    if spots:
        return _put_in(plain, sorted(spots)[:MOST_MARKS])
    return plain if _DEFINED.search(plain) else _numbers_marked(plain, len(known))


def without_marks(text: str) -> str:
    """The text as the model wrote it."""
    return MARK.sub(lambda found: f"[{found[2]}]" if found[1] == _IN_PLACE else "", text)


def _put_in(text: str, spots: Sequence[tuple[int, int]]) -> str:
    pieces, at = [], 0
    for place, number in spots:
        pieces += [text[at:place], f"{_PUT_IN}{number}{_END}"]
        at = place
    return "".join([*pieces, text[at:]])


def _numbers_marked(text: str, count: int) -> str:
    """The numbers that stand in the text, as far as there is a source of that number."""

    def marked(found: re.Match[str]) -> str:
        number = int(found[1])
        return f"{_IN_PLACE}{number}{_END}" if 1 <= number <= count else found[0]

    return _NUMBERED.sub(lambda run: _NUMBER.sub(marked, run[0]), text)


def _spot(text: str, end: int) -> int:
    """Where a mark may stand for a stretch that ends there: behind its word and what closes it; 0 where that is in no line of words."""
    place = min(end, len(text))
    first, last = max(0, place - _AROUND), min(len(text), place + _AROUND)
    while place > first and (text[place - 1].isspace() or text[place - 1] == "|"):
        place -= 1
    place = _behind_word(text, place, first, last)
    while place < last and text[place] in _CLOSING:
        place += 1
    line = text[max(first, text.rfind("\n", first, place) + 1) : place]
    return place if any(char.isalpha() for char in line) else 0


def _behind_word(text: str, place: int, first: int, last: int) -> int:
    """Behind a word that the end of the stretch cuts, and behind an address, brackets and all."""
    begun = max(first, *(text.rfind(blank, first, place) + 1 for blank in " \n\t"))
    ends = [at for blank in " \n\t" if (at := text.find(blank, place, last)) >= 0]
    end = min(ends, default=last)
    if "](" in text[begun:end] or "://" in text[begun:end]:
        return end
    last = min(last, place + _LONGEST_WORD)
    while 0 < place < last and text[place].isalnum() and text[place - 1].isalnum():
        place += 1
    return place


def _end_of(told: object) -> tuple[int, ...]:
    start, end = part(told, "start_index"), part(told, "end_index")
    whole = isinstance(start, int) and isinstance(end, int)
    return (end,) if whole and isinstance(end, int) and isinstance(start, int) and 0 <= start < end else ()


def _text(told: object, name: str) -> str:
    value = part(told, name)
    return " ".join(value.split()) if isinstance(value, str) else ""
