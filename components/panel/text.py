"""JSON and lists as people type them, and back; pure, and exact both ways."""

from __future__ import annotations

import json
import math
import re
from typing import Any, NoReturn

ESCAPES = {"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
NAMED = {escape: plain for plain, escape in ESCAPES.items()}
EDGE = re.compile(r"^\s+|\s+$")
NOT_JSON = re.compile(r'"(?:\\.|[^"\\])*"|-?Infinity|NaN|-?\d[\d.eE+-]*')
LOOSE_STARTS = ("[", "{", '"')
LOOSE_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?")


class Unreadable(ValueError):
    """What was typed is no value of its kind; `str(error)` says where and why."""


def read_json(text: str) -> Any:
    """The value that a JSON text spells. Raises Unreadable, with line and column where one can be named."""
    try:
        return json.loads(text, parse_constant=refuse, parse_float=finite, object_pairs_hook=each_once)
    except json.JSONDecodeError as error:
        raise Unreadable(f"line {error.lineno}, column {error.colno}: {sentence(error.msg)}") from None
    except Unreadable:
        raise
    except Unspeakable as error:
        raise Unreadable(f"{place(text, str(error))}: JSON has no number {error}") from None
    except RecursionError:
        raise Unreadable("it is nested too deeply to be read") from None
    except ValueError:
        raise Unreadable("a number in it has too many digits") from None


class Unspeakable(Exception):
    """A number that Python reads and JSON has not."""


def refuse(word: str) -> NoReturn:
    raise Unspeakable(word)


def finite(digits: str) -> float:
    number = float(digits)
    return number if math.isfinite(number) else refuse(digits)


def each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object; a key that stands in it twice would silently lose a value."""
    entries = dict(pairs)
    if len(entries) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise Unreadable(f"the key {json.dumps(twice, ensure_ascii=False)} stands there twice")
    return entries


def place(text: str, word: str) -> str:
    """Line and column of a word of a JSON text that stands in none of its strings."""
    start = next(found.start() for found in NOT_JSON.finditer(text) if found[0] == word)
    line = text.count("\n", 0, start)
    return f"line {line + 1}, column {start - text.rfind(chr(10), 0, start)}"


def sentence(message: str) -> str:
    """The parser's complaint, in lower case after our colon."""
    return message[:1].lower() + message[1:]


def spell_json(value: Any) -> str | None:
    """A JSON text for people, None where there is none: too deep, or numbers that JSON has not."""
    try:
        text = json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False)
    except (ValueError, RecursionError):
        return None
    return text if speakable(text) else json.dumps(value, indent=2)


def readable_json(value: object, indent: int | None = 2) -> str:
    """JSON to be read, whatever it holds; half a surrogate pair, which cannot travel to the browser, as its escape."""
    text = json.dumps(value, indent=indent, ensure_ascii=False, default=float)
    return text if speakable(text) else json.dumps(value, indent=indent, default=float)


def read_loose(line: str) -> Any:
    """What a line spells: a number, a list, an object or a text in quotes where it is JSON of these, else a word."""
    text = line.strip()
    if not text.startswith(LOOSE_STARTS) and not LOOSE_NUMBER.fullmatch(text):
        return line
    return read_json(text)


def spell_loose(value: Any) -> str | None:
    """The line that spells a word, a number, or other JSON; None where no line does."""
    if isinstance(value, str) and on_a_line(value) and read_as_is(value):
        return value
    if value is None or isinstance(value, bool):
        return None
    try:
        return json.dumps(value, ensure_ascii=not isinstance(value, str) or not speakable(value), allow_nan=False)
    except (ValueError, RecursionError):
        return None


def read_as_is(word: str) -> bool:
    try:
        return bool(word.strip()) and read_loose(word) is word
    except Unreadable:
        return False


def on_a_line(text: str) -> bool:
    return speakable(text) and not {"\n", "\r"} & set(text)


def read_price(line: str) -> str:
    """A price, which is sent as the text that was typed."""
    return line.strip()


def spell_price(value: Any) -> str | None:
    """A price as it stands in its widget, be it a text or a number."""
    if isinstance(value, str):
        return value if on_a_line(value) else None
    return spell_json(value) if type(value) in (int, float) else None


def speakable(text: str) -> bool:
    """Whether a text can travel to the browser: half a surrogate pair cannot."""
    return not any("\ud800" <= letter <= "\udfff" for letter in text)


def escaped(text: str) -> str:
    """A text on one line on which every character can be seen: line breaks, and spaces at the ends."""
    line = "".join(ESCAPES.get(letter, letter) for letter in text)
    return EDGE.sub(lambda found: "".join(f"\\u{ord(letter):04x}" for letter in found[0]), line)


def unescaped(line: str) -> str:
    """The text that such a line spells; a backslash before anything else is a backslash."""
    return re.sub(r"\\(?:u([0-9a-fA-F]{4})|[nrt\\])", lambda found: NAMED.get(found[0]) or chr(int(found[1], 16)), line)
