"""The arguments of a tool call, readable from their first character on.

What a model writes is JSON that is still growing, or was cut off, or never was any. It is laid out token by token and never
parsed as a whole, so that what is on screen grows at its end and does not jump when the call is whole.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"?|[{}\[\],:]|[^\s"{}\[\],:]+(?:\s+[^\s"{}\[\],:]+)*', re.DOTALL)
_DEEPEST = 16
"""Levels that are indented; what is nested deeper stands no further to the right."""


def spread(text: str) -> str:
    """JSON, whole or not, over several lines; characters that were escaped by their number are shown as themselves."""
    return "".join(_laid_out(text))


def arguments_of(text: str) -> dict[str, Any] | None:
    """The arguments as an object; none at all are an empty one, as models send them. None for what is no JSON object."""
    try:
        value = json.loads(text) if text.strip() else {}
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _laid_out(text: str) -> Iterator[str]:
    depth, opened, breaks = 0, False, False
    for piece in _TOKEN.findall(text):
        closes = piece in ("}", "]")
        if closes:
            depth = max(0, depth - 1)
        if breaks or (closes and not opened) or (opened and not closes):
            yield "\n" + "  " * min(depth, _DEEPEST)
        opened, breaks = piece in ("{", "["), piece == ","
        depth += opened
        yield ": " if piece == ":" else _readable(piece)


def _readable(piece: str) -> str:
    """A text without escapes that stand for a character that can be shown; one without its end stays as it came."""
    if "\\u" not in piece:
        return piece
    try:
        return json.dumps(json.loads(piece), ensure_ascii=False)
    except ValueError:
        return piece
