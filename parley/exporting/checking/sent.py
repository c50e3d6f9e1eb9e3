"""What requests were sent with: their messages as the values that they are, which many requests share, and the rest as JSON."""

from __future__ import annotations

from typing import Any, TypeGuard

from parley.request.kept import Kept, copied


def is_messages(value: Any) -> TypeGuard[list[Kept]]:
    """Whether these are messages that were read as such: all of them are, or none is."""
    return isinstance(value, list) and bool(value) and isinstance(value[0], Kept)


def copied_but_messages(key: str, held: Any) -> Any:
    """What a request holds under a key, as JSON; its messages as they are."""
    return held if key == "messages" and is_messages(held) else copied(held)


def unchanged(now: Any, before: Any) -> bool:
    """Whether it is still the same; messages that are the same are the very same."""
    if not is_messages(before):
        return bool(now == before)
    return len(now) == len(before) and all(one is other for one, other in zip(now, before, strict=True))
