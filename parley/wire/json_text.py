"""JSON from strangers: parsed, or refused, but never a way to hurt the process."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from itertools import chain
from typing import Any

MAX_DEPTH = 100
MAX_VALUES = 5_000_000

_UNSTORABLE = re.compile("[\ud800-\udfff\x00]")
_RISKY = re.compile(r"\\u(?:[dD][89a-fA-F]|0000)|\x00")


class Unreadable(ValueError):
    """Not JSON, or JSON that is too deep or too large to be an answer."""


def loads(text: str, *, exact: bool = False) -> Any:
    """The JSON value in `text`; floats are Decimals with all their digits where `exact`. Raises Unreadable, nothing else.

    NaN and infinities, which JSON does not have, read as null.
    """
    if text.count("[") + text.count("{") + text.count(",") > MAX_VALUES:
        raise Unreadable("too many values")
    try:
        value = json.loads(text, parse_float=_exact if exact else _finite, parse_constant=lambda _: None, strict=False)
    except (ValueError, RecursionError) as error:
        raise Unreadable(type(error).__name__) from None
    if text.count("[") + text.count("{") > MAX_DEPTH and _depth(value) > MAX_DEPTH:
        raise Unreadable("too deep")
    return value


def _exact(digits: str) -> Decimal | None:
    try:
        return Decimal(digits)
    except InvalidOperation:
        return None


def _finite(digits: str) -> float | None:
    number = float(digits)
    return number if math.isfinite(number) else None


def _depth(value: Any) -> int:
    depth, level = 0, [value]
    while level and depth <= MAX_DEPTH:
        depth += 1
        level = list(chain.from_iterable(map(_children, level)))
    return depth


def _children(value: Any) -> Iterable[Any]:
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [child for child in inside if isinstance(child, (dict, list))]


def risky(text: str) -> bool:
    """The JSON text may hold half a surrogate pair or NUL, which no database and no page can take."""
    return ("\\u" in text or "\x00" in text) and _RISKY.search(text) is not None


def storable(text: str) -> tuple[str, int]:
    """The text with pairs of surrogates joined and everything that cannot be stored as U+FFFD; and how many those were."""
    joined = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
    return _UNSTORABLE.subn("\ufffd", joined)


def scrubbed(value: Any) -> Any:
    """The JSON value with every text in it storable."""
    if isinstance(value, str):
        return storable(value)[0]
    if isinstance(value, list):
        return [scrubbed(item) for item in value]
    if isinstance(value, dict):
        return {storable(key)[0]: scrubbed(item) for key, item in value.items()}
    return value
