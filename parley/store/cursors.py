"""Where a page of the ledger ends, as text that comes back with the address: whatever it is, it breaks nothing."""

from __future__ import annotations

import base64
import binascii
import contextlib
import hashlib
import json
import math
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, select

from parley.errors import StoreError
from parley.store.part import AnyRow
from parley.store.query import RunQuery
from parley.store.schema import Text, runs

_LONGEST = 80
"""Characters of a text that a cursor in an address holds; a longer one is looked up in the row that it points to."""
_LARGEST = 2**63 - 1


class Place(NamedTuple):
    """Where in the order the page before ended."""

    value: Any
    sequence: int


def cursor(row: AnyRow, query: RunQuery, *, whole: bool = False) -> str:
    """The row's place in the query's order; a `whole` one holds it however long it is, whatever becomes of the row."""
    there = isinstance(row._key, str) and len(row._key) > _LONGEST and not whole
    value = _looked_up(row._key) if there else row._key
    place = json.dumps([query.sort, query.descending, value, row.sequence]).encode()
    return base64.urlsafe_b64encode(place).decode()


def read_cursor(connection: Connection, query: RunQuery, key: ColumnElement[Any], owner: str) -> Place | None:
    """The place in an order by `key`. Raises StoreError for a cursor that no page of this order gave, and for one whose row has
    gone from its place."""
    if query.after is None:
        return None
    with contextlib.suppress(binascii.Error, ValueError, TypeError, RecursionError):
        sort, descending, value, sequence = json.loads(base64.urlsafe_b64decode(query.after.encode()))
        if (sort, descending) == (query.sort, query.descending) and _is_whole(sequence):
            if isinstance(value, dict):
                known = connection.scalar(select(key).where(runs.c.owner == owner, runs.c.sequence == sequence))
                value = known if isinstance(known, str) and value == _looked_up(known) else value
            if value is None or _fits(value, key):
                return Place(value, sequence)
    raise StoreError("This page of the history is not known. Start again from the first page.")


def _looked_up(text: str) -> dict[str, str]:
    """What stands for a long text, to see whether it is still the same."""
    return {"there": hashlib.sha256(text.encode(errors="replace")).hexdigest()[:16]}


def _fits(value: Any, key: ColumnElement[Any]) -> bool:
    """Whether the database can compare it with what stands in the column."""
    if isinstance(key.type, Text):
        return isinstance(value, str)
    return _is_whole(value) or (isinstance(value, float) and math.isfinite(value))


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and -_LARGEST <= value <= _LARGEST
