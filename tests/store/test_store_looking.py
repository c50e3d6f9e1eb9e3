"""Whoever has a link reads over a connection that cannot write."""

from __future__ import annotations

import hashlib
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import text

from parley.errors import StoreError
from parley.notebook import Session
from parley.store import Store
from parley.store.database import Database

WRITES = [
    "DELETE FROM shares",
    "UPDATE shares SET revoked = 1",
    "INSERT INTO settings (owner, name, value) VALUES ('', 'x', x'00')",
    "DROP TABLE shares",
    "CREATE TABLE x (y)",
    "ATTACH 'other.db' AS other",
    "PRAGMA user_version = 7",
]


@pytest.mark.parametrize("statement", WRITES)
def test_no_statement_changes_anything(store: Store, url, statement):
    database = Database(url)
    with pytest.raises(StoreError), database.looking() as connection:
        connection.execute(text(statement))
    database.close()
    with sqlite3.connect(url.removeprefix("sqlite:///")) as file:
        assert file.execute("SELECT count(*) FROM shares").fetchone() == (0,)
    file.close()


def test_reading_a_copy_leaves_every_byte_as_it_was(store: Store, url):
    token, share = store.share(Session(id="s", title="T"))
    files = sorted(Path(url.removeprefix("sqlite:///")).parent.glob("*.db*"))
    before = [hashlib.sha256(one.read_bytes()).hexdigest() for one in files if not one.name.endswith("-shm")]
    assert store.shared(token) == share
    assert store.shared("another") is None
    assert [hashlib.sha256(one.read_bytes()).hexdigest() for one in files if not one.name.endswith("-shm")] == before


def test_a_database_in_memory_can_be_looked_at():
    with Store("sqlite://") as store:
        token, share = store.share(Session(id="s"))
        assert store.shared(token) == share
