"""Which formulae may be drawn: those that hold nothing but a formula, end where they begin, and take a bounded part of the page.

KaTeX draws what it is told: a macro doubles itself, a length makes a page of any height, a lap lies over the words beside it. What
may do so is refused as a whole and shows as its source. The names are those that KaTeX knows (https://katex.org/docs/supported).
"""

from __future__ import annotations

import re
from itertools import accumulate

_MARKUP = re.compile(
    r"\]\(|\]\[|\]:|!\[|<[a-z][a-z0-9+.-]*:|<[a-z/!?][^>]*>|<!--|^\s*<[a-z/!?]|:[a-z][\w-]*[\[{]|```|~~~|:::|:material|:streamlit|\$",
    re.IGNORECASE | re.MULTILINE,
)
_COMMAND = re.compile(r"\\(?:[A-Za-z@]+|.|$)|[{}&%]", re.DOTALL)
_DEFINES = "def gdef edef xdef let futurelet global long newcommand renewcommand providecommand newenvironment renewenvironment expandafter noexpand"
_REACHES_OUT = "href url includegraphics htmlClass htmlData htmlId htmlStyle message errmessage show"
_MEASURES = "rule above kern mkern hskip mskip hspace vspace mspace raisebox raise lower"
_LIES_OVER = "llap rlap clap mathllap mathrlap mathclap smash"
_STYLES = "displaystyle textstyle scriptstyle scriptscriptstyle rm bf it sf tt cal frak color"
_SIZES = "tiny sixptsize scriptsize footnotesize small normalsize large Large LARGE huge Huge"
_REFUSED = frozenset(f"\\{name}" for name in f"{_DEFINES} {_REACHES_OUT} {_MEASURES} {_LIES_OVER}".split())
_BACKWARDS = frozenset(("\\!", "\\negthinspace", "\\negmedspace", "\\negthickspace", "\\joinrel"))
_SWITCHES = frozenset(f"\\{name}" for name in f"{_STYLES} {_SIZES}".split())
_ROWS = frozenset(("\\\\", "\\cr", "\\newline", "\\tabularnewline"))
_DEEPER = {"{": 1, "\\begin": 1, "\\left": 1, "}": -1, "\\end": -1, "\\right": -1}

_LENGTH = r"\s*([+-]?\s*(?:\d{1,3}(?:\.\d{0,3})?|\.\d{1,3}))\s*(em|ex|mu|pt|px|bp|mm|cm)\s*"
_EMS = {"em": 1, "ex": 0.43, "mu": 0.06, "pt": 0.1, "px": 0.1, "bp": 0.1, "mm": 0.3, "cm": 3}
_SHORTEST, _LONGEST = -0.5, 3
"""In ems: what a row may be skipped by, or a line be thick."""
_SKIP = re.compile(rf"\[{_LENGTH}\]|(?!\[)")
_FRACTION = re.compile(rf"(?:\s*\{{[^{{}}]{{0,9}}\}}){{2}}\s*\{{(?:{_LENGTH}|\s*)\}}")
_ENVIRONMENT = re.compile(r"\s*\{(?!align(?:at|edat))[A-Za-z]+\*?\}|\s*\{align(?:at|edat)\*?\}\s*\{\s*\d{1,2}\s*\}")
_ARGUMENTS = {"\\genfrac": _FRACTION, "\\begin": _ENVIRONMENT}

MOST_CELLS = 500
"""Of one formula: entries of its matrices, lines of its alignments."""
_MOST_BACKWARDS = 20
_MOST_SWITCHES = 100
_DEEPEST = 40


def is_drawable(formula: str) -> bool:
    """Whether a formula may be drawn; all else is shown as its source."""
    return not _MARKUP.search(formula) and _is_bounded(formula)


def cells_of(formula: str) -> int:
    return sum(one == "&" or one in _ROWS for one in _COMMAND.findall(formula))


def _is_bounded(formula: str) -> bool:
    commands = _COMMAND.findall(formula)
    depth = max(accumulate(_DEEPER.get(one, 0) for one in commands), default=0)
    return (
        not any(one in _REFUSED or "@" in one or one in ("%", "\\") for one in commands)
        and depth <= _DEEPEST
        and cells_of(formula) <= MOST_CELLS
        and sum(one in _BACKWARDS for one in commands) <= _MOST_BACKWARDS
        and sum(one in _SWITCHES for one in commands) <= _MOST_SWITCHES
        and all(_is_small(found[0], formula, found.end()) for found in _COMMAND.finditer(formula))
    )


def _is_small(command: str, formula: str, end: int) -> bool:
    """Whether what a command is told behind it, where it is told a length or a number of columns, is plain and small."""
    if command in _ROWS and command != "\\\\":
        end += len(formula[end:]) - len(formula[end:].lstrip())
    expected = _SKIP if command in _ROWS else _ARGUMENTS.get(command)
    if expected is None:
        return True
    told = expected.match(formula, end)
    if told is None or not told.re.groups or told[1] is None:
        return told is not None
    return _SHORTEST <= float("".join(told[1].split())) * _EMS[told[2]] <= _LONGEST
