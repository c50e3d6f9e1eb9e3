"""What removed runs leave behind: messages and attachments that nothing in the database names any more.

A blob may be named by any run, session, share, preset or other blob of its owner, and none of them counts. So whether one is still
named is found out by reading all that could; that is done in the transaction that takes the others away, while nobody can name one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from sqlalchemy import ColumnElement, Connection, LargeBinary, delete, func, select

from parley.store.documents import unsqueezed
from parley.store.part import chunks
from parley.store.schema import blobs, bodies, metadata, runs, segments

MOST_READ = 20_000
"""Runs of an owner up to which everything is read, about a second's work; beyond, what was left behind stays where it is."""
_NAMED = re.compile(rb'"\$blob":\["(?:json|text|base64)","([0-9a-f]{64})"')
_DOCUMENTS = [
    column
    for table in metadata.sorted_tables
    if table not in (blobs, segments)
    for column in table.columns
    if isinstance(column.type, LargeBinary)
]


def named_by(connection: Connection, owner: str, which: ColumnElement[bool]) -> set[str]:
    """The hashes of what the documents of some runs name, and of what that names in turn."""
    columns = (bodies.c.request, bodies.c.messages, bodies.c.reply, bodies.c.rest)
    rows = connection.execute(select(*columns).where(bodies.c.owner == owner, which))
    return _with_parts(connection, owner, {name for row in rows for body in row for name in _names(body)})


def sweep(connection: Connection, owner: str, left: set[str]) -> int:
    """Remove those of these blobs that nothing names; says how many. For a transaction that keeps other writers out."""
    if not left or connection.dialect.name != "sqlite":
        return 0
    theirs = select(runs.c.sequence).where(runs.c.owner == owner).limit(MOST_READ + 1)
    if (connection.scalar(select(func.count()).select_from(theirs.subquery())) or 0) > MOST_READ:
        return 0
    needed = _with_parts(connection, owner, left & set(_all_names(connection, owner, left)))
    free = sorted(left - needed)
    for some in chunks(free):
        connection.execute(delete(blobs).where(blobs.c.owner == owner, blobs.c.hash.in_(some)))
    return len(free)


def _all_names(connection: Connection, owner: str, left: set[str]) -> Iterator[str]:
    """What is named anywhere, but for what the blobs in question name themselves."""
    for column in _DOCUMENTS:
        mine = select(column).where(column.table.c.owner == owner, column.is_not(None))
        for body in connection.scalars(mine):
            yield from _names(body)
    for hash_, body in connection.execute(select(blobs.c.hash, blobs.c.body).where(blobs.c.owner == owner)):
        if hash_ not in left:
            yield from _names(body)


def _with_parts(connection: Connection, owner: str, names: set[str]) -> set[str]:
    """These blobs, and all that they name, at any depth."""
    known: set[str] = set()
    while fresh := names - known:
        known |= fresh
        names = set(_named_in(connection, owner, fresh))
    return known


def _named_in(connection: Connection, owner: str, hashes: Iterable[str]) -> Iterator[str]:
    for some in chunks(sorted(hashes)):
        for body in connection.scalars(select(blobs.c.body).where(blobs.c.owner == owner, blobs.c.hash.in_(some))):
            yield from _names(body)


def _names(body: bytes) -> Iterator[str]:
    return (found.decode() for found in _NAMED.findall(unsqueezed(body)))
