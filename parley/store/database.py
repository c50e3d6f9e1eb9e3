"""The connection to the database: opening it, reading and writing in transactions, and its complaints as sentences."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
import time
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, NullPool, StaticPool, create_engine, event, exc
from sqlalchemy.engine import URL, make_url

from parley.errors import StoreError, StoreUnavailable
from parley.store.faults import as_sentences, without_driver
from parley.store.migrations import MIGRATIONS, migrate
from parley.store.recognise import recognise
from parley.store.reserve import Reserve
from parley.store.schema import APPLICATION_ID

BUSY_MS = 5000
_PRAGMAS = (
    f"PRAGMA busy_timeout = {BUSY_MS}",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA trusted_schema = OFF",
    "PRAGMA cell_size_check = ON",
)
_HARMLESS_PRAGMAS = frozenset({"data_version", "read_uncommitted"})
"""SQLAlchemy asks for the one when it connects, full-text search for the other."""
_WRITE = {"parley_write": True}
_LOOKS = frozenset(
    {
        sqlite3.SQLITE_SELECT,
        sqlite3.SQLITE_READ,
        sqlite3.SQLITE_FUNCTION,
        sqlite3.SQLITE_TRANSACTION,
        sqlite3.SQLITE_RECURSIVE,
    }
)


class Database:
    """One database, by URL. `reading()` and `writing()` each give a connection inside one transaction; both are safe in
    any thread, and turn the driver's complaints into `StoreUnavailable`, `DatabaseRefused` or `StoreError`.

    A SQLite file is recognised before it is touched, made when it is missing, and brought to the newest schema.
    """

    def __init__(self, url: str) -> None:
        self.url = _parsed(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._turn = threading.RLock()
        self.reserve = Reserve(self.path) if self.path is not None else None
        with as_sentences(self.url):
            if self.path is not None:
                _make_ready(self.path)
            self._engine = self._opened()

    @property
    def path(self) -> Path | None:
        """The file, where the database is one."""
        name = self.url.database
        return Path(name) if self.is_sqlite and name and name != ":memory:" else None

    @property
    def _shared_connection(self) -> bool:
        return self.is_sqlite and self.path is None

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        turn = self._turn if self._shared_connection else contextlib.nullcontext()
        with as_sentences(self.url), turn, self._engine.connect() as connection, connection.begin():
            yield connection

    @contextlib.contextmanager
    def looking(self) -> Iterator[Connection]:
        """A connection that cannot write, whatever is asked of it: for those who have a link and nothing else."""
        if self._shared_connection:
            with self.reading() as connection:
                yield connection
            return
        with as_sentences(self.url), self._lookers.connect() as connection:
            if not self.is_sqlite:
                connection = connection.execution_options(postgresql_readonly=True)
            with connection.begin():
                yield connection

    @cached_property
    def _lookers(self) -> Engine:
        if not self.is_sqlite:
            return self._engine
        engine = sqlite_engine(self.url, pool_size=4, max_overflow=12)
        _blindfold(engine)
        return engine

    @contextlib.contextmanager
    def writing(self) -> Iterator[Connection]:
        """Threads of this process take turns, so that only another process can make one wait for the file's lock."""
        turn = self._turn if self.is_sqlite else contextlib.nullcontext()
        with as_sentences(self.url), turn, self._space(), self._engine.connect() as connection:
            connection = connection.execution_options(**_WRITE)
            with connection.begin():
                yield connection

    @contextlib.contextmanager
    def _space(self) -> Iterator[None]:
        """Give the reserve up before a write finds the disk full, or, where the write was a large one, when it has."""
        if self.reserve is None:
            yield
            return
        self.reserve.look()
        try:
            yield
        except exc.DBAPIError as error:
            if getattr(error.orig, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_FULL:
                self.reserve.give_up()
            raise

    def close(self) -> None:
        """Let go of all connections; SQLite folds its log into the file when the last one goes."""
        if "_lookers" in self.__dict__:
            self._lookers.dispose()
        self._engine.dispose()

    def _opened(self) -> Engine:
        if not self.is_sqlite:
            engine = _server_engine(self.url)
            migrate(engine)
            return engine
        if self._shared_connection:
            engine = sqlite_engine(self.url, poolclass=StaticPool)
            migrate(engine)
            _lock_down(engine)
            return engine
        opening = sqlite_engine(self.url, poolclass=NullPool)
        migrate(opening)
        opening.dispose()
        engine = sqlite_engine(self.url, pool_size=8, max_overflow=24)
        _lock_down(engine)
        return engine


def _server_engine(url: URL) -> Engine:
    try:
        return create_engine(url, hide_parameters=True, pool_pre_ping=True)
    except ImportError as error:
        raise without_driver(error, url) from None


def sqlite_engine(url: URL | str, **how: Any) -> Engine:
    """An engine whose transactions are begun by us: a write takes its lock at once (`BEGIN IMMEDIATE`), because one
    that first reads and then wants to write is refused as soon as another has written."""
    engine = create_engine(url, hide_parameters=True, connect_args={"check_same_thread": False}, **how)

    @event.listens_for(engine, "connect")
    def _connected(connection: sqlite3.Connection, _: object) -> None:
        connection.isolation_level = None
        for pragma in _PRAGMAS:
            connection.execute(pragma)

    @event.listens_for(engine, "begin")
    def _begun(connection: Connection) -> None:
        write = connection.get_execution_options().get("parley_write")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    return engine


def _lock_down(engine: Engine) -> None:
    """From here on no statement can attach another file or change how the database works."""

    def allowed(action: int, first: str | None, second: str | None, *_: object) -> int:
        if action in (sqlite3.SQLITE_ATTACH, sqlite3.SQLITE_DETACH):
            return sqlite3.SQLITE_DENY
        if action == sqlite3.SQLITE_PRAGMA and first not in _HARMLESS_PRAGMAS:
            return sqlite3.SQLITE_DENY
        return sqlite3.SQLITE_OK

    @event.listens_for(engine, "connect")
    def _connected(connection: sqlite3.Connection, _: object) -> None:
        connection.set_authorizer(allowed)

    with engine.connect() as connection:
        held = connection.connection.dbapi_connection
        if isinstance(held, sqlite3.Connection):
            held.set_authorizer(allowed)


def _blindfold(engine: Engine) -> None:
    """No statement of these connections does anything but read."""

    def allowed(action: int, *_: object) -> int:
        return sqlite3.SQLITE_OK if action in _LOOKS else sqlite3.SQLITE_DENY

    @event.listens_for(engine, "connect")
    def _connected(connection: sqlite3.Connection, _: object) -> None:
        connection.set_authorizer(allowed)


def _make_ready(path: Path) -> None:
    """Recognise the file, or make it, readable by its owner alone: ours by its header before anything else is in it."""
    recognise(path, newest=MIGRATIONS[-1].number)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            path.touch(mode=0o600)
    except OSError as error:
        raise StoreUnavailable(
            f"The database cannot be made in the folder {path.parent} ({error.strerror}). Name another folder, or make "
            "this one writable."
        ) from None
    with contextlib.closing(sqlite3.connect(path, isolation_level=None, timeout=BUSY_MS / 1000)) as connection:
        _mark(connection)
        _switch_log_on(connection)


def _switch_log_on(connection: sqlite3.Connection) -> None:
    """SQLite does not wait for a lock here, so two processes that start at once have to take turns by trying again."""
    patience = time.monotonic() + BUSY_MS / 1000
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            busy = getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
            if not busy or time.monotonic() > patience:
                raise
            time.sleep(0.02)


def _mark(connection: sqlite3.Connection) -> None:
    """Write our mark into a new file in a transaction of its own, before the log is switched on: a process that dies
    right after leaves an empty file or one that is plainly ours."""
    if connection.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID:
        return
    connection.execute("BEGIN IMMEDIATE")
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute("COMMIT")


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() != "postgresql" and parsed.drivername not in ("sqlite", "sqlite+pysqlite"):
            raise StoreError(
                f"PARLEY_DATABASE_URL begins with {parsed.drivername}://, but Parley keeps its data in "
                "sqlite:/// or postgresql://."
            )
    except (exc.ArgumentError, ValueError):
        raise StoreError(
            "PARLEY_DATABASE_URL is no database URL. It looks like sqlite:////folder/parley.db or "
            "postgresql://user:password@host/database."
        ) from None
    return parsed
