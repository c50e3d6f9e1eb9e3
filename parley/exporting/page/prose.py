"""Markdown of strangers as HTML. What it may hold is decided in `parley.reply.defuse`, as it is for the screen; here it is only drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import OptionsDict
from markupsafe import Markup

from parley.exporting.page.code import code
from parley.exporting.page.formulas import formula
from parley.reply.addresses import without_directions
from parley.reply.blocks import standalone
from parley.reply.citing import Source, with_marks
from parley.reply.defuse import defuse_pieces
from parley.reply.formulas import with_formulas

LARGEST_HEADING = 3
_LINKS = ("https:", "http:", "mailto:")
_ALIGNED = {"text-align:left": "left", "text-align:right": "right", "text-align:center": "center"}


def prose(text: str, *, breaks: bool = False, sources: Sequence[Source] = ()) -> Markup:
    """A text as it reads, with its marks leading to the `sources`; with `breaks` a line ends where the writer ended it. Nothing in it runs
    or is fetched."""
    pieces, cited = standalone(with_marks(text, sources), live=False), tuple(source.url for source in sources)
    painted = defuse_pieces(pieces, largest_heading=LARGEST_HEADING, breaks=breaks, cited=cited)
    return Markup("").join(Markup(_PARSER.render(piece)) for piece in painted.pieces)  # noqa: S704


def line(text: str) -> Markup:
    """A short text on one line, as it is; it turns nothing that stands beside it."""
    return Markup("<bdi>{}</bdi>").format(one_line(text))


def one_line(text: str) -> str:
    """Without the controls that show letters in another order."""
    return " ".join(without_directions(text).split())


class _Drawn(RendererHTML):
    """HTML of what was defused: no picture, no address but of the web and of mail, no attribute that is not written here."""

    def fence(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Any) -> str:
        return code(tokens[idx].content, tokens[idx].info.strip())

    def code_block(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Any) -> str:
        return code(tokens[idx].content)

    def formula(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Any) -> str:
        return formula(tokens[idx].content, display=bool(tokens[idx].meta.get("display")))

    def formula_block(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Any) -> str:
        return Markup('<div class="formula" tabindex="0">{}</div>\n').format(formula(tokens[idx].content, display=True))

    def image(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Any) -> str:
        return escapeHtml(tokens[idx].content)

    def table_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Any) -> str:
        return '<div class="table" tabindex="0"><table>\n'

    def table_close(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Any) -> str:
        return "</table></div>\n"

    @staticmethod
    def renderAttrs(token: Token) -> str:
        """An address where it may lead somewhere, a title, the side on which a column stands; nothing else."""
        return "".join(f' {name}="{escapeHtml(value)}"' for name, value in _kept(token.attrs).items())


def _kept(told: Mapping[str, Any]) -> dict[str, str]:
    kept = {name: str(told[name]) for name in ("title", "start") if name in told}
    if str(told.get("href", "")).lower().startswith(_LINKS):
        kept |= {"href": str(told["href"]), "rel": "noopener noreferrer nofollow"}
    if str(told.get("style")) in _ALIGNED:
        kept["class"] = _ALIGNED[str(told["style"])]
    return kept


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": 120}, renderer_cls=_Drawn)
    parser.enable(["table", "strikethrough"]).validateLink = lambda url: True  # type: ignore[method-assign]
    return with_formulas(parser, brackets=False)


_PARSER = _parser()
