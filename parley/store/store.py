"""The store: the one door to the database."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import tempfile
from pathlib import Path
from typing import Self

from sqlalchemy import text

from parley.errors import StoreError, StoreUnavailable
from parley.store.adopting import Adopting
from parley.store.belongings import Belongings
from parley.store.database import Database
from parley.store.faults import as_sentences
from parley.store.library import Library
from parley.store.marks import Marks
from parley.store.reserve import free_bytes
from parley.store.shares import Shares
from parley.store.spending import Spending
from parley.store.sweeper import Sweeper
from parley.store.walk import Walk


class Store(Walk, Marks, Spending, Library, Adopting, Shares, Belongings):
    """Sessions, runs, shares, presets and settings in one database, by URL: `sqlite:////folder/parley.db`, or
    `postgresql://...`.

    Synchronous, safe to call from any thread. Every call names its `owner` (a local install has one, the empty one) and
    sees nothing of any other's: what belongs to somebody else is Missing. Opening it makes the file and its folder
    where they are missing, brings an older schema up to date, marks runs that a dead process left behind as
    interrupted, and removes what was deleted more than a day ago, and the copies behind links that have ended.

    Raises DatabaseRefused for a file that is not ours, damaged or newer than this Parley, which it leaves as it is, and
    StoreUnavailable wherever the database is locked, full, read-only or gone; nothing is ever written by halves.

    Lone surrogates, and NUL in names, become U+FFFD on the way in, because neither databases nor pages can take them.
    """

    def __init__(self, url: str) -> None:
        super().__init__(Database(url))
        self._sweeper = Sweeper(self._database)
        self._register()
        self.interrupt_orphans()
        with contextlib.suppress(StoreError):
            self._drop_expired()
            self._remove_long_deleted()

    def size(self) -> int:
        """Bytes that the database takes on disk, its log included."""
        path = self._database.path
        if path is not None:
            return sum(p.stat().st_size for p in (path, Path(f"{path}-wal")) if p.exists())
        with self._database.reading() as connection:
            if self._database.is_sqlite:
                return 0
            return int(connection.scalar(text("SELECT pg_database_size(current_database())")) or 0)

    def free(self) -> int | None:
        """Bytes that are free where the database is; None where that is not this machine's disk."""
        path = self._database.path
        with contextlib.suppress(OSError):
            return free_bytes(path.parent) if path is not None else None
        return None

    def short_of_space(self) -> str:
        """What a person should know while the disk is all but full; empty otherwise."""
        reserve = self._database.reserve
        if reserve is None or not reserve.given_up:
            return ""
        return (
            "The disk is full: Parley now writes into the last four megabytes, which it had kept free for this. Free some space, "
            "and it goes on as before; what is stored is safe."
        )

    def backup(self, path: str | os.PathLike[str]) -> None:
        """Copy the database, as it is at one moment, to a file that must not exist yet; others may go on writing. Like the
        database itself, only its owner may read it.

        Raises StoreError where there is a file already or the database is not SQLite, StoreUnavailable where the copy
        cannot be written; no half of it stays.
        """
        source, target = self._database.path, Path(path)
        if source is None:
            raise StoreError("Only a SQLite file can be backed up from here; for PostgreSQL use pg_dump.")
        try:
            if target.exists():
                raise FileExistsError
            with tempfile.TemporaryDirectory(prefix=".parley-backup-", dir=target.parent) as folder:
                copy = Path(folder, "copy.db")
                copy.touch(mode=0o600)
                with as_sentences(self._database.url):
                    _copied(source, copy)
                _moved(copy, target)
        except FileExistsError:
            raise StoreError(f"There is a file at {target} already. Name another one.") from None
        except OSError as error:
            raise StoreUnavailable(f"The backup cannot be written to {target} ({error.strerror}).") from None

    def close(self) -> None:
        """Let go of the database. Live runs begun here count as left behind from now on."""
        self._sweeper.stop()
        with contextlib.suppress(StoreError):
            self._unregister()
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _moved(copy: Path, target: Path) -> None:
    """Under its name at once and whole; on a disk that knows no links, as memory sticks do not, it grows under that name."""
    try:
        os.link(copy, target)
        return
    except FileExistsError:
        raise
    except OSError:
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    try:
        with open(copy, "rb") as source, open(descriptor, "wb") as file:
            shutil.copyfileobj(source, file)
            file.flush()
            os.fsync(descriptor)
    except BaseException:
        target.unlink()
        raise


def _copied(source: Path, target: Path) -> None:
    with contextlib.closing(sqlite3.connect(source)) as one, contextlib.closing(sqlite3.connect(target)) as other:
        one.backup(other)
        other.execute("PRAGMA journal_mode = DELETE")
