"""Keys that were pasted along: never kept, never shown."""

from __future__ import annotations

import re
from typing import Any

from parley.wire.key_shapes import CERTAIN
from parley.wire.redaction import REMOVED

KEY = CERTAIN
"""What people write to a model must not be changed for less."""
HOLDERS = frozenset(
    {
        "apikey",
        "authorization",
        "openrouterapikey",
        "openaiapikey",
        "xapikey",
        "bearer",
        "accesstoken",
        "extraheaders",
        "headers",
    }
)
"""Names of what holds a key, without case and signs; none is a field of a request."""


def holds_key(name: str) -> bool:
    """Whether a name is one under which a key stands."""
    return re.sub(r"[^a-z]", "", name.lower()) in HOLDERS


def without_keys(body: dict[str, Any], notes: list[str]) -> dict[str, Any]:
    """The body without entries that hold keys, and with keys masked wherever else they stand."""
    kept = {key: value for key, value in body.items() if not holds_key(key)}
    if len(kept) < len(body):
        notes.append("A key was pasted along; it was left out.")
    masked, count = masking(kept)
    if count:
        notes.append(f"What looks like a key was replaced by {REMOVED} inside the request.")
    return dict(masked) if count else kept


def masking(value: Any) -> tuple[Any, int]:
    """A JSON value with its keys masked, and in how many texts there were any."""
    if isinstance(value, str):
        masked, count = KEY.subn(REMOVED, value)
        return masked, count
    if isinstance(value, list):
        items = [masking(item) for item in value]
        return [item for item, _ in items], sum(count for _, count in items)
    if isinstance(value, dict):
        pairs = [(masking(key), masking(item)) for key, item in value.items()]
        return {key: item for (key, _), (item, _) in pairs}, sum(count + more for (_, count), (_, more) in pairs)
    return value, 0
