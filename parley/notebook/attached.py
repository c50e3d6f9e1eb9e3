"""What is attached to a message, in words: the same on the page and in every file."""

from __future__ import annotations

from typing import Final

from parley.media import Way, held_in, size_words
from parley.money import part
from parley.reply.addresses import host_of

_CALLED: Final[dict[Way, str]] = {"image": "Image", "audio": "Audio", "video": "Video", "file": "File"}
_LONGEST_NAME: Final = 200


def attached_words(one: object) -> str:
    """A part of a message that is no text: what it is by its first bytes, its name or where it is, and its size."""
    held, kind = held_in(one), str(part(one, "type"))
    if held is None:
        return kind
    known = held.kind
    form = part(one, kind, "format") if known is None else ""
    named = held.name or form or host_of(held.address) or held.address
    facts = (known.name if known else _CALLED[held.way], str(named)[:_LONGEST_NAME])
    return " · ".join(filter(None, (*facts, size_words(held.size) if held.size else "")))
