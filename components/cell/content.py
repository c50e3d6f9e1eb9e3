"""What an editor shows of a cell, and a cell changed by it: kind and role as one word, and each text of the message."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from parley.media import Attachment, of_part
from parley.notebook import Cell, CellKind, Session, edits

PROMPT, TOOL, NOTE = "Prompt", "Tool result", "Note"
KINDS: dict[str, tuple[CellKind, str | None]] = {
    PROMPT: ("prompt", "user"),
    "System message": ("message", "system"),
    "Developer message": ("message", "developer"),
    "User message": ("message", "user"),
    "Assistant message": ("message", "assistant"),
    TOOL: ("message", "tool"),
    NOTE: ("note", None),
}
"""What a cell can be, by the word for it. A prompt is answered; the other messages are what was said, and a note is never sent."""
CACHES = {"": "Not cached up to here", "5m": "Cached up to here", "1h": "Cached up to here, for an hour"}
"""Breakpoints of the prompt's cache on a text, in words: five minutes are what providers do unasked."""
_TTL: dict[str, dict[str, str]] = {"5m": {}, "1h": {"ttl": "1h"}}
_OWN = {"tool_call_id": "tool", "tool_calls": "assistant"}
"""Keys of a message that only one role has; the API refuses them in any other."""


def kind_word(cell: Cell) -> str:
    """The word for what a cell is; a prompt may also have another role than the user's, when it was pasted."""
    role = cell.message.get("role")
    for word, (kind, known) in KINDS.items():
        if cell.kind == kind and (kind == "note" or role == known):
            return word
    return PROMPT if cell.kind == "prompt" else f"Message ({role})"


def as_kind(session: Session, cell_id: str, word: str) -> Session:
    """The cell as another kind, or in another role; what only its former role could have goes."""
    kind, role = KINDS[word]
    changed = edits.change_kind(session, cell_id, kind)
    if role is None:
        return changed
    changed = edits.change_role(changed, cell_id, role)
    message = edits.cell_of(changed, cell_id).message
    kept = {name: value for name, value in message.items() if _OWN.get(name, role) == role}
    return edits.edit_message(changed, cell_id, kept)


def texts_of(message: Mapping[str, Any]) -> tuple[str, ...]:
    """Each text of a message on its own; one that is empty where it has none."""
    content = message.get("content")
    if isinstance(content, str):
        return (content,)
    return tuple(part["text"] for part in _parts(content) if _is_text(part)) or ("",)


def with_texts(message: Mapping[str, Any], texts: Sequence[str]) -> dict[str, Any]:
    """The message with these texts in the places of its own. Images, files and what else it holds stay where they are.

    Of several texts an empty one goes, because some providers refuse it; where there was none, one comes first.
    """
    content = message.get("content")
    if tuple(texts) == texts_of(message):
        return dict(message)
    if not isinstance(content, list):
        return {**message, "content": "\n\n".join(texts)}
    left = list(texts)
    parts = []
    for part in content:
        words = left.pop(0) if _is_text(part) and left else None
        if not _is_text(part):
            parts.append(part)
        elif words:
            parts.append({**part, "text": words})
    return {**message, "content": [*({"type": "text", "text": words} for words in left if words), *parts]}


def rewritten(message: Mapping[str, Any], texts: Sequence[str], attached: Sequence[Attachment]) -> dict[str, Any]:
    """The message with these texts in the places of its own, and with these attachments: those that it had stay where they are,
    new ones come last. Texts that are empty go."""
    content = message.get("content")
    if not attached and not isinstance(content, list):
        return with_texts(message, texts)
    parts = content if isinstance(content, list) else [{"type": "text", "text": content or ""}]
    left, kept, new = list(texts), {one.id: one.part for one in attached}, list[Any]()
    for place, part in enumerate(parts):
        if _is_text(part):
            words = left.pop(0) if left else ""
            new += [{**part, "text": words}] if words else []
        elif _own(place) in kept:
            new.append(kept.pop(_own(place)))
    new = [*({"type": "text", "text": words} for words in left if words), *new, *kept.values()]
    return {**message, "content": new or ""}


def attachments_in(message: Mapping[str, Any]) -> tuple[Attachment, ...]:
    """Every part of a message that is no text."""
    parts = enumerate(_parts(message.get("content")))
    return tuple(of_part(part, _own(place)) for place, part in parts if isinstance(part, dict) and not _is_text(part))


def caches_of(message: Mapping[str, Any]) -> tuple[str, ...]:
    """Whether the prompt is cached up to the end of each text: a key of CACHES."""
    parts = _parts(message.get("content"))
    return tuple(_cache(part) for part in parts if _is_text(part)) or ("",)


def with_caches(message: Mapping[str, Any], caches: Sequence[str]) -> dict[str, Any]:
    """The message with these marks on its texts; one that is as it was stays as it is spelt."""
    content = message.get("content")
    if tuple(caches) == caches_of(message) or not (isinstance(content, list) or content):
        return dict(message)
    parts = content if isinstance(content, list) else [{"type": "text", "text": content}]
    left = list(caches)
    marked = [_marked(part, left.pop(0)) if _is_text(part) and left else part for part in parts]
    return {**message, "content": marked}


def cached_up_to_here(message: Mapping[str, Any]) -> str:
    """The mark on its last text."""
    return caches_of(message)[-1]


def with_cache(message: Mapping[str, Any], cache: str) -> dict[str, Any]:
    """Another mark on its last text."""
    return with_caches(message, (*caches_of(message)[:-1], cache))


def attachments_of(message: Mapping[str, Any]) -> int:
    """How many parts of a message are no text."""
    return sum(not _is_text(part) for part in _parts(message.get("content")))


def is_empty(message: Mapping[str, Any]) -> bool:
    """Whether a message has nothing to show."""
    return not any(text.strip() for text in texts_of(message)) and not (
        attachments_of(message) or message.get("tool_calls") or message.get("refusal")
    )


def _own(place: int) -> str:
    """What a part of a message is called while it is edited."""
    return f"part-{place}"


def _cache(part: Mapping[str, Any]) -> str:
    mark = part.get("cache_control")
    if not isinstance(mark, dict):
        return ""
    return "1h" if mark.get("ttl") == "1h" else "5m"


def _marked(part: Mapping[str, Any], cache: str) -> dict[str, Any]:
    if cache == _cache(part):
        return dict(part)
    rest = {name: value for name, value in part.items() if name != "cache_control"}
    return {**rest, **({"cache_control": {"type": "ephemeral", **_TTL[cache]}} if cache else {})}


def _parts(content: object) -> list[Any]:
    return content if isinstance(content, list) else []


def _is_text(part: object) -> bool:
    return isinstance(part, dict) and isinstance(part.get("text"), str)
