"""How large a file of a session may be: it is measured before it is parsed, and none is written that would be refused."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

LARGEST_MB = 100
"""Millions of bytes that a file may have, however it comes in, and that it may unpack to; what is larger is refused unread."""
LARGEST = 10_000_000
"""Characters of a document without its blobs: parsed, it may take twenty-five times as much."""
DEEPEST = 32
"""Levels of the whole document."""
MOST_VALUES = 1_500_000
MOST_DIGITS = 18
"""Of a whole number: so many fit into 64 bits whatever they are."""
MOST_CELLS = 5_000
LONGEST_TITLE = 2_000
"""Characters; every page draws it whole."""
MOST_MESSAGES = 5_000
"""Different messages that were sent; of a list of messages, all."""
MOST_SENT = 500_000
"""Messages of all requests together, counted each time that one is sent."""
MOST_FILES = 5_001
"""In a zip: the document, and its attachments."""
_TEXTS = re.compile(r'"(?:[^"\\]|\\.)*+"?', re.DOTALL)
_NO_BRACKETS = re.compile(r"[^\[\]{}]+")
_MANY_DIGITS = re.compile(rf"(?<![\d.eE+])\d{{{MOST_DIGITS + 1},}}+(?![.eE])")
DEEP = f"is nested more than {DEEPEST} levels deep"


def beyond(text: str) -> str | None:
    """Why such a JSON text is not parsed, as the end of a sentence that it begins; None for one that is."""
    if len(text) > LARGEST:
        return f"holds {len(text):,} characters of JSON; at most {LARGEST:,} are read, attachments apart"
    brackets = _NO_BRACKETS.sub("", bare := _TEXTS.sub("", text))
    if len(brackets) // 2 + bare.count(",") > MOST_VALUES:
        return f"holds more than {MOST_VALUES:,} values"
    if _is_deep(brackets):
        return DEEP
    return f"holds a whole number of more than {MOST_DIGITS} digits" if _MANY_DIGITS.search(bare) else None


def beyond_files(document: Mapping[str, Any], text: str, blobs: Mapping[str, bytes]) -> str | None:
    """The same of a whole bundle, its attachments apart."""
    if len(document["session"].get("cells", ())) > MOST_CELLS:
        return f"holds more than {MOST_CELLS:,} cells"
    if len(document["session"].get("title", "")) > LONGEST_TITLE:
        return f"has a title of more than {LONGEST_TITLE:,} characters"
    if len(document["messages"]) > MOST_MESSAGES:
        return f"tells of more than {MOST_MESSAGES:,} different messages"
    requests = [run["request"] for runs in document["attempts"].values() for run in runs]
    if sum(len(request.get("messages") or ()) for request in requests) > MOST_SENT:
        return f"tells of more than {MOST_SENT:,} messages that were sent"
    if len(blobs) >= MOST_FILES or len(text.encode()) + sum(map(len, blobs.values())) > LARGEST_MB * 10**6:
        return f"has more than {LARGEST_MB} MB, or more than {MOST_FILES - 1:,} attachments"
    return beyond(text)


def too_large(file: str) -> bool:
    """Whether a file of that text would be refused unread."""
    most = LARGEST_MB * 10**6
    return len(file) > most or (not file.isascii() and len(file.encode("utf-8", "replace")) > most)


def _is_deep(brackets: str) -> bool:
    """Whether something is left when as many levels are taken off, each from within; what does not close is no JSON, whatever its depth."""
    brackets = brackets.replace("{", "[").replace("}", "]")
    for _ in range(DEEPEST):
        fewer = brackets.replace("[]", "")
        if len(fewer) == len(brackets):
            return False
        brackets = fewer
    return bool(brackets)
