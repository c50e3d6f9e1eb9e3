"""What the parts of the store share: the database, the clock, and blobs."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Connection, Row, Table, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from parley.store.documents import Blob, Document, squeezed, unpack, unsqueezed
from parley.store.schema import blobs, leftovers

if TYPE_CHECKING:
    from parley.store.database import Database

T = TypeVar("T")
AnyRow = Row[*tuple[Any, ...]]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_LAST = (datetime(9990, 1, 1, tzinfo=UTC) - _EPOCH) // _MICROSECOND
"""Short of the calendar's end by more than any time zone."""
_AT_ONCE = 500
"""Values in one IN list; SQLite takes 999 in a statement where it was built long ago."""


class Part:
    """One part of the store's doings, over a database that all parts share."""

    def __init__(self, database: Database) -> None:
        self._database = database


def now() -> int:
    """Microseconds since 1970."""
    return time.time_ns() // 1000


def to_micros(moment: datetime) -> int:
    """A moment as it is stored; without a time zone it counts as UTC."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return (aware - _EPOCH) // _MICROSECOND


def to_moment(micros: int) -> datetime:
    """The moment again; one that was never, before 1970 or where calendars end, is the nearest that can be."""
    return _EPOCH + min(max(micros, 0), _LAST) * _MICROSECOND


def chunks(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """The values a few at a time."""
    return (values[start : start + _AT_ONCE] for start in range(0, len(values), _AT_ONCE))


def insert_new(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert the rows whose key is not there yet."""
    if rows:
        dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
        connection.execute(dialect.insert(table).on_conflict_do_nothing(), [dict(row) for row in rows])


def upsert(connection: Connection, table: Table, row: Mapping[str, Any]) -> None:
    """Insert the row, or replace the one that has its primary key."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    keys = [column.name for column in table.primary_key]
    rest = {name: value for name, value in row.items() if name not in keys}
    connection.execute(dialect.insert(table).values(**row).on_conflict_do_update(index_elements=keys, set_=rest))


def put(connection: Connection, owner: str, document: Document) -> bytes:
    """Store the document's blobs that are not there yet; gives the document's own bytes for a column."""
    known = _known(connection, owner, [blob.hash for blob in document.blobs])
    _withdraw(connection, owner, sorted(known))
    insert_new(connection, blobs, [_row(owner, blob) for blob in document.blobs if blob.hash not in known])
    return squeezed(document.body)


def get(connection: Connection, owner: str, body: bytes) -> Any:
    """The value of a document as `put` returned it."""
    return unpack(unsqueezed(body), fetching(connection, owner))


def fetching(connection: Connection, owner: str) -> Callable[[set[str]], Mapping[str, bytes]]:
    """Gives blobs by hash and remembers them, so that documents that share parts read them once."""
    kept: dict[str, bytes] = {}

    def fetch(hashes: set[str]) -> Mapping[str, bytes]:
        for some in chunks(sorted(hashes - kept.keys())):
            query = select(blobs.c.hash, blobs.c.body).where(blobs.c.owner == owner, blobs.c.hash.in_(some))
            kept.update((hash_, unsqueezed(body)) for hash_, body in connection.execute(query))
        return kept

    return fetch


def _known(connection: Connection, owner: str, hashes: Sequence[str]) -> set[str]:
    found: set[str] = set()
    for some in chunks(hashes):
        found.update(
            connection.scalars(select(blobs.c.hash).where(blobs.c.owner == owner, blobs.c.hash.in_(some))).all()
        )
    return found


def _withdraw(connection: Connection, owner: str, hashes: Sequence[str]) -> None:
    """What is named once more is not left behind by what was removed."""
    if hashes and connection.scalar(select(leftovers.c.hash).limit(1)) is not None:
        for some in chunks(hashes):
            connection.execute(delete(leftovers).where(leftovers.c.owner == owner, leftovers.c.hash.in_(some)))


def _row(owner: str, blob: Blob) -> dict[str, Any]:
    return {"owner": owner, "hash": blob.hash, "size": len(blob.body), "body": squeezed(blob.body)}
