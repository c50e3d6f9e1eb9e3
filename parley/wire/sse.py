"""Server-sent events from bytes, however the bytes are cut. Source: the WHATWG HTML standard, server-sent events.

Lines end at CR, LF or CRLF and nowhere else: U+2028, U+2029 and U+0085 are text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from parley.errors import AnswerTooLarge
from parley.wire.limits import MEBIBYTE, Limits

_LINE_END = re.compile(rb"\r\n|\n|\r")
_OPENING = re.compile(rb"data:[ \t]*[{\[]")
_IGNORED = (b"id", b"retry")
BOM = b"\xef\xbb\xbf"
BLANK = b" \t\r\n" + BOM
"""What may stand before an answer: servers pad it while a model thinks."""
_REPLACEMENT = "\ufffd"


class ServerEvent(NamedTuple):
    """One event: its type, "" unless the server named one, and its data."""

    name: str
    data: str


class SseDecoder:
    """Bytes in, events out, in time linear in the bytes. Comments, ids and retry times are dropped."""

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._line: list[bytes] = []
        self._line_size = 0
        self._data: list[str] = []
        self._data_size = 0
        self._name = self._later_name = ""
        self._total = 0
        self._first_line = True
        self._after_cr = False
        self.replaced = 0
        """Malformed UTF-8 sequences that were replaced by U+FFFD."""
        self.strange = 0
        """Lines that no event stream has."""

    def feed(self, data: bytes) -> Iterator[ServerEvent]:
        """The events that these bytes complete. Run it to its end; raises AnswerTooLarge where a cap is reached."""
        room = self._limits.total - self._total
        self._total += len(data)
        yield from self._split(data[:room] if len(data) > room else data)
        if len(data) > room:
            raise too_large(self._limits.total, "in all")

    def _split(self, data: bytes) -> Iterator[ServerEvent]:
        if self._after_cr and data.startswith(b"\n"):
            data = data[1:]
            self._after_cr = False
        if not data:
            return
        self._after_cr = data.endswith(b"\r")
        *ended, rest = _LINE_END.split(data)
        for piece in ended:
            self._hold(piece)
            line, self._line, self._line_size = b"".join(self._line), [], 0
            yield from self._take(line)
        self._hold(rest)

    def _hold(self, piece: bytes) -> None:
        self._line.append(piece)
        self._line_size += len(piece)
        if self._line_size + self._data_size > self._limits.event:
            raise too_large(self._limits.event, "in one event")

    def _take(self, line: bytes) -> Iterator[ServerEvent]:
        if self._first_line:
            line = line.lstrip(BLANK)
            self._first_line = not line
        if not line:
            yield from self._dispatch()
        elif not line.startswith(b":"):
            if self._unparted(line):
                later, self._later_name = self._later_name, ""
                yield from self._dispatch()
                self._name = later
            self._field(line)

    def _unparted(self, line: bytes) -> bool:
        """The server leaves out blank lines: in no JSON text does a line begin with `{` or `[` behind one that ends with `}`."""
        begins = line.startswith(b"data:") and (self._later_name or _OPENING.match(line))
        return bool(self._data and begins and self._data[-1].rstrip().endswith("}"))

    def _field(self, line: bytes) -> None:
        field, _, value = line.partition(b":")
        if field == b"data":
            self._data.append(self.decoded(value.removeprefix(b" ")))
            self._data_size += len(value) + 1
        elif field == b"event":
            name = self.decoded(value.removeprefix(b" "))
            self._name, self._later_name = (self._name, name) if self._data else (name, "")
        else:
            self.strange += field not in _IGNORED

    def decoded(self, raw: bytes) -> str:
        """The text of whole lines; what is malformed is replaced and counted."""
        try:
            return raw.decode()
        except UnicodeDecodeError:
            text = raw.decode(errors="replace")
            self.replaced += text.count(_REPLACEMENT) - raw.count(_REPLACEMENT.encode())
            return text

    def _dispatch(self) -> Iterator[ServerEvent]:
        data, name = self._data, self._later_name or self._name
        self._data, self._data_size, self._name, self._later_name = [], 0, "", ""
        if data:
            yield ServerEvent(name, "\n".join(data))

    def close(self) -> Iterator[ServerEvent]:
        """The event that the end of the bytes completes: some servers leave out the last blank line."""
        line, self._line, self._line_size = b"".join(self._line), [], 0
        if line:
            yield from self._take(line)
        yield from self._dispatch()


def too_large(limit: int, where: str) -> AnswerTooLarge:
    """The error of a cap on bytes, in words; whether anything can be kept is not known here."""
    told = f"The server sent more than {in_megabytes(limit)} {where}, so Parley stopped reading"
    return AnswerTooLarge(f"{told}: try again, or choose another model or provider.")


def in_megabytes(size: int) -> str:
    return f"{size / MEBIBYTE:g} MB" if size >= MEBIBYTE / 10 else f"{size} bytes"
