"""What the store does with files it cannot work with: it says so, and leaves them as they are to the byte."""

import errno
import hashlib
import os
import re
import shutil
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from parley.errors import DatabaseRefused, StoreError, StoreUnavailable
from parley.notebook import Session
from parley.store import Store
from parley.store.schema import metadata


def fingerprint(folder: Path) -> dict[str, str]:
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(folder.iterdir())}


@pytest.fixture
def ours(tmp_path: Path) -> Path:
    """A database of ours with something in it, closed."""
    path = tmp_path / "parley.db"
    with Store(f"sqlite:///{path}") as store:
        for number in range(40):
            store.save(Session(id=f"s{number}", title="kept " * 200))
    return path


def refused(path: Path) -> str:
    before = fingerprint(path.parent)
    with pytest.raises(DatabaseRefused) as caught:
        Store(f"sqlite:///{path}")
    assert caught.value.path == str(path)
    assert str(path) in str(caught.value)
    assert fingerprint(path.parent) == before
    told = str(caught.value)
    assert "It is left as it is." in told
    assert not re.search(r"another (file|one)|[Mm]ove it", told), "that is the screen's to say, once"
    return told


def test_a_file_that_is_no_database_is_refused(tmp_path: Path):
    path = tmp_path / "parley.db"
    path.write_text("Dear diary, " * 500)
    assert "not a SQLite database" in refused(path)


def test_a_few_stray_bytes_are_refused_too(tmp_path: Path):
    path = tmp_path / "parley.db"
    path.write_bytes(b"SQLite format 3\0")
    refused(path)


def test_another_programs_database_is_refused(tmp_path: Path):
    path = tmp_path / "bookmarks.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE runs (id)")
    assert "another program" in refused(path)


def test_another_programs_database_in_use_is_refused(tmp_path: Path):
    path = tmp_path / "bookmarks.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE bookmarks (id)")
        refused(path)


def test_a_newer_database_is_refused(ours: Path):
    with closing(sqlite3.connect(ours)) as connection:
        connection.execute("PRAGMA user_version = 99")
    assert "newer Parley" in refused(ours)


def test_a_newer_database_whose_version_is_still_in_the_log_is_refused(ours: Path, tmp_path: Path):
    copy = tmp_path / "crashed" / "parley.db"
    copy.parent.mkdir()
    with closing(sqlite3.connect(ours)) as connection:
        connection.execute("PRAGMA user_version = 99")
        for ending in ("", "-wal"):
            shutil.copy(f"{ours}{ending}", f"{copy}{ending}")
    main = copy.read_bytes()
    with pytest.raises(DatabaseRefused, match="newer Parley"):
        Store(f"sqlite:///{copy}")
    assert copy.read_bytes() == main


@pytest.mark.parametrize("share", [0.1, 0.5, 0.95])
def test_a_cut_off_database_is_refused(ours: Path, share):
    os.truncate(ours, int(ours.stat().st_size * share))
    assert "damaged" in refused(ours)


def test_a_database_with_an_overwritten_page_is_refused(ours: Path):
    with ours.open("r+b") as file:
        file.seek(4096 * 3)
        file.write(os.urandom(4096 * 8))
    assert "backup" in refused(ours)


def test_a_database_with_an_overwritten_beginning_is_refused(ours: Path):
    with ours.open("r+b") as file:
        file.write(b"\0" * 64)
    refused(ours)


def test_a_folder_in_place_of_the_file_is_refused(tmp_path: Path):
    (tmp_path / "parley.db").mkdir()
    with pytest.raises(DatabaseRefused, match="is a folder"):
        Store(f"sqlite:///{tmp_path}/parley.db")


def test_an_empty_file_is_made_into_a_database(tmp_path: Path):
    (tmp_path / "parley.db").touch()
    with Store(f"sqlite:///{tmp_path}/parley.db") as store:
        store.save(Session(id="s"))


def test_a_missing_folder_is_made(tmp_path: Path):
    with Store(f"sqlite:///{tmp_path}/a/b c/ü d.db"):
        assert (tmp_path / "a/b c/ü d.db").exists()


@pytest.mark.parametrize("place", ["/proc/nobody/parley.db", "{tmp}/file/parley.db"])
def test_a_folder_that_cannot_be_made_is_said_so(tmp_path: Path, place):
    (tmp_path / "file").touch()
    with pytest.raises(StoreUnavailable, match="folder"):
        Store(f"sqlite:///{place.format(tmp=tmp_path)}")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder_is_said_so(ours: Path):
    ours.chmod(0o400)
    ours.parent.chmod(0o500)
    with pytest.raises(StoreUnavailable, match="read-only"):
        Store(f"sqlite:///{ours}")
    ours.parent.chmod(0o700)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
def test_what_is_kept_is_for_its_owner_alone(store: Store, tmp_path: Path):
    store.save(Session(id="s"))
    kept = [tmp_path / "home", *(tmp_path / "home").iterdir()]
    assert len(kept) > 2
    assert all(path.stat().st_mode & 0o077 == 0 for path in kept)


def test_a_full_disk_leaves_what_was_stored_and_recovers(ours: Path):
    with Store(f"sqlite:///{ours}") as store:
        with store._database._engine.connect() as connection:
            raw = connection.connection.dbapi_connection
            raw.set_authorizer(None)
            pages = raw.execute("PRAGMA page_count").fetchone()[0]
            raw.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(StoreUnavailable, match="disk is full"):
            store.save(Session(id="large", title="x" * 5_000_000))
        with store._database._engine.connect() as connection:
            connection.connection.dbapi_connection.execute("PRAGMA max_page_count = 1000000")
        store.save(Session(id="after"))
        assert len([row for row in store.sessions() if row.id.startswith("s")]) == 40


def test_a_lock_held_elsewhere_is_waited_for_and_then_named(ours: Path):
    with Store(f"sqlite:///{ours}") as store, closing(sqlite3.connect(ours, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with store._database._engine.connect() as connection:
            raw = connection.connection.dbapi_connection
            raw.set_authorizer(None)
            raw.execute("PRAGMA busy_timeout = 10")
        with pytest.raises(StoreUnavailable, match="Another process"):
            store.save(Session(id="late"))
        assert len(store.sessions()) == 40
        other.execute("ROLLBACK")
        store.save(Session(id="late"))


@pytest.mark.parametrize("statement", ["ATTACH 'x.db' AS x", "PRAGMA writable_schema = 1", "PRAGMA synchronous = OFF"])
def test_an_open_database_cannot_be_turned_against_itself(store: Store, statement):
    with pytest.raises(StoreUnavailable), store._database.reading() as connection:
        connection.exec_driver_sql(statement)


@pytest.mark.parametrize(
    "url",
    ["", "parley.db", "mysql://u:s3cret@host/db", "postgresql+nodriver://u:s3cret@host/db", "sqlite://u:s3cret@:x/"],
)
def test_a_wrong_url_gets_a_sentence_without_its_password(url):
    with pytest.raises(StoreError) as caught:
        Store(url)
    assert "s3cret" not in f"{caught.value!r} {caught.value.__cause__!r}"


@pytest.mark.parametrize("driver", ["psycopg", "psycopg2", "asyncpg"])
def test_a_driver_that_is_not_installed_is_named_with_what_to_install(monkeypatch: pytest.MonkeyPatch, driver):
    monkeypatch.setitem(sys.modules, driver, None)
    scheme = "postgresql" if driver == "psycopg" else f"postgresql+{driver}"
    with pytest.raises(StoreUnavailable) as caught:
        Store(f"{scheme}://u:s3cret@db.example/parley")
    told = str(caught.value)
    assert f"driver {driver} is not installed" in told
    assert 'pip install "psycopg[binary]"' in told
    assert "db.example/parley" in told
    assert "s3cret" not in told


def test_sqlite_is_opened_by_the_driver_that_python_brings(tmp_path: Path):
    with pytest.raises(StoreError, match="sqlite\\+aiosqlite://"):
        Store(f"sqlite+aiosqlite:///{tmp_path}/parley.db")
    assert not list(tmp_path.iterdir())


def test_what_is_too_large_for_a_row_is_no_passing_trouble(store: Store):
    @event.listens_for(store._database._engine, "checkout")
    def narrow(connection: sqlite3.Connection, *_: object) -> None:
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 2000)

    with pytest.raises(StoreError, match="one row") as caught:
        store.save(Session(id="s", title=os.urandom(5000).hex()))
    assert type(caught.value) is StoreError


def test_a_backup_is_whole_while_others_write(store: Store, tmp_path: Path):
    store.save(Session(id="s", title="kept"))
    store.backup(tmp_path / "copy.db")
    store.save(Session(id="t"))
    with Store(f"sqlite:///{tmp_path}/copy.db") as copy:
        assert [row.title for row in copy.sessions()] == ["kept"]
    assert (tmp_path / "copy.db").stat().st_mode & 0o777 == 0o600


def test_a_backup_goes_to_a_disk_that_knows_no_links(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def without(*_: object, **__: object) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", without)
    store.save(Session(id="s", title="kept"))
    store.backup(tmp_path / "copy.db")
    assert (tmp_path / "copy.db").stat().st_mode & 0o777 == 0o600
    with Store(f"sqlite:///{tmp_path}/copy.db") as copy:
        assert copy.session("s").title == "kept"
    with pytest.raises(StoreError, match="already"):
        store.backup(tmp_path / "copy.db")


def test_a_backup_overwrites_nothing(store: Store, tmp_path: Path):
    (tmp_path / "copy.db").write_text("mine")
    with pytest.raises(StoreError, match="already"):
        store.backup(tmp_path / "copy.db")
    with pytest.raises(StoreUnavailable, match="cannot be written"):
        store.backup(tmp_path / "nowhere" / "copy.db")
    assert (tmp_path / "copy.db").read_text() == "mine"
    assert not list(tmp_path.glob(".parley-backup-*"))


def test_size_counts_what_is_on_disk(store: Store):
    before = store.size()
    store.save(Session(id="s", title=os.urandom(200_000).hex()))
    assert store.size() >= before + 200_000
    assert (store.free() or 0) > 0


def test_a_store_in_memory_works_and_is_forgotten():
    with Store("sqlite://") as store:
        store.save(Session(id="s"))
        assert store.session("s").id == "s"
        assert store.size() == 0
        assert store.free() is None
    with Store("sqlite://") as store:
        assert store.sessions() == ()


def test_the_sql_is_understood_by_postgresql_too():
    for table in metadata.sorted_tables:
        assert "CREATE TABLE" in str(CreateTable(table).compile(dialect=postgresql.dialect()))
        for index in table.indexes:
            assert "CREATE INDEX" in str(CreateIndex(index).compile(dialect=postgresql.dialect()))
