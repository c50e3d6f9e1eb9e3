"""A syntax tree written out as Markdown again, with nothing in it that a browser would fetch, run, or dress up.

What is written is safe by construction: all text is escaped, every link is written here from an address that was looked at, no
image is ever written, no HTML, no directive of Streamlit. Hence a reader that parses Markdown a little differently than
we do still finds only what stands here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

from parley.reply.addresses import as_url, host_of, names_another, target_of, trimmed, without_directions
from parley.reply.citing import MARK, without_marks
from parley.reply.drawable import cells_of, is_drawable

_ESCAPED = re.compile(
    r"[\\`*\[\]<$~|!]|(?<![^\W_])_|_(?![^\W_])|&(?=#|[A-Za-z])|:(?=[^\s\d/]|//[^\s!-/:-@[-`{-~])|(?<=[Ww]{3})\.|(?<=:):"
)
_LINE_START = re.compile(r"^[ \t]*(?:([#+\-=>:])|(\d{1,9})([.)])(?=\s|$))", re.MULTILINE)
_BARE_LINK = re.compile(r"(?<![^\W_])(?:https?://|www\.)[^\s<>]+", re.IGNORECASE)
_ICON = re.compile(r":(?=material[/_]|streamlit:|(?:100|1234|\d*[a-z_+-][\w+-]*):)", re.IGNORECASE | re.ASCII)
_JOINER = "\u2060"
_LANGUAGE = re.compile(r"[A-Za-z0-9+#._-]{1,30}")
_PIPES = re.compile(r"\\\\|\\\||\|")
_PIPE_NAMES = {"\\\\": "\\\\", "\\|": "\\Vert ", "|": "\\vert "}
_BAR = re.compile(r"(?<!\\)(\\*)\|")
_UNPRINTABLE = re.compile("[\x00\u202d\u202e\ud800-\udfff]")


class Piece(NamedTuple):
    """A stretch of a line: text still to be escaped, or markup written here."""

    text: str
    markup: bool = False


class Writer:
    """Writes one document, and counts what is costly to draw."""

    def __init__(self, largest_heading: int = 1, breaks: bool = False, cited: Sequence[str] = ()) -> None:
        self.formulas = 0
        self.links = 0
        self.cells = 0
        self.signs = 0
        self._cited = cited
        """The addresses to which marks lead (`parley.reply.citing`), the first one to number 1."""
        self._shift = largest_heading - 1
        self._line_end = "\\\n" if breaks else "\n"
        self._code = _code

    def document(self, tokens: Sequence[Token]) -> str:
        return self._blocks(SyntaxTreeNode(tokens).children, "\n\n")

    def _blocks(self, nodes: Iterable[SyntaxTreeNode], between: str) -> str:
        return between.join(written for node in nodes if (written := self._block(node)))

    def _block(self, node: SyntaxTreeNode) -> str:
        match node.type:
            case "paragraph":
                return self._paragraph(node)
            case "heading":
                line = self._one_line(node)
                marks = "#" * min(int(node.tag[1]) + self._shift, 6)
                return (
                    f"{marks} {line[:-1]}\\#" if line.endswith("#") and not line.endswith("\\#") else f"{marks} {line}"
                )
            case "fence" | "code_block":
                return fenced(without_marks(node.content), node.info)
            case "blockquote":
                return _prefixed(self._blocks(node.children, "\n\n"), "> ", "> ")
            case "bullet_list" | "ordered_list":
                return self._list(node)
            case "table":
                return self._table(node)
            case "formula_block":
                return self._display(without_marks(node.content))
            case "hr":
                return "***"
            case _:
                return (
                    self._lines([Piece(without_marks(node.content).strip("\n"))])
                    if node.content
                    else self._blocks(node.children, "\n\n")
                )

    def _paragraph(self, node: SyntaxTreeNode) -> str:
        inline = node.children[0].children if node.children else []
        if len(inline) == 1 and inline[0].type == "formula" and inline[0].meta.get("display"):
            return self._display(without_marks(inline[0].content))
        return self._lines(self._pieces(inline))

    def _lines(self, pieces: Sequence[Piece]) -> str:
        return at_line_start(self._written(pieces)).lstrip(" \t")

    def _one_line(self, node: SyntaxTreeNode) -> str:
        inline = node.children[0].children if node.children else []
        return " ".join(self._written(self._pieces(inline)).replace("\\\n", "\n").split("\n")).strip()

    def _list(self, node: SyntaxTreeNode) -> str:
        tight = any(child.type == "paragraph" and child.hidden for item in node.children for child in item.children)
        between = "\n" if tight else "\n\n"
        return between.join(self._item(item, between) for item in node.children)

    def _item(self, item: SyntaxTreeNode, between: str) -> str:
        marker = f"{item.info}{item.markup} "
        content = self._blocks(item.children, between)
        task = re.match(r"\\\[([ xX])\\\] ", content)
        content = f"[{task[1]}] {content[task.end() :]}" if task else content
        return _prefixed(content, marker, " " * len(marker)) if content else marker.rstrip()

    def _table(self, node: SyntaxTreeNode) -> str:
        self._code = _code_in_cell
        rows = [[self._one_line(cell) for cell in row.children] for part in node.children for row in part.children]
        self._code = _code
        head = node.children[0].children[0].children
        rule = [_RULES.get(str(cell.attrs.get("style", "")).removeprefix("text-align:"), "---") for cell in head]
        return "\n".join(f"| {' | '.join(cells)} |" for cells in (rows[0], rule, *rows[1:]))

    def _display(self, content: str) -> str:
        if not is_drawable(content):
            return fenced(content, "latex")
        self._count(content)
        return f"$$\n{content}\n$$"

    def _pieces(self, nodes: Iterable[SyntaxTreeNode], linked: bool = False) -> list[Piece]:
        return [piece for node in nodes for piece in self._inline(node, linked)]

    def _inline(self, node: SyntaxTreeNode, linked: bool) -> list[Piece]:
        match node.type:
            case "text" | "html_inline" | "text_special":
                return self._text(re.sub(r"[\r\n\t]", " ", node.content), linked)
            case "softbreak":
                return [Piece(self._line_end, markup=True)]
            case "hardbreak":
                return [Piece("\\\n", markup=True)]
            case "code_inline":
                return [Piece(self._code(without_marks(node.content)), markup=True)]
            case "formula":
                return [self._formula(without_marks(node.content))]
            case "em" | "strong" | "s":
                mark = Piece(node.markup, markup=True)
                return [mark, *self._pieces(node.children, linked), mark]
            case "link":
                return self._link(str(node.attrs.get("href", "")), self._pieces(node.children, linked=True), linked)
            case "image":
                return self._image(node, linked)
            case _:
                return self._pieces(node.children, linked) if node.children else [Piece(node.content)]

    def _text(self, content: str, linked: bool) -> list[Piece]:
        """Text, with a link to the source in the place of each mark."""
        pieces, at = [], 0
        for found in MARK.finditer(content):
            number = int(found[2])
            pieces.append(Piece(content[at : found.start()]))
            if 1 <= number <= len(self._cited):
                pieces += self._link(self._cited[number - 1], [Piece(f"[{number}]")], linked, told=True)
            at = found.end()
        return [*pieces, Piece(content[at:])]

    def _formula(self, content: str) -> Piece:
        if not is_drawable(content) or "`" in content:
            return Piece(self._code(content), markup=True)
        self._count(content)
        return Piece(f"${_PIPES.sub(lambda found: _PIPE_NAMES[found[0]], content).strip()}$", markup=True)

    def _count(self, formula: str) -> None:
        self.formulas += 1
        self.cells += cells_of(formula)
        self.signs += len(formula)

    def _image(self, node: SyntaxTreeNode, linked: bool) -> list[Piece]:
        """Where the image would have come from; a picture in the text itself (`data:`) has no place to name."""
        address = str(node.attrs.get("src", ""))
        described = without_marks("".join(child.content for child in node.children)) or "no description"
        host = host_of(address)
        label = f"Image not loaded: {described} ({host})" if host else f"Image not loaded: {described}"
        return self._link(address, [Piece(label)], linked, told=True)

    def _link(self, address: str, label: list[Piece], linked: bool, told: bool = False) -> list[Piece]:
        """A link that says on hovering which host it leads to, and in words when its label looks like another one."""
        target = target_of(address)
        label = [Piece(without_directions(piece.text), piece.markup) for piece in label]
        if target is None or linked or not label:
            return label
        self.links += 1
        host = host_of(address)
        beside = [Piece(f" ({host})")] if host and not told and _misleads(label, host) else []
        return [Piece(_link_to(target, host, self._written(label, links=False)), markup=True), *beside]

    def _written(self, pieces: Sequence[Piece], links: bool = True) -> str:
        """The pieces as Markdown; neighbouring text is joined before it is escaped, lest two halves make a whole directive."""
        parts: list[str] = []
        text: list[str] = []
        for piece in (*pieces, Piece("", markup=True)):
            if not piece.markup:
                text.append(piece.text)
                continue
            if text:
                whole = "".join(text)
                apart = _JOINER if whole[:1].isdigit() and "".join(parts[-1:]).endswith("$") else ""
                parts.append(apart + (self._with_links(whole) if links else escaped(whole)))
                text.clear()
            touching = piece.text[:1] in ("$", "`") and "".join(parts[-1:]).endswith(piece.text[0])
            parts.append(f"{_JOINER}{piece.text}" if touching else piece.text)
        return "".join(parts)

    def _with_links(self, text: str) -> str:
        parts, at = [], 0
        for found in _BARE_LINK.finditer(text):
            url = trimmed(found[0])
            host, target = host_of(as_url(url)), target_of(as_url(url))
            if target and host:
                self.links += 1
                beside = escaped(f" ({host})") if names_another(url, host) else ""
                parts += [
                    escaped(text[at : found.start()]),
                    _link_to(target, host, escaped(without_directions(url))),
                    beside,
                ]
                at = found.start() + len(url)
        return "".join(parts) + escaped(text[at:])


_RULES = {"left": ":---", "right": "---:", "center": ":---:"}


def _link_to(target: str, host: str, label: str) -> str:
    hover = f' "{escaped(host)}"' if host else ""
    return f"[{label}](<{target}>{hover})"


def _misleads(label: Sequence[Piece], host: str) -> bool:
    """Whether it looks like another host; what a formula looks like is not asked."""
    shown = "".join(piece.text.strip("*_~` \\\n") if piece.markup else piece.text for piece in label)
    return any(piece.markup and piece.text.startswith("$") for piece in label) or names_another(shown, host)


def printable(text: str) -> str:
    """Text without NUL and half surrogate pairs, which Streamlit cannot send, and overrides, which show letters in another order."""
    return _UNPRINTABLE.sub("\ufffd", text)


def escaped(text: str) -> str:
    """Text as Markdown that reads as just this text: no markup, no directive, no icon."""
    return _ESCAPED.sub(lambda found: f"\\{found[0]}", _ICON.sub(f":{_JOINER}", printable(text)))


def at_line_start(written: str) -> str:
    """Escaped text in which no line begins a list, a heading, a rule or a quotation."""
    return _LINE_START.sub(lambda found: f"\\{found[1]}" if found[1] else f"{found[2]}\\{found[3]}", written)


def fenced(text: str, info: str = "") -> str:
    """Text as a block of code; a diagram language shows as its source, because diagrams fetch images."""
    text = printable(text)
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    found = _LANGUAGE.match(info.strip())
    language = found[0] if found else ""
    safe = "text" if "mermaid" in language.lower() else language
    return f"{fence}{safe}\n{text.removesuffix(chr(10))}\n{fence}"


def _prefixed(text: str, first: str, others: str) -> str:
    lines = text.split("\n")
    rest = [f"{others}{line}".rstrip() if not line else f"{others}{line}" for line in lines[1:]]
    return "\n".join([f"{first}{lines[0]}", *rest])


def _code(content: str) -> str:
    runs = {len(run) for run in re.findall(r"`+", content)}
    ticks = "`" * next(size for size in range(1, len(content) + 2) if size not in runs)
    pad = " " if content.startswith("`") or content.endswith("`") or content.strip() != content else ""
    return f"{ticks}{pad}{content}{pad}{ticks}" if content else ""


def _code_in_cell(content: str) -> str:
    """Code in which no bar ends its cell. A bar behind an odd run of backslashes has no spelling within code: it stands between two."""
    told = _BAR.sub(lambda found: f"{found[1]}\0" if len(found[1]) % 2 else f"{found[1]}\\|", content)
    return "\\|".join(_code(part) for part in told.split("\0"))
