import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import NullPool, inspect

from parley.errors import DatabaseRefused
from parley.notebook import Cell, Session, edits, lanes
from parley.notebook.forking import fork
from parley.reply import Reply
from parley.store import Store
from parley.store.database import sqlite_engine
from parley.store.documents import digest
from parley.store.migrations import MIGRATIONS, Migration, migrate, version_of
from parley.store.schema import APPLICATION_ID, metadata

FIRST = "4dbba7791b609381"


@pytest.fixture
def engine(tmp_path: Path):
    return sqlite_engine(f"sqlite:///{tmp_path}/m.db", poolclass=NullPool)


def test_migrations_are_numbered_from_one_without_gaps():
    assert [step.number for step in MIGRATIONS] == list(range(1, len(MIGRATIONS) + 1))


def test_the_first_migration_stays_what_it_was(engine):
    migrate(engine, MIGRATIONS[:1])
    with engine.connect() as connection:
        made = connection.exec_driver_sql("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name").scalars()
        assert digest(" ".join(" ".join(made).split()).encode())[:16] == FIRST, (
            "databases exist that were made by it: add a migration"
        )


def test_all_migrations_make_the_tables_that_are_used(engine):
    migrate(engine)
    made = inspect(engine)
    for table in metadata.sorted_tables:
        assert [column["name"] for column in made.get_columns(table.name)] == [column.name for column in table.columns]
        assert {index["name"] for index in made.get_indexes(table.name)} == {index.name for index in table.indexes}


def test_each_is_applied_once(engine):
    applied: list[int] = []
    steps = (*MIGRATIONS, Migration(len(MIGRATIONS) + 1, "next", lambda _: applied.append(1)))
    for _ in range(3):
        migrate(engine, steps)
    assert applied == [1]


def test_one_that_fails_leaves_the_schema_before_it(engine):
    def half(connection):
        connection.exec_driver_sql("CREATE TABLE half (id)")
        raise RuntimeError

    migrate(engine)
    with pytest.raises(RuntimeError):
        migrate(engine, (*MIGRATIONS, Migration(len(MIGRATIONS) + 1, "half", half)))
    with engine.connect() as connection:
        assert version_of(connection) == len(MIGRATIONS)
    assert not inspect(engine).has_table("half")


def test_a_newer_schema_is_refused(engine):
    migrate(engine, (*MIGRATIONS, Migration(len(MIGRATIONS) + 1, "next", lambda _: None)))
    with pytest.raises(DatabaseRefused, match="newer"):
        migrate(engine)


@pytest.mark.parametrize("number", range(1, len(MIGRATIONS)))
def test_a_session_from_before_is_read_and_goes_on(url: str, tmp_path: Path, number):
    (tmp_path / "home").mkdir()
    migrate(sqlite_engine(url, poolclass=NullPool), MIGRATIONS[:number])
    with closing(sqlite3.connect(tmp_path / "home" / "parley.db")) as old, old:
        old.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        old.execute("INSERT INTO sessions VALUES (1, '', 's', 1, 1, 1, 1, NULL, 'Old', ?, 0, NULL, NULL)", [b'=""'])
        first = "INSERT INTO versions (owner, session_id, number, previous, created, title, settings, cells)"
        old.execute(f"{first} VALUES ('', 's', 1, 0, 1, 'Old', ?, ?)", [b"={}", b"=[]"])
    with Store(url) as store:
        found = store.session("s")
        assert (found.title, found.variables, found.lanes) == ("Old", {}, ())
        changed = lanes.add_lane(edits.with_variable(found, "name", "Ada"), "l")
        assert store.save(changed).version == 2
        assert (store.session("s").variables, store.session("s").lanes) == ({"name": "Ada"}, changed.lanes)
        assert store.undo("s") == found


@pytest.mark.parametrize("cells", [b"zxx", b"=" + b"[" * 100_000, b"=3", b'=[{"message": 3}]'])
def test_a_session_that_is_damaged_hinders_no_upgrade_and_is_found_by_its_title(url: str, tmp_path: Path, cells: bytes):
    (tmp_path / "home").mkdir()
    migrate(sqlite_engine(url, poolclass=NullPool), MIGRATIONS[:6])
    with closing(sqlite3.connect(tmp_path / "home" / "parley.db")) as old, old:
        old.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        old.execute("INSERT INTO sessions VALUES (1, '', 's', 1, 1, 1, 1, NULL, 'Old', ?, 0, NULL, NULL)", [b'=""'])
        first = "INSERT INTO versions (owner, session_id, number, previous, created, title, settings, cells)"
        old.execute(f"{first} VALUES ('', 's', 1, 0, 1, 'Old', ?, ?)", [b"={}", cells])
    with Store(url) as store:
        assert [row.id for row in store.library("old").rows] == ["s"]


def test_what_a_session_had_taken_over_before_an_upgrade_is_found_under_it_after(url: str, store: Store, a_run):
    cell = Cell(id="c", message={"role": "user", "content": "How high?"})
    first = store.save(Session(id="first", cells=(cell,)))
    store.finish(a_run("r", session_id="first", cell_id="c", outcome="complete", reply=Reply(text="A spring flood")))
    store.save(fork(first, "c", "second", store.attempts("first")))
    store.close()
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as old, old:
        old.execute("DROP TABLE inherited_runs")
        old.execute("ALTER TABLE versions DROP COLUMN tooling")
        old.execute("DELETE FROM migrations WHERE number >= 9")
        old.execute("PRAGMA user_version = 8")
    with Store(url) as again:
        assert {row.id for row in again.library("flood").rows} == {"first", "second"}
