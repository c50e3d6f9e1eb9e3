"""Ending, for the eye, what the last paragraph of a growing text has begun: emphasis, code, links, a table's head."""

from __future__ import annotations

import re

from parley.reply.formulas import begun

_BARE = re.compile(r"[-=*_+#>~`|:! \t\[\\]+|[ \t]*\d{1,9}[.)]?[ \t]*")
_STARTS_ANEW = re.compile(r"[ \t]*(?:[-*+>|#]|\d{1,9}[.)])")
_RULE = re.compile(r"\|?[-:| \t]*")
_TICKS = re.compile(r"(?<!\\)`+")
_MARK = re.compile(r"\\.|\*+|~~|(?<!\w)_+(?=\w)|(?<=\S)_+(?!\w)", re.DOTALL)
_LONGEST_PARAGRAPH = 20_000
_DEEPEST = 20


def without_bare_markup(text: str) -> str:
    """The text without a last, unfinished line of mere markup: `-` may become an item, a rule, or a heading of the line above."""
    start = text.rfind("\n") + 1
    return text[:start] if _BARE.fullmatch(text, start) else text


def without_partial_fence(text: str, char: str) -> str:
    """The text without a last, unfinished line that may become the end of a fence."""
    start = text.rfind("\n") + 1
    return text[:start] if start and not text[start:].strip().strip(char) else text


def close_paragraph(text: str) -> str:
    """The text with the table, or the emphasis, code or link, that its last paragraph leaves open ended."""
    start = text.rfind("\n\n") + 2 if "\n\n" in text else 0
    if len(text) - start > _LONGEST_PARAGRAPH:
        return text
    head = _table_head(text[start:])
    if head is not None:
        return text[:start] + head
    text = without_bare_markup(text)
    start = _last_inline(text, start)
    return text[:start] + _close_inline(text[start:])


def _table_head(paragraph: str) -> str | None:
    """A table of which only the head, or a part of the rule below it, has come."""
    head, _, rule = paragraph.partition("\n")
    if not head.lstrip().startswith("|") or head.count("|") < 2 or not _RULE.fullmatch(rule):
        return None
    columns = head.strip().strip("|").count("|") + 1
    return f"{head}\n{'|---' * columns}|\n"


def _last_inline(text: str, start: int) -> int:
    """Where the last line begins on which emphasis can have begun: an item, a heading, a quotation or a cell starts anew."""
    end = len(text)
    while end > start:
        line = text.rfind("\n", start, end - 1) + 1 or start
        if _STARTS_ANEW.match(text, line):
            return text.rfind("|", line) + 1 if text[line:].lstrip().startswith("|") else line
        end = line
    return start


def _close_inline(text: str) -> str:
    masked, ticks = _without_code(text)
    text = text[: len(masked)]
    if not ticks:
        text, masked = _with_open_formula_as_source(text, masked)
        text, masked = _without_open_link(text, masked)
    marks = _open_marks(masked)
    while marks and not text[marks[-1][1] + len(marks[-1][0]) :].strip() and not ticks:
        text = text[: marks.pop()[1]]
    ends = ticks + "".join(mark for mark, _ in reversed(marks))
    return text.rstrip() + ends if ends else text


def _with_open_formula_as_source(text: str, masked: str) -> tuple[str, str]:
    """A formula that is still arriving is shown as its source, as code; its sign alone waits for more."""
    found = begun(masked)
    if found is None or "`" in text[found[0] :]:
        return text, masked
    start, sign = found
    source = text[start + len(sign) :].rstrip("\\").strip()
    shown = f"`{source}`" if source else ""
    return text[:start] + shown, masked[:start] + "x" * len(shown)


def _without_code(text: str) -> tuple[str, str]:
    """The text with code spans blanked out, and the backticks that are still to come; empty code is cut away."""
    runs, parts, at = list(_TICKS.finditer(text)), [], 0
    for number, run in enumerate(runs):
        if run.start() < at:
            continue
        parts.append(text[at : run.start()])
        end = next((later for later in runs[number + 1 :] if later[0] == run[0]), None)
        if end is None:
            inside = text[run.start() :]
            return ("".join(parts) + "x" * len(inside), run[0]) if inside.strip("` \n") else ("".join(parts), "")
        parts.append("x" * (end.end() - run.start()))
        at = end.end()
    return "".join(parts) + text[at:], ""


def _without_open_link(text: str, masked: str) -> tuple[str, str]:
    """A link or image whose address or label is still arriving is shown as its label."""
    middle = masked.rfind("](")
    if middle >= 0 and not _balanced(masked[middle + 2 :]):
        start = masked.rfind("[", 0, middle)
        return (text, masked) if start < 0 else _unbracketed(text, masked, start, middle)
    start = masked.rfind("[")
    return (
        _unbracketed(text, masked, start, len(masked)) if start >= 0 and "]" not in masked[start:] else (text, masked)
    )


def _unbracketed(text: str, masked: str, start: int, end: int) -> tuple[str, str]:
    before = start - (masked[start - 1 : start] == "!")
    return text[:before] + text[start + 1 : end], masked[:before] + masked[start + 1 : end]


def _balanced(rest: str) -> bool:
    depth = 1
    for char in rest:
        depth += (char == "(") - (char == ")")
        if depth == 0:
            return True
    return False


def _open_marks(masked: str) -> list[tuple[str, int]]:
    stack: list[tuple[str, int]] = []
    for found in _MARK.finditer(masked):
        mark, at = found[0], found.start()
        if mark[0] == "\\":
            continue
        after_text = at > 0 and not masked[at - 1].isspace()
        known = [n for n, (open_mark, _) in enumerate(stack) if open_mark == mark]
        if after_text and known:
            del stack[known[-1] :]
        elif len(stack) < _DEEPEST and not masked[found.end() : found.end() + 1].isspace():
            stack.append((mark, at))
    return stack
