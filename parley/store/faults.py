"""A database driver's complaints as sentences of ours.

No sentence holds a statement, a bound value or a database URL: the first two are a person's text, the last a password.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator

from sqlalchemy import exc
from sqlalchemy.engine import URL

from parley.errors import DatabaseRefused, StoreError, StoreUnavailable

LEFT = "It is left as it is."
_SAFE = "What is stored is safe; nothing was written by halves."
_SQLITE = {
    sqlite3.SQLITE_BUSY: f"Another process kept the database locked for five seconds. {_SAFE} Try again.",
    sqlite3.SQLITE_LOCKED: f"The database is locked. {_SAFE} Try again.",
    sqlite3.SQLITE_FULL: f"The disk is full. {_SAFE} Free some space and try again.",
    sqlite3.SQLITE_READONLY: "The database cannot be written: the file or its folder is read-only. Make both writable.",
    sqlite3.SQLITE_PERM: "The database cannot be written: the file or its folder is read-only. Make both writable.",
    sqlite3.SQLITE_CANTOPEN: "The database file cannot be opened. Check that its folder exists and is writable.",
    sqlite3.SQLITE_IOERR: f"The disk failed while the database was in use. {_SAFE} Check the disk and try again.",
    sqlite3.SQLITE_NOMEM: f"There was not enough memory for the database. {_SAFE}",
}
_TOO_BIG = "This is larger than the database can store in one row (about one gigabyte)."
_CORRUPT = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


@contextlib.contextmanager
def as_sentences(url: URL) -> Iterator[None]:
    """Turn what SQLAlchemy and sqlite3 raise into StoreUnavailable, DatabaseRefused or StoreError."""
    try:
        yield
    except (exc.SQLAlchemyError, sqlite3.Error) as error:
        raise sentence_for(error, url) from None


def sentence_for(error: Exception, url: URL) -> StoreError:
    cause = getattr(error, "orig", None) or error
    if isinstance(cause, sqlite3.Error):
        return _sqlite(cause, url)
    if isinstance(error, exc.NoSuchModuleError):
        return StoreError(f"PARLEY_DATABASE_URL names a kind of database that Parley does not know: {url.drivername}.")
    if isinstance(error, exc.TimeoutError | exc.OperationalError | exc.InterfaceError | exc.DBAPIError):
        return StoreUnavailable(f"The database at {place(url)} does not answer as it should. {_SAFE} Try again.")
    return StoreError(f"The database could not do this ({type(error).__name__}).")


def place(url: URL) -> str:
    """Where the database is, for people: the file, or host and database; never user or password."""
    if url.get_backend_name() == "sqlite":
        return url.database or "memory"
    return f"{url.host or 'localhost'}/{url.database or ''}"


def damaged(path: str) -> DatabaseRefused:
    return DatabaseRefused(
        f"The database {path} is damaged. {LEFT} A backup can take its place.",
        path=path,
    )


def too_new(path: str) -> DatabaseRefused:
    return DatabaseRefused(
        f"The database {path} was written by a newer Parley. {LEFT} An update of this Parley can read it.", path=path
    )


def without_driver(error: ImportError, url: URL) -> StoreUnavailable:
    """The driver itself is missing, or, for psycopg without its binary, what it needs of the system."""
    missing = error.name or url.get_driver_name()
    return StoreUnavailable(
        f"The database {place(url)} cannot be reached, because the driver {missing} is not installed. Install one with "
        'pip install "psycopg[binary]", begin PARLEY_DATABASE_URL with postgresql+psycopg:// and start Parley again.'
    )


def _sqlite(cause: sqlite3.Error, url: URL) -> StoreError:
    code = getattr(cause, "sqlite_errorcode", 0) & 0xFF
    if code in _CORRUPT:
        return damaged(place(url))
    if code == sqlite3.SQLITE_TOOBIG:
        return StoreError(_TOO_BIG)
    return StoreUnavailable(_SQLITE.get(code, f"The database {place(url)} could not do this ({type(cause).__name__})."))
