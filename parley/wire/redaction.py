"""Words of a server, made fit to be shown: one line, not too long, and without anything that looks like a key."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from parley.wire.key_shapes import CERTAIN, WORD_BEGINS

SHOWN = 300

_KEY = re.compile(
    r"\b(?:sk|pk|rk|xai|pplx|nvapi|csk)-[\w*.-]{6,}|\b(?:gsk|hf|r8|ghp)_[\w*.-]{8,}|\bAIza[\w-]{12,}|\bAKIA[A-Z0-9]{8,}"
    r"|(?i:\b(?:bearer|basic)\s+[\w+/=*.~-]{6,})"
)
_BEGINS = (
    rf"{WORD_BEGINS}(?:(?:sk|pk|rk|xai|pplx|nvapi|csk|glpat|xox[abprs])-"
    r"|(?:gsk|hf|r8|gh[oprsu]|github_pat|[prs]k_live|[prs]k_test)_|AIza|AKIA|ASIA)"
)
_CUT = re.compile(rf"{_BEGINS}(?=[\w-]*\d)[\w-]{{4,30}}\Z")
_LONGEST_CUT = 64
"""The beginning of a key, at the end of a text that was cut there: what is longer is a key already."""
_SECRET_NAME = re.compile(
    r"(x[-_])?api[-_]?key|(proxy[-_])?authorization|(access[-_]|auth[-_])?token|secret|password", re.IGNORECASE
)
"""Names under which a text is a secret, whatever it looks like."""
SHORTEST = 8
"""Characters of a key at hand; what is shorter is taken for a word, as in `none`."""
REMOVED = "[key removed]"
_BLANK = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_TAG = re.compile(r"<[^<>]{0,2000}>")


def redact(text: str) -> str:
    """The text without keys."""
    return _KEY.sub(REMOVED, text)


def without_keys(text: str, at_hand: Iterable[str] = ()) -> str:
    """A person's own text without what is certainly a key, and without the keys `at_hand`, whatever they look like.

    A key's whole length is gone, and so is the beginning of one at the text's end.
    """
    for key in at_hand:
        if len(key) >= SHORTEST:
            text = text.replace(key, REMOVED)
            begins = text.rfind(key[:SHORTEST], max(0, len(text) - len(key)))
            if begins >= 0 and key.startswith(text[begins:]):
                text = text[:begins] + REMOVED
    text = CERTAIN.sub(REMOVED, text)
    cut = _CUT.search(text, max(0, len(text) - _LONGEST_CUT))
    return text[: cut.start()] + REMOVED if cut else text


def is_secret(name: str, value: Any) -> bool:
    """Whether this is a text under a name that secrets have."""
    return isinstance(value, str) and _SECRET_NAME.fullmatch(name) is not None


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
