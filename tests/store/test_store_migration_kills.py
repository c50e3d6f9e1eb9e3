"""A migration that is killed at any of its statements leaves the schema before it or after it, and the next start completes it."""

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import NullPool

from parley.notebook import Session
from parley.store import Store
from parley.store.database import sqlite_engine
from parley.store.migrations import MIGRATIONS, migrate
from parley.store.schema import APPLICATION_ID

ROOT = Path(__file__).parents[2]
LAST = len(MIGRATIONS) - 1
"""The version before the newest."""
KILLED = """
import os, shutil, signal, sqlite3, sys, json
from contextlib import closing
from sqlalchemy import event
from sqlalchemy.engine import Engine
from parley.store import Store

def open_and_die(url, statement):
    seen = []
    def count(connection, *_):
        if connection.get_execution_options().get("parley_write"):
            seen.append(1)
            if len(seen) > statement:
                os.kill(os.getpid(), signal.SIGKILL)
    event.listen(Engine, "before_cursor_execute", count)
    event.listen(Engine, "commit", count)
    Store(url)
    os._exit(0)

prepared, folder, last = sys.argv[1:]
statement, version = 0, 0
while version < int(last):
    home = os.path.join(folder, str(statement))
    os.mkdir(home)
    path = os.path.join(home, "parley.db")
    if prepared:
        shutil.copy(prepared, path)
    child = os.fork()
    if child == 0:
        open_and_die(f"sqlite:///{path}", statement)
    if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0:
        break
    with closing(sqlite3.connect(path)) as left:
        version = left.execute("PRAGMA user_version").fetchone()[0]
        tables = sorted(name for (name,) in left.execute("SELECT name FROM sqlite_schema WHERE type = 'table'"))
        columns = [name for (_, name, *_) in left.execute("PRAGMA table_info(versions)")]
        marked = [name for (_, name, *_) in left.execute("PRAGMA table_info(runs)")]
        added = columns.count("variables") + columns.count("lanes") + marked.count("comment") + ("leftovers" in tables)
        added += marked.count("worst_pico") + ("session_words" in tables) + marked.count("adopted")
        added += ("inherited_runs" in tables) + columns.count("tooling")
        print(json.dumps([version, len(tables), added, left.execute("PRAGMA integrity_check").fetchone()[0]]))
    statement += 1
"""


def left_behind(prepared: str, folder: Path, last: int) -> list[list[object]]:
    """The distinct states that a kill at each statement left, in order of the statements, until a state has the version `last`;
    each of them is opened again."""
    script = [sys.executable, "-c", KILLED, prepared, str(folder), str(last)]
    told = subprocess.run(script, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    states = [json.loads(line) for line in told]
    for number in range(len(states)):
        with Store(f"sqlite:///{folder}/{number}/parley.db") as store:
            assert [row.title for row in store.sessions()] == (["Old"] if prepared else [])
            store.save(Session(id="new"))
    return list(dict.fromkeys(map(tuple, states)))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_from_nothing_it_is_all_or_nothing_of_each_step(tmp_path: Path) -> None:
    states = left_behind("", tmp_path, len(MIGRATIONS))
    assert states[0] == (0, 0, 0, "ok")
    assert [version for version, *_ in states] == list(range(len(MIGRATIONS) + 1))
    assert {integrity for *_, integrity in states} == {"ok"}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.parametrize("number", [*(pytest.param(one, marks=pytest.mark.nightly) for one in range(1, LAST)), LAST])
def test_from_a_version_before_it_is_that_or_the_next(tmp_path: Path, number: int) -> None:
    before = tmp_path / "before.db"
    migrate(sqlite_engine(f"sqlite:///{before}", poolclass=NullPool), MIGRATIONS[:number])
    with closing(sqlite3.connect(before)) as old, old:
        old.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        old.execute("INSERT INTO sessions VALUES (1, '', 's', 1, 1, 1, 1, NULL, 'Old', ?, 0, NULL, NULL)", [b'=""'])
        first = "INSERT INTO versions (owner, session_id, number, previous, created, title, settings, cells)"
        old.execute(f"{first} VALUES ('', 's', 1, 0, 1, 'Old', ?, ?)", [b"={}", b"=[]"])
    (tmp_path / "killed").mkdir()
    states = left_behind(str(before), tmp_path / "killed", number + 1)
    steps = [(version, version - 1) for version in (number, number + 1)]
    assert [(version, added) for version, _, added, _ in states] == steps
    assert {integrity for *_, integrity in states} == {"ok"}
