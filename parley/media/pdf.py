"""How many pages a PDF has, read from its own tables and nothing else: no page is parsed, no script is looked at.

Source: ISO 32000-1, 7.5 (file structure) and 7.7 (document structure). What is not written as it says there gives no number.
"""

from __future__ import annotations

import re
import zlib
from typing import Final, NamedTuple

MOST_PAGES: Final = 1_000_000
_MOST_TABLES: Final = 64
"""Tables of objects that follow one another: one for each time the file was changed."""
_MOST_SECTIONS: Final = 1_000
"""Of one table."""
_MOST_UNPACKED: Final = 1024 * 1024
"""Bytes of one packed stream."""
_MOST_STREAMS: Final = 8
"""Streams that are unpacked for one answer: tables, and what the catalogue and the tree of pages stand in."""
_LONGEST: Final = 65_536
"""Bytes of one dictionary."""
_START: Final = re.compile(rb"startxref\s+(\d{1,10})\s")
_OBJECT: Final = re.compile(rb"\s{0,64}(\d{1,10})\s{1,64}\d{1,5}\s{1,64}obj")
_SECTION: Final = re.compile(rb"\s{0,64}(\d{1,10})\s{1,64}(\d{1,10})\s{1,64}")
_ENTRY: Final = 20
"""Bytes of a line in a plain table."""


class Unreadable(Exception):
    """The tables of the file do not say it."""


class _Place(NamedTuple):
    """Where an object stands: at an offset, or in a packed stream of objects."""

    at: int
    packed_in: int | None = None


def pages_of(data: bytes) -> int | None:
    """The number of pages that the file says it has; None where it cannot be read."""
    try:
        return _Reader(data).pages()
    except (Unreadable, zlib.error, ValueError, IndexError, RecursionError):
        return None


def cut_off(data: bytes) -> bool:
    """Whether a file that begins with its length, as those made for the web do, is shorter than that."""
    head = data[:1024]
    told = re.search(rb"/L\s{0,4}(\d{1,12})", head) if b"/Linearized" in head else None
    return told is not None and int(told[1]) > len(data)


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._zero = max(data[:1024].find(b"%PDF-"), 0)
        """Offsets count from here."""
        self._unpacked: dict[int, tuple[bytes, bytes]] = {}
        self._tables = self._chain()

    def pages(self) -> int:
        root = next((found for _, trailer in self._tables if (found := _reference(trailer, b"Root")) is not None), None)
        catalog = self._dictionary(_given(root))
        tree = self._dictionary(_given(_reference(catalog, b"Pages")))
        count = _number(tree, b"Count")
        if not 0 <= count <= MOST_PAGES:
            raise Unreadable
        return count

    def _chain(self) -> list[tuple[int, bytes]]:
        """Every table of objects, newest first: its offset, and the dictionary that belongs to it."""
        starts = _START.findall(self._data[-4096:])
        following, tables = [int(starts[-1])] if starts else [], dict[int, bytes]()
        while following and len(tables) < _MOST_TABLES:
            at = following.pop()
            if at in tables:
                continue
            tables[at] = trailer = self._trailer(at)
            following += [int(one[1]) for key in (b"Prev", b"XRefStm") if (one := _told(trailer, key)) is not None]
        return list(tables.items())

    def _trailer(self, at: int) -> bytes:
        if not self._is_plain(at):
            return self._at(at)
        found = self._data.find(b"trailer", self._zero + at)
        if found < 0:
            raise Unreadable
        return _outermost(self._data, found)

    def _is_plain(self, at: int) -> bool:
        return self._data[self._zero + at : self._zero + at + 16].lstrip().startswith(b"xref")

    def _at(self, at: int, number: int | None = None) -> bytes:
        """The dictionary of the object that stands at an offset."""
        match = _OBJECT.match(self._data, self._zero + at)
        if match is None or (number is not None and int(match[1]) != number):
            raise Unreadable
        return _outermost(self._data, match.end())

    def _dictionary(self, number: int) -> bytes:
        for at, trailer in self._tables:
            place = self._in_plain(at, number) if self._is_plain(at) else self._in_packed(at, trailer, number)
            if place is not None:
                return self._at(place.at, number) if place.packed_in is None else self._from_stream(number, place)
        raise Unreadable

    def _in_plain(self, table: int, number: int) -> _Place | None:
        at = self._data.index(b"xref", self._zero + table) + 4
        for _ in range(_MOST_SECTIONS):
            section = _SECTION.match(self._data, at)
            if section is None:
                return None
            first, count, at = int(section[1]), int(section[2]), section.end()
            if first <= number < first + count:
                entry = self._data[at + (number - first) * _ENTRY :][:_ENTRY]
                return _Place(int(entry[:10])) if entry[17:18] == b"n" else None
            at += count * _ENTRY
        raise Unreadable

    def _in_packed(self, table: int, trailer: bytes, number: int) -> _Place | None:
        widths = [int(one) for one in re.findall(rb"\d{1,2}", _list(trailer, b"W"))]
        index = [int(one) for one in re.findall(rb"\d{1,10}", _list(trailer, b"Index"))]
        index = index or [0, _number(trailer, b"Size")]
        row = 0
        for first, count in zip(index[::2], index[1::2], strict=True):
            if first <= number < first + count:
                return self._row(self._stream(table)[1], widths, row + number - first)
            row += count
        return None

    def _row(self, rows: bytes, widths: list[int], row: int) -> _Place | None:
        kind, middle, last = widths
        one = rows[row * sum(widths) :][: sum(widths)]
        if len(one) < sum(widths):
            raise Unreadable
        what = int.from_bytes(one[:kind], "big") if kind else 1
        value, where = int.from_bytes(one[kind : kind + middle], "big"), int.from_bytes(one[-last:] if last else b"")
        return {1: _Place(value), 2: _Place(where, value)}.get(what)

    def _from_stream(self, number: int, place: _Place) -> bytes:
        """An object out of a packed stream of them, which begins with their numbers and places."""
        holder = next(
            (found for at, trailer in self._tables if (found := self._placed(at, trailer, _given(place.packed_in)))),
            None,
        )
        if holder is None or holder.packed_in is not None:
            raise Unreadable
        dictionary, inside = self._stream(holder.at)
        first = _number(dictionary, b"First")
        told = [int(one) for one in re.findall(rb"\d{1,10}", inside[:first])]
        places = dict(zip(told[::2], told[1::2], strict=False))
        return _outermost(inside, first + places[number]) if number in places else b""

    def _placed(self, at: int, trailer: bytes, number: int) -> _Place | None:
        return self._in_plain(at, number) if self._is_plain(at) else self._in_packed(at, trailer, number)

    def _stream(self, at: int) -> tuple[bytes, bytes]:
        """The dictionary and the unpacked bytes of the stream at an offset."""
        if at not in self._unpacked:
            if len(self._unpacked) >= _MOST_STREAMS:
                raise Unreadable
            dictionary = self._at(at)
            self._unpacked[at] = dictionary, _unpacked(self._data, self._zero + at, dictionary)
        return self._unpacked[at]


def _unpacked(data: bytes, at: int, dictionary: bytes) -> bytes:
    begin = data.index(b"stream", data.index(dictionary, at) + len(dictionary)) + len(b"stream")
    begin += 2 if data[begin : begin + 2] == b"\r\n" else 1
    if b"/Filter" not in dictionary:
        return data[begin : begin + min(_number(dictionary, b"Length"), _MOST_UNPACKED)]
    if b"/FlateDecode" not in dictionary:
        raise Unreadable
    inside = zlib.decompressobj().decompress(data[begin : begin + _MOST_UNPACKED], _MOST_UNPACKED)
    predictor = _told(dictionary, b"Predictor")
    if predictor is None or int(predictor[1]) < 10:
        return inside
    columns = _told(dictionary, b"Columns")
    return _unpredicted(inside, int(columns[1]) if columns is not None else 1)


def _unpredicted(rows: bytes, columns: int) -> bytes:
    """Rows that tell how they differ from the one above, which is how tables are packed; other ways give no number."""
    if not 3 <= columns <= 64:
        raise Unreadable
    above, plain = bytes(columns), bytearray()
    for start in range(0, len(rows) - columns, columns + 1):
        way, row = rows[start], rows[start + 1 : start + 1 + columns]
        if way not in (0, 2):
            raise Unreadable
        above = bytes((one + up) & 255 for one, up in zip(row, above, strict=True)) if way == 2 else row
        plain += above
    return bytes(plain)


def _outermost(data: bytes, at: int) -> bytes:
    """The dictionary that begins next, with all that stands in it."""
    window = data[at : at + _LONGEST]
    begin, depth = window.find(b"<<"), 0
    if not 0 <= begin < 64:
        raise Unreadable
    for sign in re.finditer(rb"<<|>>", window[begin:]):
        depth += 1 if sign[0] == b"<<" else -1
        if depth == 0:
            return window[begin : begin + sign.end()]
    raise Unreadable


def _told(dictionary: bytes, name: bytes) -> re.Match[bytes] | None:
    return re.search(rb"/" + name + rb"\s{0,8}(\d{1,10})(?!\d|\s{1,8}\d{1,5}\s{1,8}R)", dictionary)


def _number(dictionary: bytes, name: bytes) -> int:
    found = _told(dictionary, name)
    if found is None:
        raise Unreadable
    return int(found[1])


def _list(dictionary: bytes, name: bytes) -> bytes:
    found = re.search(rb"/" + name + rb"\s{0,8}\[([\d\s]{0,8192})\]", dictionary)
    return found[1] if found is not None else b""


def _reference(dictionary: bytes, name: bytes) -> int | None:
    found = re.search(rb"/" + name + rb"\s{1,8}(\d{1,10})\s{1,8}\d{1,5}\s{1,8}R", dictionary)
    return int(found[1]) if found is not None else None


def _given(number: int | None) -> int:
    if number is None:
        raise Unreadable
    return number
