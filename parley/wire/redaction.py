"""Words of a server, made fit to be shown: one line, not too long, and without anything that looks like a key."""

from __future__ import annotations

import re
from typing import Any

SHOWN = 300

_KEY = re.compile(
    r"\b(?:sk|pk|rk|xai|pplx|nvapi|csk)-[\w*.-]{6,}|\b(?:gsk|hf|r8|ghp)_[\w*.-]{8,}|\bAIza[\w-]{12,}|\bAKIA[A-Z0-9]{8,}"
    r"|(?i:\b(?:bearer|basic)\s+[\w+/=*.~-]{6,})"
)
_BLANK = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_TAG = re.compile(r"<[^<>]{0,2000}>")


def redact(text: str) -> str:
    """The text without keys."""
    return _KEY.sub("[key removed]", text)


def redacted(value: Any) -> Any:
    """A JSON value without keys at any depth."""
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, list):
        return [redacted(item) for item in value]
    if isinstance(value, dict):
        return {redact(key): redacted(item) for key, item in value.items()}
    return value


def shown(text: str) -> str:
    """At most 300 characters of a server's words, on one line, keys and markup removed."""
    line = _BLANK.sub(" ", redact(_TAG.sub(" ", text[:20_000]))).strip()
    return line if len(line) <= SHOWN else line[: SHOWN - 1].rstrip() + "…"
