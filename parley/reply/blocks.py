"""Growing Markdown in pieces: settled ones, which never change again and so are painted once, and an open tail.

A piece ends before a line that begins a new block after a blank line, outside fences, display formulae, comments and lists. Only
whole lines are judged, by what stands before them, so what is settled stays settled whatever comes. Pieces are packed to at least
`PACK` characters, because every element on the screen costs. What could grow without end is cut inside, where it reads well: a
list, once `LONG`, before a further item; a table, once `LONG`, before a further row, and its head is repeated; a fenced block,
once `LONGER`, between two lines, and the fence is opened again, with a copy button of its own. A paragraph is never cut.

Every piece stands alone: a link whose `[reference]: address` stands in another piece stays text, see `parley.reply.defuse`.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from parley.reply.closing import close_paragraph, without_partial_fence

PACK = 1_500
LONG = 6_000
LONGER = 12_000
_LONGEST_FORMULA = 4_000

_MARKERS = re.compile(r"[ \t]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*")
_FENCE = re.compile(r"(`{3,}|~{3,})([^\n]*)")
_FURTHER_ITEM = re.compile(r"[-*+][ \t]|(?!1[.)])\d{1,9}[.)][ \t]")
_ITEM = re.compile(r"[ \t]*(?:[-*+]|\d{1,9}[.)])(?:[ \t]|$)")
_TABLE_RULE = re.compile(r"\|(?:[ \t]*:?-+:?[ \t]*\|)*(?:[ \t]*:?-+:?)?")
_HTML_TO = (
    (re.compile(r"<(?:script|pre|style|textarea)(?:[\s>]|$)", re.IGNORECASE), "</"),
    (re.compile(r"<!--"), "-->"),
    (re.compile(r"<\?"), "?>"),
    (re.compile(r"<!\[CDATA\["), "]]>"),
)


class Open(NamedTuple):
    """A construct in which a blank line ends nothing."""

    kind: str
    """`fence`, `formula` or `html`."""
    opener: str
    """The line that opened it, without its end."""
    closer: str
    indent: int

    def closed_by(self, line: str) -> bool:
        stripped = line.strip()
        if self.kind != "fence":
            return self.closer in stripped
        ends = len(stripped) >= len(self.closer) and not stripped.strip(self.closer[0])
        return ends and len(line) - len(line.lstrip()) <= self.indent + 3


def opened_by(line: str, in_list: bool) -> Open | None:
    """The construct that a line opens and leaves open."""
    markers = _MARKERS.match(line)
    indent = markers.end() if markers else 0
    rest = line[indent:].rstrip()
    if indent >= 4 and not in_list and not line[:indent].strip():
        return None
    return _fence(line, rest, indent) or _formula(line, rest, indent) or _html(line, rest, indent)


def _fence(line: str, rest: str, indent: int) -> Open | None:
    fence = _FENCE.match(rest)
    if fence is None or (rest[0] == "`" and "`" in fence[2]):
        return None
    return Open("fence", line.rstrip("\r\n"), fence[1], indent)


def _formula(line: str, rest: str, indent: int) -> Open | None:
    for opener, closer in (("$$", "$$"), ("\\[", "\\]")):
        if rest.startswith(opener) and closer not in rest[2:]:
            return Open("formula", line.rstrip("\r\n"), closer, indent)
    return None


def _html(line: str, rest: str, indent: int) -> Open | None:
    for opener, closer in _HTML_TO:
        start = opener.match(rest)
        if start and closer not in rest[start.end() :]:
            return Open("html", line.rstrip("\r\n"), closer, indent)
    return None


class Splitter:
    """The splitter that keeps its place: feed it what arrives, in time linear in what is fed."""

    def __init__(self) -> None:
        self._settled: list[str] = []
        self._openers: list[str | None] = []
        self._lines: list[str] = []
        self._size = 0
        self._line: list[str] = []
        self._open: Open | None = None
        self._opened_at = 0
        self._carried: str | None = None
        self._after_blank = False
        self._in_list = False
        self._head: list[str] = []

    @property
    def settled(self) -> tuple[str, ...]:
        return tuple(self._settled)

    @property
    def tail(self) -> str:
        return "".join(self._lines) + "".join(self._line)

    @property
    def openers(self) -> tuple[str | None, ...]:
        """For each settled piece and the tail: what is repeated before it, if it begins inside a fence (its line) or a table (its head)."""
        return (*self._openers, self._carried)

    def feed(self, text: str) -> None:
        """Take the next piece of the text, of any length."""
        start = 0
        while (end := text.find("\n", start)) >= 0:
            self._line.append(text[start : end + 1])
            self._take("".join(self._line))
            self._line.clear()
            start = end + 1
        if start < len(text):
            self._line.append(text[start:])

    def _take(self, line: str) -> None:
        if self._open is not None:
            self._take_inside(self._open, line)
        elif not line.strip():
            self._after_blank = True
        else:
            self._take_block_line(line)
        self._lines.append(line)
        self._size += len(line)

    def _take_inside(self, inside: Open, line: str) -> None:
        if inside.closed_by(line):
            self._open = None
        elif inside.kind == "fence" and inside.indent == 0 and self._size >= LONGER:
            self._settle(carry=inside.opener)
        elif inside.kind == "formula" and self._size - self._opened_at > _LONGEST_FORMULA:
            self._open = None
        self._after_blank = False

    def _take_block_line(self, line: str) -> None:
        if self._begins_piece(line):
            self._settle()
        elif line[0] == "|" and self._size >= LONG and self._within_table():
            self._settle(carry="".join(self._head).rstrip())
        self._note_table(line)
        item = _ITEM.match(line) is not None
        at_margin = not line[0].isspace()
        self._in_list = item or (self._in_list and not (at_margin and (self._after_blank or line[0] == "#")))
        self._open, self._opened_at = opened_by(line, self._in_list), self._size
        self._after_blank = False

    def _note_table(self, line: str) -> None:
        """Keep the head of the table that a line may stand in: its names and the rule below them."""
        if line[0] != "|":
            self._head = []
        elif self._after_blank or not self._head:
            self._head = [line]
        elif len(self._head) == 1:
            self._head = [self._head[0], line] if _TABLE_RULE.fullmatch(line.strip()) else [line]

    def _within_table(self) -> bool:
        return len(self._head) == 2 and not self._after_blank and sum(map(len, self._head)) < PACK

    def _begins_piece(self, line: str) -> bool:
        if line[0].isspace() or self._size < PACK:
            return False
        if self._in_list and _ITEM.match(line):
            return self._size >= LONG and _FURTHER_ITEM.match(line) is not None
        return self._after_blank

    def _settle(self, carry: str | None = None) -> None:
        self._settled.append("".join(self._lines))
        self._openers.append(self._carried)
        self._lines, self._size, self._carried = [], 0, carry


def split(text: str) -> tuple[tuple[str, ...], str]:
    """Settled pieces and the open tail; joined they are the text. More text only adds pieces and changes the tail."""
    splitter = Splitter()
    splitter.feed(text)
    return splitter.settled, splitter.tail


def standalone(text: str, *, live: bool) -> tuple[str, ...]:
    """The pieces as documents of their own, to be painted one under the other; while `live` the last is closed for painting."""
    splitter = Splitter()
    splitter.feed(text)
    pieces, openers = [*splitter.settled, splitter.tail], splitter.openers
    whole = [
        _between_fences(piece, opener, cut=following is not None)
        for piece, opener, following in zip(pieces, openers, (*openers[1:], None), strict=True)
    ]
    if live:
        whole[-1] = closed(whole[-1])
    return tuple(piece for piece in whole if piece.strip())


def _between_fences(piece: str, opener: str | None, cut: bool) -> str:
    begun = f"{opener}\n{piece}" if opener is not None else piece
    return f"{begun}{_fence_end(begun)}" if cut else begun


def _fence_end(piece: str) -> str:
    inside, _ = left_open(piece)
    return f"{inside.closer}\n" if inside else ""


def left_open(text: str) -> tuple[Open | None, int]:
    """The construct that is open where the text ends, and where in the text it begins."""
    inside, begun, at, in_list = None, 0, 0, False
    for line in text.splitlines(keepends=True):
        if inside is None:
            in_list = _ITEM.match(line) is not None or (in_list and line[:1].isspace())
            inside, begun = opened_by(line, in_list), at
        elif inside.closed_by(line):
            inside = None
        at += len(line)
    return inside, begun


def closed(tail: str) -> str:
    """An open tail as it is painted: what is begun is ended, and markup that says nothing yet waits.

    For the eye only; the text itself is never altered. A formula that is still arriving shows as its source.
    """
    inside, begun = left_open(tail)
    if inside is None:
        return close_paragraph(tail)
    if inside.kind == "html":
        return tail
    lines = without_partial_fence(tail, inside.closer[0])
    lines = lines if lines.endswith("\n") else f"{lines}\n"
    margin = " " * inside.indent
    if inside.kind == "fence":
        return f"{lines}{margin}{inside.closer}\n"
    return f"{lines[:begun]}{margin}```latex\n{lines[begun:]}{margin}```\n"
