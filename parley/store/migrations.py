"""The schema's history: numbered functions in a list, each applied once, in one transaction, never edited later."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, Engine, func, insert, inspect, select, text

from parley.store import first_schema
from parley.store.faults import place, too_new
from parley.store.schema import migrations

_ADVISORY_LOCK = 0x50524C59


class Migration(NamedTuple):
    number: int
    name: str
    apply: Callable[[Connection], None]


def _everything_first(connection: Connection) -> None:
    tables = first_schema.metadata.sorted_tables
    first_schema.metadata.create_all(connection, tables=[one for one in tables if one is not first_schema.migrations])


def _values_of_variables(connection: Connection) -> None:
    _to_versions(connection, "variables")


def _lanes(connection: Connection) -> None:
    _to_versions(connection, "lanes")


def _to_versions(connection: Connection, column: str) -> None:
    """One more document; a version without it has NULL there, as all versions from before have."""
    bytes_ = "BLOB" if connection.dialect.name == "sqlite" else "BYTEA"
    connection.execute(text(f"ALTER TABLE versions ADD COLUMN {column} {bytes_}"))


MIGRATIONS: tuple[Migration, ...] = (
    Migration(1, "everything first", _everything_first),
    Migration(2, "values of template variables", _values_of_variables),
    Migration(3, "lanes", _lanes),
)


def migrate(engine: Engine, steps: Sequence[Migration] = MIGRATIONS) -> None:
    """Bring the database to the newest schema; a process that dies in between leaves the old one or the new one.

    Several processes may start at once: each step is looked for again inside the transaction that applies it.
    Raises DatabaseRefused when the database is newer than `steps`.
    """
    with engine.connect() as connection:
        if version_of(connection) == steps[-1].number:
            return
    for step in steps:
        with engine.connect().execution_options(parley_write=True) as connection, connection.begin():
            if engine.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
            version = version_of(connection)
            if version > steps[-1].number:
                raise too_new(place(engine.url))
            if version < step.number:
                _apply(connection, step)


def version_of(connection: Connection) -> int:
    """The number of the last migration applied, 0 for an empty database."""
    if not inspect(connection).has_table(migrations.name):
        return 0
    return connection.scalar(select(func.max(migrations.c.number))) or 0


def _apply(connection: Connection, step: Migration) -> None:
    migrations.create(connection, checkfirst=True)
    step.apply(connection)
    now = time.time_ns() // 1000
    connection.execute(insert(migrations).values(number=step.number, name=step.name, applied=now))
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA user_version = {step.number:d}")
