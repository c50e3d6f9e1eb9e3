"""Formulae in Markdown, as rules for markdown-it: `$…$` and `\\(…\\)` in a line, `$$…$$` and `\\[…\\]` on their own.

A dollar is a dollar unless it must be a formula: the opening sign follows no letter or digit and is followed by no space, the
closing one follows no space and is followed by no digit, no further dollar stands between them, and what begins with a digit
either holds no space (`$42$`) or a sign of mathematics (`$2 + n$`). So `$5 and $6` stays money. Escaped brackets must hold
something that looks like a formula.
"""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline

_SIGNS = re.compile(r"[\\^_={}+<>*|]")
_FORMAL = re.compile(r"[\\\d^_=+<>*/-]|\w\(")
_LONGEST = 4_000
_OPENERS = re.compile(r"(?<![\w$\\])\$\$?|(?<!\\)\\[(\[]")
_ENDS = {"$": "$", "$$": "$$", "\\(": "\\)", "\\[": "\\]"}
_LONGEST_IN_LINE = 300
_SHORT = 16
"""Letters after which a dollar without a sign of mathematics is none that begins a formula."""
_FENCES = (("$$", "$$"), ("\\[", "\\]"))


def with_formulas(parser: MarkdownIt, *, brackets: bool = True) -> MarkdownIt:
    """The parser with tokens `formula` (content, `meta["display"]`) and `formula_block` (content).

    Without `brackets` only dollars make one, as in what `parley.reply.defuse` writes.
    """
    inline, block = (_inline, _block) if brackets else (_inline_dollars, _block_of_dollars)
    parser.inline.ruler.before("escape", "formula", inline)
    parser.block.ruler.before(
        "fence", "formula_block", block, {"alt": ["paragraph", "reference", "blockquote", "list"]}
    )
    return parser


def begun(text: str) -> tuple[int, str] | None:
    """Where a formula begins in a line that is still growing and has not ended it, and its sign.

    A sign alone may be a dollar, and so may one before a digit; what grows long without a sign of mathematics is text.
    """
    at = 0
    while opener := _OPENERS.search(text, at):
        at = opener.end()
        end = text.find(_ENDS[opener[0]], at)
        if end < 0:
            return (opener.start(), opener[0]) if _may_be_formula(text[at:], opener[0]) else None
        is_formula = _reads_as_formula if opener[0] == "$" else _is_formal_between
        if is_formula(text[at:end], text[end + 1 : end + 2]):
            at = end + len(_ENDS[opener[0]])
    return None


def _is_formal_between(content: str, _: str) -> bool:
    return _is_formal(content.strip())


def _may_be_formula(content: str, opener: str) -> bool:
    if opener != "$" or not content:
        return len(content) < _LONGEST
    if content[0].isspace() or len(content) > _LONGEST_IN_LINE:
        return False
    return _SIGNS.search(content) is not None or (not content[0].isdigit() and len(content) <= _SHORT)


def _inline(state: StateInline, silent: bool) -> bool:
    return _pushed(state, silent, _dollars(state) or _brackets(state))


def _inline_dollars(state: StateInline, silent: bool) -> bool:
    return _pushed(state, silent, _dollars(state))


def _pushed(state: StateInline, silent: bool, found: tuple[str, bool, int] | None) -> bool:
    if found is None:
        return False
    content, display, end = found
    if not silent:
        token = state.push("formula", "", 0)
        token.content, token.meta = " ".join(content.split()), {"display": display}
    state.pos = end
    return True


def _dollars(state: StateInline) -> tuple[str, bool, int] | None:
    text, pos = state.src, state.pos
    if text[pos] != "$" or (pos and (text[pos - 1].isalnum() or text[pos - 1] == "$")):
        return None
    mark = "$$" if text.startswith("$$", pos) else "$"
    start = pos + len(mark)
    end = text.find("$", start, min(state.posMax, start + _LONGEST))
    if end < 0 or not text.startswith(mark, end):
        return None
    content, after = text[start:end], text[end + len(mark) : end + len(mark) + 1]
    is_formula = _is_formal(content.strip()) if mark == "$$" else _reads_as_formula(content, after)
    return (content, mark == "$$", end + len(mark)) if is_formula else None


def _reads_as_formula(content: str, after: str) -> bool:
    if (
        not content
        or content[0].isspace()
        or content[-1].isspace()
        or content[-1] == "\\"
        or after.isdigit()
        or after == "$"
    ):
        return False
    return not content[0].isdigit() or not re.search(r"\s", content) or _SIGNS.search(content) is not None


def _brackets(state: StateInline) -> tuple[str, bool, int] | None:
    text, pos = state.src, state.pos
    for opener, closer in (("\\(", "\\)"), ("\\[", "\\]")):
        if text.startswith(opener, pos):
            end = text.find(closer, pos + 2, min(state.posMax, pos + _LONGEST))
            content = text[pos + 2 : end].strip() if end > 0 else ""
            return (content, opener == "\\[", end + 2) if _is_formal(content) else None
    return None


def _is_formal(content: str) -> bool:
    """Longer signs are a formula only around what looks like one: `\\[sic\\]` is a bracketed word, `$$ and $$` money."""
    if not content or "$" in content:
        return False
    return (
        not re.search(r"\s", content) if content.isalpha() and len(content) < 3 else _FORMAL.search(content) is not None
    )


def _block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    return _fenced(state, start, end, silent, _FENCES)


def _block_of_dollars(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    return _fenced(state, start, end, silent, _FENCES[:1])


def _fenced(state: StateBlock, start: int, end: int, silent: bool, fences: tuple[tuple[str, str], ...]) -> bool:
    first = _line(state, start)
    for opener, closer in fences:
        if first.startswith(opener) and not state.is_code_block(start):
            last = _closing_line(state, start, end, opener, closer)
            if last is None:
                return False
            if not silent:
                _push(state, start, last, closer)
            return True
    return False


def _closing_line(state: StateBlock, start: int, end: int, opener: str, closer: str) -> int | None:
    """The line on which the formula ends; None when it never does, or when text goes on behind it."""
    size = 0
    for line in range(start, end):
        text = _line(state, line)
        text = text[len(opener) :] if line == start else text
        size += len(text)
        if closer in text:
            alone = text.endswith(closer) and text.count(closer) == 1
            return line if alone and (line > start or _is_formal(text[: -len(closer)].strip())) else None
        if size > _LONGEST or (state.sCount[line] < state.blkIndent and text):
            return None
    return None


def _push(state: StateBlock, start: int, last: int, closer: str) -> None:
    lines = [_line(state, line) for line in range(start, last + 1)]
    lines[0] = lines[0][2:]
    lines[-1] = lines[-1].removesuffix(closer)
    token = state.push("formula_block", "", 0)
    token.content, token.block, token.map = "\n".join(lines).strip(), True, [start, last + 1]
    state.line = last + 1


def _line(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]].rstrip()
