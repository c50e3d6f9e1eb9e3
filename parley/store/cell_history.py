"""What a cell said in former versions of its session, without putting these versions together again."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlalchemy import Connection, select

from parley.notebook import Cell
from parley.store.documents import parts_of, unpack, unsqueezed
from parley.store.part import AnyRow, fetching, to_moment
from parley.store.query import Former
from parley.store.schema import versions


def former_texts(connection: Connection, session: AnyRow, cell_id: str) -> tuple[Former, ...]:
    """Words of a cell that are not its present ones, each once, the latest written first; of a deleted cell, all its words."""
    texts: dict[int, str | None] = {0: None}
    latest: dict[str, int] = {}
    made: dict[int, int] = {}
    reader = _Reader(connection, session.owner, cell_id)
    mine = (versions.c.owner == session.owner) & (versions.c.session_id == session.id)
    columns = (versions.c.number, versions.c.previous, versions.c.created, versions.c.cells)
    for number, previous, created, cells in connection.execute(
        select(*columns).where(mine).order_by(versions.c.number)
    ):
        text = texts[number] = reader.text_in(cells)
        made[number] = created
        if text and text != texts.get(previous):
            latest[text] = number
    latest.pop(texts.get(session.head) or "", None)
    ordered = sorted(latest.items(), key=lambda found: found[1], reverse=True)
    return tuple(Former(text=text, moment=to_moment(made[number])) for text, number in ordered)


class _Reader:
    """Finds one cell in many versions; what two versions share is read once."""

    def __init__(self, connection: Connection, owner: str, cell_id: str) -> None:
        self._fetch = fetching(connection, owner)
        self._cell_id = cell_id
        self._known: set[str] = set()
        self._texts: dict[str, str] = {}
        self._last: tuple[bytes, str | None] = (b"", None)

    def text_in(self, cells: bytes) -> str | None:
        """The cell's words in a version; None where it is not there."""
        if cells != self._last[0]:
            parts = parts_of(unsqueezed(cells))
            self._read(parts)
            self._last = cells, next((self._texts[part] for part in parts if part in self._texts), None)
        return self._last[1]

    def _read(self, parts: Sequence[str]) -> None:
        fresh = set(parts) - self._known
        bodies = self._fetch(fresh) if fresh else {}
        for part in fresh:
            if json.loads(bodies[part])["id"] == self._cell_id:
                self._texts[part] = Cell(**unpack(bodies[part], self._fetch)).text
        self._known |= fresh
