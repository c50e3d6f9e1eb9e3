"""JSON out of a stranger's file: measured before it is parsed, and parsed without leniency."""

from __future__ import annotations

import json
import math
import re
from typing import Any

from parley.errors import NotASession
from parley.wire.json_text import risky, scrubbed

LARGEST = 10_000_000
"""Characters of a document without its blobs: parsed, it may take twenty-five times as much."""
DEEPEST = 40
"""Levels: 32 of a message or a request, and what they stand in."""
MOST_VALUES = 1_500_000
MOST_DIGITS = 20
"""What 64 bits hold."""
_TEXTS = re.compile(r'"(?:[^"\\]|\\.)*+"?', re.DOTALL)
_NO_BRACKETS = re.compile(r"[^\[\]{}]+")


def read_json(text: str, what: str = "This file") -> Any:
    """The value of a JSON text; `what` says in words where the text stands. Raises NotASession, and nothing else.

    Refused are numbers without an end, whole ones of more than 20 digits, and a key that stands twice in one object. Half
    characters and NUL become U+FFFD.
    """
    _measured(text, what)
    try:
        value = json.loads(
            text, parse_int=_whole, parse_float=_finite, parse_constant=_no_number, object_pairs_hook=_once
        )
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise NotASession(f"{what} is broken JSON: {error.msg[:1].lower()}{error.msg[1:]} ({place}).") from None
    except RecursionError:
        raise NotASession(_deep(what)) from None
    except ValueError as error:
        raise NotASession(f"{what} cannot be taken: {error}.") from None
    return scrubbed(value) if risky(text) else value


def _measured(text: str, what: str) -> None:
    if len(text) > LARGEST:
        raise NotASession(
            f"{what} holds {len(text):,} characters of JSON; at most {LARGEST:,} are read, attachments apart."
        )
    brackets = _NO_BRACKETS.sub("", bare := _TEXTS.sub("", text))
    if len(brackets) // 2 + bare.count(",") > MOST_VALUES:
        raise NotASession(f"{what} holds more than {MOST_VALUES:,} values.")
    for _ in range(DEEPEST):
        fewer = brackets.replace("[]", "").replace("{}", "")
        if len(fewer) == len(brackets):
            return
        brackets = fewer
    if brackets:
        raise NotASession(_deep(what))


def _deep(what: str) -> str:
    return f"{what} is nested more than {DEEPEST} levels deep."


def _whole(digits: str) -> int:
    if len(digits.lstrip("-")) > MOST_DIGITS:
        raise ValueError(f"a whole number has more than {MOST_DIGITS} digits")
    return int(digits)


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError("a number is too large")
    return number


def _no_number(word: str) -> Any:
    raise ValueError(f"JSON has no number {word}")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    entries = dict(pairs)
    if len(entries) < len(pairs):
        raise ValueError("a key stands twice in the same object")
    return entries
