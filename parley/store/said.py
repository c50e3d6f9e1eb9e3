"""What stands in the cells of sessions, to be searched: title, prompts, messages and notes, kept with every present version."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Connection, select

from parley.store.documents import clean
from parley.store.part import get, upsert
from parley.store.rows import UNREADABLE
from parley.store.schema import session_words, sessions, versions

LONGEST = 2**18
"""Characters of a session that are searched."""


def keep_said(connection: Connection, sequence: int, title: str, messages: Iterable[dict[str, Any]]) -> None:
    """Put the words of a session in place of those it had."""
    said = "\n".join((title, *(text for message in messages for text in _texts(message))))
    folded = clean(said[:LONGEST]).replace("\0", " ").casefold()
    upsert(connection, session_words, {"session": sequence, "said": folded})


def fill_said(connection: Connection) -> None:
    """The words of all sessions that were stored before they were kept; of one that is damaged its title alone."""
    present = (versions.c.owner == sessions.c.owner) & (versions.c.session_id == sessions.c.id)
    columns = (sessions.c.sequence, sessions.c.owner, sessions.c.title, versions.c.cells)
    joined = select(*columns).join_from(sessions, versions, present & (versions.c.number == sessions.c.head))
    for row in connection.execute(joined).all():
        try:
            messages = [cell.get("message", {}) for cell in get(connection, row.owner, row.cells)]
        except UNREADABLE:
            messages = []
        keep_said(connection, row.sequence, row.title, messages)


def _texts(message: Any) -> Iterator[str]:
    content = message.get("content") if isinstance(message, dict) else None
    for part in content if isinstance(content, list) else [{"text": content}]:
        if isinstance(part, dict) and isinstance(part.get("text"), str):
            yield part["text"]
