"""An answer read as JSON: the value in it, or in a sentence what keeps it from being JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any, NamedTuple, NoReturn

from parley.request.kept import brief
from parley.wire.json_text import MAX_DEPTH, MAX_VALUES, scrubbed

LARGEST = 500_000
"""Characters of an answer that is read; longer ones are shown as text only."""
_FENCED = re.compile(r"\s*(`{3,}|~{3,})[ \t]*([\w+-]*)[ \t]*\n(.*?)(?:\n[ \t]*\1\s*)?\Z", re.DOTALL)
_WORDS = 24


class Read(NamedTuple):
    """What an answer says."""

    value: Any = None
    why: str = ""
    """What keeps the text from being JSON, as the end of a sentence that begins with the answer; empty where it is JSON."""
    cut: bool = False
    """It ends in the middle of the JSON."""
    repeated: tuple[str, ...] = ()
    """Keys that stand twice in one object, of which the last counts."""


def read(text: str) -> Read:
    """The JSON in a text, which must be nothing but JSON."""
    if len(text) > LARGEST:
        return Read(why=f"has {len(text):,} characters; up to {LARGEST:,} are read")
    if not text.strip():
        return Read(why="has no text")
    twice: list[str] = []
    try:
        value = json.loads(text, parse_constant=_no_constant, object_pairs_hook=lambda pairs: _object(pairs, twice))
    except json.JSONDecodeError as error:
        return Read(why=_why(text, error), cut=_at_the_end(text, error))
    except RecursionError:
        return Read(why="is nested too deep to be read")
    except ValueError as error:
        return Read(why=f"cannot be read: {error}")
    if text.count("[") + text.count("{") + text.count(",") > MAX_VALUES or deeper(value, MAX_DEPTH):
        return Read(why=f"is nested deeper than {MAX_DEPTH} levels")
    return Read(scrubbed(value), repeated=tuple(dict.fromkeys(twice)))


def fenced(text: str) -> str | None:
    """What stands in the one Markdown fence that the text is made of; None where it is not."""
    found = _FENCED.match(text) if len(text) <= LARGEST else None
    return found[3] if found else None


def deeper(value: Any, levels: int) -> bool:
    """Whether a JSON value is nested deeper than so many levels."""
    level: list[Any] = [value]
    for _ in range(levels + 1):
        level = [child for one in level for child in _inside(one) if isinstance(child, (dict, list))]
        if not level:
            return False
    return True


def _inside(value: Any) -> Iterable[Any]:
    return value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()


def _object(pairs: list[tuple[str, Any]], twice: list[str]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        names = [name for name, _ in pairs]
        twice += [name for name in made if names.count(name) > 1] if len(names) < 1_000 else [brief(len(names))]
    return made


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def _at_the_end(text: str, error: json.JSONDecodeError) -> bool:
    """Whether more of the text could have mended it: it broke where the text ends, or within its last string."""
    return error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated string")


def _why(text: str, error: json.JSONDecodeError) -> str:
    start = text.lstrip()
    if _at_the_end(text, error):
        return "ends in the middle of the JSON"
    if error.msg == "Extra data":
        return f"goes on after the JSON, in line {error.lineno}"
    if error.pos == len(text) - len(start):
        first = " ".join(start[:200].split())
        return f"begins with {brief(first, _WORDS)}, not with JSON"
    return f"breaks off being JSON in line {error.lineno}, column {error.colno}: {_expected(error.msg)}"


def _expected(told: str) -> str:
    words = {
        "Expecting property name enclosed in double quotes": "a key in double quotes is expected",
        "Expecting ':' delimiter": "a colon is expected",
        "Expecting ',' delimiter": "a comma is expected",
        "Expecting value": "a value is expected",
        "Illegal trailing comma before end of object": "a comma too many",
        "Illegal trailing comma before end of array": "a comma too many",
        "Invalid control character at": "a line break or another control character stands in a text",
        "Invalid \\escape": "a backslash is followed by what it does not go with",
        "Invalid \\uXXXX escape": "\\u is not followed by four digits",
    }
    return words.get(told.rstrip(": "), told)
