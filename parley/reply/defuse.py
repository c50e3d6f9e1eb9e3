"""Markdown of a model, an import or an upstream, made harmless before it is painted; never before it is stored or sent.

The text is parsed, and its tree is written out anew (`parley.reply.writing`):

- an image becomes words that name its host, with a link; nothing is fetched;
- links lead to the web, to mail or within the text; `javascript:`, `data:`, `file:`, `blob:` and paths of our own origin lose
  their address and keep their label; a reference is resolved within its own piece, and a definition which that piece does not use
  is shown, so that no address is lost;
- diagrams show as their source, HTML as the text it is, Streamlit's directives and icons as the characters they are;
- what would choke a browser is shown as plain text: see `Budget`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from markdown_it import MarkdownIt
from markdown_it.token import Token

from parley.reply.addresses import without_directions
from parley.reply.citing import without_marks
from parley.reply.formulas import with_formulas
from parley.reply.writing import Writer, at_line_start, escaped, fenced, printable

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_ADDRESS = re.compile(r"https?\\?:(?=//)|www(?=\\?\.)|[\w.+-](?=@)", re.IGNORECASE)
_JOINER = "\u2060"
"""It has no width, and parts what would be read as one."""
LARGEST_MESSAGE = 200_000
LARGEST_PIECE = 50_000
MOST_FORMULAS = 500
MOST_LINKS = 2_000
MOST_CELLS = 5_000
MOST_SIGNS = 25_000
DEEPEST = 50
_MOST_MARKS = 10_000
_MOST_PREFIXES = 400_000
_GROWTH = 4
_FENCE = re.compile(r" {0,3}(`{3,}(?=[^`]*$)|~{3,})")
_BEFORE_A_BLOCK = "> \t-*+"
_GENEROSITY = 5
_LEFTWARDS = ("R", "AL", "AN")


class Defused(NamedTuple):
    """Harmless Markdown, and what of it is costly to draw."""

    markdown: str
    formulas: int = 0
    links: int = 0
    cells: int = 0
    signs: int = 0
    plain: bool = False
    """It would choke a parser or a browser, and so is a block of plain text."""


class Budget(NamedTuple):
    """What one message may still cost: characters, formulae, links, cells of tables and of matrices, signs in formulae."""

    characters: int = LARGEST_MESSAGE
    formulas: int = MOST_FORMULAS
    links: int = MOST_LINKS
    cells: int = MOST_CELLS
    signs: int = MOST_SIGNS

    def after(self, source: str, piece: Defused) -> Budget:
        drawn = max(len(source), len(piece.markdown) // _GROWTH)
        return Budget(
            self.characters - drawn,
            self.formulas - piece.formulas,
            self.links - piece.links,
            self.cells - piece.cells,
            self.signs - piece.signs,
        )

    @property
    def spent(self) -> bool:
        return min(self) < 0


class Painted(NamedTuple):
    """One message made harmless, and whether some of it shows as plain text because it is over the budget."""

    pieces: tuple[str, ...]
    over: bool = False


def defuse(markdown: str, *, largest_heading: int = 1, breaks: bool = False) -> str:
    """The same text as harmless Markdown.

    `largest_heading` is the level at which its headings begin on the screen; with `breaks` a line ends where the writer ended it.
    """
    piece = _defused(markdown, largest_heading, breaks)
    return fenced(markdown, "text") if Budget().after(markdown, piece).spent else piece.markdown


def defuse_pieces(
    pieces: Sequence[str],
    *,
    largest_heading: int = 1,
    breaks: bool = False,
    generous: bool = False,
    cited: tuple[str, ...] = (),
) -> Painted:
    """The pieces of one message (`parley.reply.blocks.standalone`) under one budget: what is over it shows as plain text.

    A `generous` budget is five times as large, for a person who asks for it all the same: the page may be slow for a while, and is
    as harmless. Marks in the pieces (`parley.reply.citing`) lead to the addresses that are `cited`.
    """
    scale = _GENEROSITY if generous else 1
    left, over = Budget(*(most * scale for most in Budget())), False
    shown = []
    for number, source in enumerate(pieces):
        read = _settled if generous or number < len(pieces) - 1 else _defused
        piece = Defused("") if left.spent else read(source, largest_heading, breaks, scale, cited)
        left = left.after(source, piece)
        over = over or left.spent or piece.plain
        shown.append(fenced(without_marks(source), "text") if left.spent else piece.markdown)
    return Painted(tuple(shown), over)


def plain(text: str) -> str:
    """A short text, such as a title or a file name, as Markdown that reads as just this text on one line.

    It turns nothing that stands beside it: its controls of direction are left out, and what runs from right to left is isolated.
    """
    shown = at_line_start(escaped(" ".join(without_directions(text).split())))
    return f"\u2068{shown}\u2069" if any(unicodedata.bidirectional(char) in _LEFTWARDS for char in shown) else shown


def as_name(text: str) -> str:
    """The same of a title that a stranger may have written and that stands where Parley speaks: no address in it is a link, as
    browsers make one of any, and no control sign is left."""
    return _ADDRESS.sub(lambda found: f"{found[0]}{_JOINER}", plain(_CONTROLS.sub(" ", text)))


def _defused(markdown: str, largest_heading: int, breaks: bool, scale: int = 1, cited: tuple[str, ...] = ()) -> Defused:
    source = printable(markdown)
    if _too_much(source, scale):
        return Defused(fenced(without_marks(source), "text"), plain=True)
    env: dict[str, Any] = {}
    tokens = _PARSER.parse(source, env)
    if any(token.level > DEEPEST for token in _all(tokens)) or _cells(tokens) > MOST_CELLS * scale:
        return Defused(fenced(without_marks(source), "text"), plain=True)
    writer = Writer(largest_heading, breaks, cited)
    written = [writer.document(tokens), *_unused_definitions(writer, tokens, env)]
    markdown = "\n\n".join(part for part in written if part)
    if len(markdown) > max(LARGEST_PIECE, len(source)) * _GROWTH * scale:
        return Defused(fenced(without_marks(source), "text"), plain=True)
    return Defused(markdown, writer.formulas, writer.links, writer.cells + _cells(tokens), writer.signs)


_settled = lru_cache(maxsize=512)(_defused)


def _too_much(source: str, scale: int) -> bool:
    """Sizes at which parsing itself would take long; a fenced block is cheap at any size that a message may have."""
    if len(source) > LARGEST_MESSAGE * scale:
        return True
    lines = source.splitlines()
    marks = sum(source.count(mark) for mark in "[*_$`<~")
    quoted = max((len(line) - len(line.lstrip(_BEFORE_A_BLOCK)) for line in lines), default=0)
    fence_only = _is_one_fence(lines)
    brackets = source.count("[") > (MOST_LINKS + DEEPEST) * scale
    large = len(source) > LARGEST_PIECE * scale or marks > _MOST_MARKS * scale or brackets
    nested = quoted > 4 * DEEPEST or quoted * len(lines) > _MOST_PREFIXES * scale
    return nested or ((large or _filled_up(lines) > 2 * MOST_CELLS * scale) and not fence_only)


def _is_one_fence(lines: Sequence[str]) -> bool:
    shown = [line for line in lines if line.strip()]
    opener = _FENCE.match(shown[0]) if shown else None
    return bool(opener) and not any(line.strip().strip(shown[0].strip()[0]) == "" for line in shown[1:-1])


def _filled_up(lines: Sequence[str]) -> int:
    """The cells that tables of these lines would at most have, for a row is filled up to the length of the head."""
    cells = columns = 0
    for line in lines:
        shown = line.lstrip("> \t")
        if shown and not shown.strip("|-: \t"):
            columns = max(columns, shown.count("|") + 1)
        columns = columns if shown else 0
        cells += columns
    return cells


def _cells(tokens: Sequence[Token]) -> int:
    return sum(token.type in ("th_open", "td_open") for token in tokens)


def _all(tokens: Sequence[Token]) -> list[Token]:
    return [one for token in tokens for one in (token, *(token.children or ()))]


def _unused_definitions(writer: Writer, tokens: Sequence[Token], env: dict[str, Any]) -> list[str]:
    used = {str(t.attrs.get("href") or t.attrs.get("src")) for t in _all(tokens) if t.type in ("link_open", "image")}
    unused = {label: one["href"] for label, one in env.get("references", {}).items() if one["href"] not in used}
    return [writer.document(_PARSER.parse(f"{label.lower()}: <{href}>")) for label, href in unused.items()]


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"maxNesting": 2 * DEEPEST}).enable(["table", "strikethrough"])
    parser.validateLink = lambda url: True  # type: ignore[method-assign]
    return with_formulas(parser)


_PARSER = _parser()
