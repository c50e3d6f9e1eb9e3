"""Code with its colours, as spans that name what they are; the page's style says how that looks."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from markupsafe import Markup
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

from parley.exporting.page.ink import enough

LONGEST = 10_000
"""Characters of a block that is coloured; a longer one is shown as it is."""
_NAMED = (
    "bash c c++ clojure cpp cs csharp css dart diff docker dockerfile elixir go graphql haskell html ini java javascript "
    "js json jsx julia kotlin latex lua makefile matlab nginx objective-c ocaml perl php powershell protobuf py py3 "
    "python python3 r rb rs ruby rust scala sh shell sql swift tex toml ts tsx typescript vim xml yaml yml zig zsh"
)
_LANGUAGES = frozenset(_NAMED.split())
"""Those that people write about; the rest of the library's hundreds were not written with strangers' text in mind."""
_WRITER: HtmlFormatter[str] = HtmlFormatter(nowrap=True)


def code(text: str, language: str = "") -> Markup:
    """A block of code; a language that is not known has no colours."""
    text = text.removesuffix("\n")
    lexer = _lexer(language.lower()) if len(text) <= LONGEST else None
    if lexer is not None and not enough("code", len(text)):
        lexer = None
    inside = Markup("{}").format(text) if lexer is None else Markup(highlight(text, lexer, _WRITER).removesuffix("\n"))  # noqa: S704
    label = Markup('<span class="language">{}</span>').format(language) if language and language != "text" else ""
    return Markup('<div class="code">{}<pre tabindex="0"><code>{}</code></pre></div>').format(label, inside)


def json_code(value: Any) -> Markup:
    """A JSON value, readable."""
    return code(json.dumps(value, indent=2, ensure_ascii=False, default=str), "json")


@cache
def _lexer(language: str) -> Lexer | None:
    if language not in _LANGUAGES:
        return None
    try:
        return get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None
