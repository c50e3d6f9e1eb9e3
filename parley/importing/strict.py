"""JSON out of a stranger's file: measured before it is parsed, and parsed without leniency."""

from __future__ import annotations

import json
import math
from typing import Any

from parley.bundle.limits import DEEP, beyond
from parley.errors import NotASession
from parley.wire.json_text import risky, scrubbed


def read_json(text: str, what: str = "This file") -> Any:
    """The value of a JSON text; `what` says in words where the text stands. Raises NotASession, and nothing else.

    Refused are what is beyond the bundle's limits, numbers without an end, and a key that stands twice in one object. Half
    characters and NUL become U+FFFD.
    """
    if why := beyond(text):
        raise NotASession(f"{what} {why}.")
    try:
        value = json.loads(text, parse_float=_finite, parse_constant=_no_number, object_pairs_hook=_once)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise NotASession(f"{what} is broken JSON: {error.msg[:1].lower()}{error.msg[1:]} ({place}).") from None
    except RecursionError:
        raise NotASession(f"{what} {DEEP}.") from None
    except ValueError as error:
        raise NotASession(f"{what} cannot be taken: {error}.") from None
    return scrubbed(value) if risky(text) else value


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
