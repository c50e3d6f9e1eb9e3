"""Words of a server, made fit to be shown: one line, not too long, and without anything that looks like a key."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

SHOWN = 300

_KEY = re.compile(
    r"\b(?:sk|pk|rk|xai|pplx|nvapi|csk)-[\w*.-]{6,}|\b(?:gsk|hf|r8|ghp)_[\w*.-]{8,}|\bAIza[\w-]{12,}|\bAKIA[A-Z0-9]{8,}"
    r"|(?i:\b(?:bearer|basic)\s+[\w+/=*.~-]{6,})"
)
_CERTAIN = re.compile(r"\bsk-[\w-]{20,}|\b(?:xai|pplx|nvapi|csk)-\w{20,}|\b(?:gsk|hf|r8|ghp)_\w{20,}|\bAIza[\w-]{35}")
"""What cannot be anything but a key, for a person's own words: theirs may speak of a bearer or of basic things."""
_BLANK = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_TAG = re.compile(r"<[^<>]{0,2000}>")


def redact(text: str) -> str:
    """The text without keys."""
    return _KEY.sub("[key removed]", text)


def without_keys(text: str) -> str:
    """A person's own text without what is certainly a key; a key's whole length is gone."""
    return _CERTAIN.sub("[key removed]", text)


def redacted(value: Any, by: Callable[[str], str] = redact) -> Any:
    """A JSON value without keys at any depth."""
    if isinstance(value, str):
        return by(value)
    if isinstance(value, list):
        return [redacted(item, by) for item in value]
    if isinstance(value, dict):
        return {by(key): redacted(item, by) for key, item in value.items()}
    return value


def shown(text: str) -> str:
    """At most 300 characters of a server's words, on one line, keys and markup removed."""
    line = _BLANK.sub(" ", redact(_TAG.sub(" ", text[:20_000]))).strip()
    return line if len(line) <= SHOWN else line[: SHOWN - 1].rstrip() + "…"
