"""What removed runs leave behind: messages and attachments that nothing in the database names any more.

A blob may be named by any run, session, share, preset or other blob of its owner, and none of them counts. So whether one is
still named is found out by reading all that could, a few rows at a time, and nobody waits for that. What is left is written
down with the removal itself, so it is not forgotten where a process dies; what is written meanwhile and names it again takes
it off that list (`withdraw`). In a database on a server it stays on the list.
"""

from __future__ import annotations

import re
import uuid
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    LargeBinary,
    Table,
    and_,
    delete,
    func,
    literal_column,
    select,
    tuple_,
)

from parley.store.database import Database
from parley.store.documents import first_of, unsqueezed
from parley.store.part import chunks, insert_new
from parley.store.schema import blobs, bodies, leftovers, metadata, segments

_AT_ONCE = 500
"""Rows that are read in one transaction; a writer's log cannot be folded in before it ends."""
_NAMED = re.compile(rb'"\$blob":\["(json|text|base64)","([0-9a-f]{64})"')
_ROWID: ColumnElement[int] = literal_column("rowid")


class Name(NamedTuple):
    """A blob as a document names it."""

    hash: str
    is_document: bool
    """Whether it may name others itself; an attachment is never read."""


class Documents(NamedTuple):
    """A table with the columns that may name blobs."""

    table: Table
    columns: tuple[ColumnElement[Any], ...]


_DOCUMENTS = [
    Documents(table, columns)
    for table in metadata.sorted_tables
    if table is not segments
    if (columns := tuple(column for column in table.columns if isinstance(column.type, LargeBinary)))
]


class Unreadable(Exception):
    """A damaged document may name anything, so nothing is known to be unnamed."""


def note(connection: Connection, owner: str, which: ColumnElement[bool]) -> None:
    """Write down what runs that are about to be removed name, and what that names in turn; a damaged document names nothing."""
    columns = (bodies.c.request, bodies.c.messages, bodies.c.reply, bodies.c.rest)
    rows = connection.execute(select(*columns).where(bodies.c.owner == owner, which))
    left_behind(connection, owner, (body for row in rows for body in row))


def left_behind(connection: Connection, owner: str, documents: Iterable[bytes]) -> None:
    """Write down what documents name that are about to be removed, and what that names in turn."""
    named = {name for document in documents for name in _names_if_whole(document)}
    hashes = sorted(_with_parts(connection, owner, named, _names_if_whole))
    removal = uuid.uuid4().hex
    for some in chunks(hashes):
        connection.execute(delete(leftovers).where(leftovers.c.owner == owner, leftovers.c.hash.in_(some)))
        insert_new(connection, leftovers, [{"owner": owner, "hash": hash_, "removal": removal} for hash_ in some])


def leave(connection: Connection, owner: str, body: bytes) -> None:
    """Write down what a document names that is about to be replaced; what names it again, in the same breath or later, keeps it."""
    named = _with_parts(connection, owner, set(_names_if_whole(body)), _names_if_whole)
    rows = [{"owner": owner, "hash": hash_, "removal": uuid.uuid4().hex} for hash_ in sorted(named)]
    insert_new(connection, leftovers, rows)


def owners_of(connection: Connection) -> list[str]:
    """Whose leftovers are still to be looked at."""
    return list(connection.scalars(select(leftovers.c.owner).distinct()))


def count(connection: Connection, owner: str) -> int:
    return connection.scalar(select(func.count()).where(leftovers.c.owner == owner)) or 0


def sweep(database: Database, owner: str, given_up: Callable[[], bool]) -> bool:
    """Remove what nothing names of what is left behind; says whether it came to its end. Raises Unreadable."""
    with database.reading() as connection:
        mine = select(leftovers.c.hash, leftovers.c.removal).where(leftovers.c.owner == owner)
        left = {row.hash: row.removal for row in connection.execute(mine)}
    found: set[Name] = set()
    for documents in _DOCUMENTS:
        for names in _pieces(database, owner, documents, left):
            found.update(name for name in names if name.hash in left)
            if given_up():
                return False
    with database.reading() as connection:
        named = _with_parts(connection, owner, found, _names)
    _settled(database, owner, left, named)
    return True


def _settled(database: Database, owner: str, left: Mapping[str, str], named: set[str]) -> None:
    """What was left once more since, by another removal, is another one's to look at."""
    for some in chunks(sorted(left)):
        with database.writing() as connection:
            pairs = tuple_(leftovers.c.hash, leftovers.c.removal).in_([(hash_, left[hash_]) for hash_ in some])
            these = and_(leftovers.c.owner == owner, pairs)
            still = set(connection.scalars(select(leftovers.c.hash).where(these)))
            connection.execute(delete(leftovers).where(these))
            connection.execute(delete(blobs).where(blobs.c.owner == owner, blobs.c.hash.in_(sorted(still - named))))


def _pieces(database: Database, owner: str, documents: Documents, left: Mapping[str, str]) -> Iterator[set[Name]]:
    """What the documents of one table name, but for what blobs that are left behind name themselves."""
    table, columns = documents
    own_name = table.c.hash if table is blobs else literal_column("NULL")
    theirs = literal_column(f"+{table.name}.owner") == owner
    last: int | None = 0
    while last is not None:
        rows = select(_ROWID, own_name.label("own_name"), *columns).select_from(table).where(last < _ROWID, theirs)
        with database.reading() as connection:
            found = connection.execute(rows.order_by(_ROWID).limit(_AT_ONCE))
            last, names = None, set[Name]()
            for rowid, own, *some in found:
                last = rowid
                if own not in left:
                    names.update(name for body in some if body is not None for name in _names(body))
        yield names


def _with_parts(
    connection: Connection, owner: str, names: set[Name], named_by: Callable[[bytes], list[Name]]
) -> set[str]:
    """These blobs, and all that they name, at any depth."""
    known: set[Name] = set()
    while fresh := names - known:
        known |= fresh
        names = set()
        for some in chunks(sorted(name.hash for name in fresh if name.is_document)):
            mine = select(blobs.c.body).where(blobs.c.owner == owner, blobs.c.hash.in_(some))
            names.update(name for body in connection.scalars(mine) for name in named_by(body))
    return {name.hash for name in known}


def _names(body: bytes) -> list[Name]:
    """What a document names; an attachment, which is none, is not read to its end. Raises Unreadable."""
    try:
        whole = unsqueezed(body) if first_of(body) in (b"[", b"{") else b""
    except zlib.error:
        raise Unreadable from None
    return [Name(hash_.decode(), kind == b"json") for kind, hash_ in _NAMED.findall(whole)]


def _names_if_whole(body: bytes) -> list[Name]:
    try:
        return _names(body)
    except Unreadable:
        return []
