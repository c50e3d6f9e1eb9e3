"""JSON values as source text: JSON, Python and JavaScript. Nothing a value holds can leave its quotes."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from parley.errors import RequestError

DEEPEST = 60
"""Levels of nesting that every compiler takes, inside the code around them."""
WIDEST = 88
"""Columns; what fits stands on one line."""
PLAIN = re.compile(r"[^ -~]")
NAME = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*")

PYTHON_WORDS = {"true": "True", "false": "False", "null": "None"}


def checked(body: Mapping[str, Any]) -> dict[str, Any]:
    """The body, when it can be written down at all.

    Raises RequestError for what is no JSON (NaN, infinity), for numbers without end, and for what is nested too deeply.
    """
    if depth(body) > DEEPEST:
        raise RequestError(f"This request is nested more than {DEEPEST} levels deep: no code can be written for it.")
    try:
        json.dumps(body, allow_nan=False)
    except ValueError:
        raise RequestError("This request holds a number that JSON has not: no code can be written for it.") from None
    return dict(body)


def depth(value: Any) -> int:
    """Levels of nesting, counted no further than matters."""
    levels, here = 0, [value]
    while here and levels <= DEEPEST:
        levels += 1
        here = [
            inner
            for one in here
            if isinstance(one, (dict, list))
            for inner in (one.values() if isinstance(one, dict) else one)
        ]
    return levels


def json_text(value: Any, margin: int = 0) -> str:
    """JSON as a person would lay it out; what cannot be seen is escaped."""
    return Writer(quoted, json.dumps, quoted, trailing=False).text(value, margin)


def python_text(value: Any, margin: int = 0) -> str:
    """A Python literal."""
    return Writer(python_quoted, python_scalar, python_quoted).text(value, margin)


def script_text(value: Any, margin: int = 0) -> str:
    """A JavaScript literal."""
    return Writer(quoted, json.dumps, script_key, step=2, pad=" ").text(value, margin)


class Writer:
    """Lays a value out in lines: an object or a list that fits stands on one."""

    def __init__(
        self,
        string: Callable[[str], str],
        scalar: Callable[[Any], str],
        key: Callable[[str], str],
        *,
        trailing: bool = True,
        step: int = 0,
        pad: str = "",
    ) -> None:
        self.string, self.scalar, self.key = string, scalar, key
        self.trailing = "," if trailing else ""
        self.step = step or (4 if trailing else 2)
        self.pad = pad

    def text(self, value: Any, margin: int) -> str:
        if isinstance(value, str):
            return self.string(value)
        if not isinstance(value, (dict, list)):
            return self.scalar(value)
        brackets = "{}" if isinstance(value, dict) else "[]"
        inner = margin + self.step
        entries = (
            [f"{self.key(key)}: {self.text(item, inner)}" for key, item in value.items()]
            if isinstance(value, dict)
            else [self.text(item, inner) for item in value]
        )
        line = ", ".join(entries)
        if margin + len(line) + 2 <= WIDEST and "\n" not in line:
            pad = self.pad if entries and brackets == "{}" else ""
            return f"{brackets[0]}{pad}{line}{pad}{brackets[1]}"
        if not entries:
            return brackets
        lines = f",\n{' ' * inner}".join(entries)
        return f"{brackets[0]}\n{' ' * inner}{lines}{self.trailing}\n{' ' * margin}{brackets[1]}"


def quoted(text: str) -> str:
    """A JSON string, which JavaScript reads as well."""
    return spelt(text, lambda letter: json.dumps(letter)[1:-1])


def python_quoted(text: str) -> str:
    """A Python string."""
    return spelt(text, lambda letter: f"\\u{ord(letter):04x}" if ord(letter) < 0x10000 else f"\\U{ord(letter):08x}")


def spelt(text: str, escape: Callable[[str], str]) -> str:
    """In double quotes; letters that print stand as they are."""
    body = json.dumps(text, ensure_ascii=False)
    if body.isprintable():
        return body
    return PLAIN.sub(lambda found: found[0] if found[0].isprintable() else escape(found[0]), body)


def python_scalar(value: Any) -> str:
    word = json.dumps(value)
    return PYTHON_WORDS.get(word, word)


def script_key(key: str) -> str:
    """A key of an object; `__proto__` would otherwise set what the object is made of."""
    if key == "__proto__":
        return '["__proto__"]'
    return key if NAME.fullmatch(key) else quoted(key)


def shell_quoted(text: str) -> str:
    """One word for a POSIX shell, whatever it holds but NUL."""
    return "'" + text.replace("'", "'\\''") + "'"


def comment(mark: str, lines: list[str]) -> str:
    """Lines of comment, each ended; empty for none."""
    return "".join(f"{mark} {line}\n" for line in lines)
