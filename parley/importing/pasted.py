"""What was read from a pasted text, and the words for what could not be."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlsplit

from parley.errors import NotARequest
from parley.importing.secrets import KEY
from parley.request import ChatRequest
from parley.value import Value
from parley.wire.redaction import REMOVED

Source = Literal["JSON body", "curl command", "Python call", "TypeScript call"]
EXPECTED = (
    'Expected a request: a JSON body such as {"model": …, "messages": […]}, a curl command, a Python call of the '
    "openrouter or openai SDK, or the same in TypeScript."
)
TOO_MANY = "This text holds too many values to be read. Paste a smaller request."
ENDPOINT = "/chat/completions"
WORD = re.compile(r"[A-Za-z_$][\w$]*", re.ASCII)
NAMED = 8
"""Paths that one note names; the rest is counted."""


class Pasted(Value):
    """A request that was read from a text.

    `notes` are sentences for the person: what was unknown and kept, what was dropped. No key is part of any of it.
    """

    request: ChatRequest
    source: Source
    base_url: str | None = None
    """Where the text sends it, without a login and a query; None where it does not say."""
    notes: tuple[str, ...] = ()


@dataclass
class Found:
    """A body on its way out of a text."""

    body: dict[str, Any]
    source: Source
    address: str | None = None
    notes: list[str] = field(default_factory=list)


@dataclass
class Budget:
    """What reading one text may cost, so that a small text cannot become a large value."""

    left: int = 400_000

    def spend(self, amount: int = 1) -> None:
        """Raises NotARequest when too much was read."""
        self.left -= amount
        if self.left < 0:
            raise NotARequest(TOO_MANY)


def refuse(text: str, place: int, words: str, where: str = "") -> NotARequest:
    """The error for a place in a text, counted from 0."""
    line = text.count("\n", 0, place) + 1
    column = place - (text.rfind("\n", 0, place) + 1) + 1
    return NotARequest(f"Line {line}, column {column}{where}: {words}", line=line, column=column)


def read_json(text: str, where: str = "", notes: list[str] | None = None) -> Any:
    """The value of a JSON text; `where` says in words what the text is, as in ` of the body`.

    Raises NotARequest with line and column.
    """

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        entries = dict(pairs)
        if len(entries) < len(pairs) and notes is not None and TWICE not in notes:
            notes.append(TWICE)
        return entries

    try:
        return json.loads(text, parse_constant=_no_number, parse_float=_finite, object_pairs_hook=once)
    except json.JSONDecodeError as error:
        raise refuse(text, *_complaint(text, error), where) from None
    except RecursionError:
        raise NotARequest(DEEP) from None
    except NotARequest:
        raise
    except ValueError:
        raise NotARequest("A number in this text has too many digits.") from None


TWICE = "A key stands twice in the same object; the last one counts."
DEEP = "This text is nested too deeply to be a request."


def _no_number(word: str) -> Any:
    raise NotARequest(f"JSON has no number {word}.")


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise NotARequest(f"The number {digits[:40]} is too large to be sent.")
    return number


def _complaint(text: str, error: json.JSONDecodeError) -> tuple[int, str]:
    """The place and the parser's words; a trailing comma, which it does not name in every version, is at the comma.

    Letters that only look like a quote or a blank are named, because nobody sees them.
    """
    if (letter := text[error.pos : error.pos + 1]) in LOOKALIKES and letter:
        return error.pos, f"{LOOKALIKES[letter]} (U+{ord(letter):04X}), which JSON does not read."
    found = TRAILING.match(text, len(text[: error.pos + 1].rstrip().rstrip("}]").rstrip()) - 1)
    if found is not None:
        return found.start(), "a comma before the closing bracket, which JSON does not allow."
    return error.pos, f"{error.msg[:1].lower()}{error.msg[1:]}."


LOOKALIKES = {
    **dict.fromkeys("“”„‟«»", "a typographic quote"),
    **dict.fromkeys("‘’‚‛", "a typographic apostrophe"),
    **dict.fromkeys("\u00a0\u202f\u2007\u3000\u2028\u2029", "a blank of its own kind"),
    **dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff", "a letter without width"),
}
TRAILING = re.compile(r",\s*+[}\]]")


def step(path: str, key: str | int) -> str:
    """The path of a key or an index, on one line whatever the key holds."""
    if isinstance(key, int):
        return f"{path}[{key}]"
    key = KEY.sub(REMOVED, key)
    if WORD.fullmatch(key):
        return f"{path}.{key}" if path else key
    return f"{path}[{json.dumps(key)}]"


SPOKEN = re.compile(r"(?:^|\.)messages\b.*(?:^|\.)(?:content|text)$")
NAME = re.compile(r"[^\W\d][\w-]{0,63}")


def variable(spelling: str, path: str) -> str | None:
    """The template variable for a name that only running code could fill, where it is said in a message; None elsewhere."""
    name = re.sub(r"[.$]+", "_", spelling.strip()).strip("_")
    return f"{{{{{name}}}}}" if NAME.fullmatch(name) and SPOKEN.search(path) else None


def filled_in(variables: list[str]) -> list[str]:
    """What became of names that only running the code could fill, in words."""
    return [f"Became variables, to be filled in: {listed(list(dict.fromkeys(variables)))}."] if variables else []


def listed(paths: list[str]) -> str:
    """Paths in a sentence: the first few, and how many more."""
    more = f" and {len(paths) - NAMED} more" if len(paths) > NAMED else ""
    return ", ".join(path if len(path) <= 60 else f"{path[:59]}…" for path in paths[:NAMED]) + more


def base_of(address: str) -> tuple[str | None, bool]:
    """The base URL in an address of chat completions, and whether the address is one; login and query are left out."""
    try:
        parts = urlsplit(address.strip())
        host, port = parts.hostname, parts.port
    except ValueError:
        return None, False
    if parts.scheme not in ("http", "https") or not host:
        return None, False
    place = f"[{host}]" if ":" in host else host
    path = parts.path.rstrip("/")
    base = f"{parts.scheme}://{place}{f':{port}' if port else ''}{path.removesuffix(ENDPOINT)}"
    return base, path.endswith(ENDPOINT)
