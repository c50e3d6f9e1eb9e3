"""What a SQLite file is, found out without changing a byte of it or putting a file beside it.

The header is read as plain bytes first: Parley marks its files there before it writes anything else. Only a file that
bears our mark is opened by SQLite at all, and then read-only. Sentences say what was found; what can be done about any
such file the screen adds.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from parley.errors import DatabaseRefused, StoreUnavailable
from parley.store.faults import LEFT, damaged, too_new
from parley.store.schema import APPLICATION_ID

_MAGIC = b"SQLite format 3\0"
_HEADER = 100
CHECKED_WHOLE = 16 * 2**20
"""Bytes up to which a file is read through for damage at the start; a larger one only where its parts are used."""

_LOOKS = 5


def recognise(path: Path, newest: int) -> int:
    """The version of the database in this file, 0 for a file that is missing or empty and may be made into one.

    Raises DatabaseRefused for whatever is not a sound database of Parley of version `newest` or older, and
    StoreUnavailable where the file cannot be read.
    """
    if os.path.isdir(path):  # a Path asks in a way that raises where the folder around it is closed
        raise _refused(path, "is a folder, not a database file")
    header = _header(path)
    if not header:
        return 0
    if not header.startswith(_MAGIC) or len(header) < _HEADER:
        raise _refused(path, "is not a SQLite database, or its beginning is damaged")
    if int.from_bytes(header[68:72]) != APPLICATION_ID:
        raise _refused(path, "belongs to another program")
    if int.from_bytes(header[60:64]) > newest:
        raise too_new(str(path))
    version = _looked_into(path)
    if version > newest:
        raise too_new(str(path))
    return version


def _header(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_HEADER)
    except (FileNotFoundError, NotADirectoryError):
        return b""
    except OSError as error:
        raise StoreUnavailable(
            f"The database {path} cannot be read ({error.strerror}). Check its permissions."
        ) from None


def _looked_into(path: Path) -> int:
    """Version by SQLite's own reading; raises DatabaseRefused where it finds damage.

    What looks like damage while another process was writing is looked at again. A file with a journal beside it was
    left in the middle of being made: SQLite itself will put it right.
    """
    if _side(path, "-journal").exists():
        return 0
    for _ in range(_LOOKS):
        before = _stamp(path)
        try:
            return _read_through(path)
        except DatabaseRefused:
            if _stamp(path) == before:
                raise
    raise StoreUnavailable(f"The database {path} is being written to all the time. Try again.")


def _read_through(path: Path) -> int:
    """Without a log beside it the file is opened as immutable, so that SQLite puts no file there either."""
    how = "mode=ro" if _side(path, "-wal").exists() else "immutable=1"
    try:
        with closing(sqlite3.connect(f"file:{quote(os.fspath(path))}?{how}", uri=True, timeout=5)) as connection:
            version = int(connection.execute("PRAGMA user_version").fetchone()[0])
            connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
            whole = path.stat().st_size <= CHECKED_WHOLE
            if whole and connection.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
                raise damaged(str(path))
            return version
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            raise damaged(str(path)) from None
        raise StoreUnavailable(f"The database {path} cannot be read just now. Try again.") from None


def _side(path: Path, ending: str) -> Path:
    return Path(f"{path}{ending}")


def _stamp(path: Path) -> tuple[tuple[int, int], ...]:
    """What changes when somebody writes."""
    there = [p.stat() for p in (path, _side(path, "-wal")) if p.exists()]
    return tuple((facts.st_mtime_ns, facts.st_size) for facts in there)


def _refused(path: Path, what: str) -> DatabaseRefused:
    return DatabaseRefused(f"{path} {what}. {LEFT}", path=str(path))
