"""Locks of others, two tabs, a clock that is set, a copy while it is written, and folders that are somebody else's."""

import itertools
import os
import sqlite3
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import event

from parley.errors import Conflict, StoreUnavailable
from parley.notebook import Session, edits
from parley.store import RunQuery, Store

HOUR = 3600


@contextmanager
def held(url: str) -> Iterator[Callable[[], object]]:
    """A lock that somebody else has on the database; gives what lets it go."""
    path = url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield lambda: other.execute("ROLLBACK")


@pytest.fixture
def hasty(url: str) -> Iterator[Store]:
    """A store that waits a tenth of a second for a lock, where Parley's own waits five."""
    with Store(url) as store:
        store._database._engine.dispose()

        @event.listens_for(store._database._engine, "connect")
        def impatient(connection: sqlite3.Connection, _: object) -> None:
            connection.set_authorizer(None)
            connection.execute("PRAGMA busy_timeout = 100")

        yield store


def test_a_lock_held_for_a_second_is_waited_for_unseen(store: Store, url: str):
    with held(url) as let_go:
        threading.Timer(1, let_go).start()
        store.save(Session(id="s"))
    assert store.session("s").id == "s"


def test_while_a_lock_is_held_too_long_all_that_is_stored_is_read_and_nothing_is_lost(hasty: Store, url: str):
    hasty.save(Session(id="s", title="kept"))
    with held(url) as let_go:
        for _ in range(3):
            with pytest.raises(StoreUnavailable, match="Another process kept the database locked"):
                hasty.save(Session(id="t"))
        assert hasty.session("s").title == "kept"
        let_go()
        hasty.save(Session(id="t"))
    assert {row.id for row in hasty.sessions()} == {"s", "t"}


def edited(store: Store, seen: Session, edit: Callable[[Session], Session]) -> Session:
    """As the page does it: an edit that lost against another tab's is made to what that left."""
    try:
        return store.save(edit(seen))
    except Conflict:
        return store.save(edit(store.session(seen.id)))


ORDERS = sorted(set(itertools.permutations("AAABBB")))


@pytest.mark.parametrize("order", ORDERS, ids="".join)
def test_of_two_tabs_that_write_one_session_no_edit_is_lost(store: Store, order: tuple[str, ...]):
    start = store.save(Session(id="s"))
    seen, written = {"A": start, "B": start}, []
    for number, tab in enumerate(order):
        message = {"role": "user", "content": f"{tab}{number}"}
        seen[tab] = edited(store, seen[tab], lambda s, m=message: edits.add_prompt(s, m, m["content"]))
        written.append(message["content"])
    assert [cell.id for cell in store.session("s").cells] == written
    assert store.session("s").version == 1 + len(order)


def test_the_latest_is_the_latest_though_the_clock_was_set_back(store: Store, monkeypatch: pytest.MonkeyPatch, a_run):
    now = time.time_ns()
    for number, ahead in enumerate((0, HOUR, -HOUR)):
        monkeypatch.setattr(time, "time_ns", lambda ahead=ahead: now + ahead * 10**9)
        moment = datetime.fromtimestamp(now / 1e9 + ahead, UTC)
        store.save(Session(id=f"s{number}"))
        store.begin(a_run(f"r{number}", created=moment))
    assert [row.id for row in store.sessions()] == ["s2", "s1", "s0"]
    assert [row.id for row in store.sessions(most=2)] == ["s2", "s1"]
    assert store.latest_session().id == "s2"
    assert [row.id for row in store.runs().rows] == ["r2", "r1", "r0"]
    assert store.runs(RunQuery()).rows[0].created.tzinfo is UTC


def test_runs_of_this_process_live_on_through_a_clock_that_is_set(store: Store, monkeypatch: pytest.MonkeyPatch, a_run):
    store.begin(a_run())
    now = time.time_ns()
    for hours in (-1, 1, 24 * 365):
        monkeypatch.setattr(time, "time_ns", lambda hours=hours: now + hours * HOUR * 10**9)
        assert store.interrupt_orphans() == 0
    assert store.run("r1").live


def test_every_copy_made_while_others_write_is_whole(store: Store, tmp_path: Path, a_run):
    acked: list[str] = []
    end = threading.Event()

    def write() -> None:
        while not end.is_set():
            name = f"r{len(acked)}"
            store.begin(a_run(name))
            acked.append(name)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(10):
            known = set(acked)
            store.backup(tmp_path / f"{number}.db")
            with closing(sqlite3.connect(tmp_path / f"{number}.db")) as copy:
                assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
                rows = {name for (name,) in copy.execute("SELECT id FROM runs JOIN bodies ON bodies.run = sequence")}
                assert copy.execute("SELECT count(*) FROM runs").fetchone() == (len(rows),)
            assert known <= rows <= {*acked, f"r{len(acked)}"}
    finally:
        end.set()
        writer.join()


@contextmanager
def somebody_else() -> Iterator[None]:
    """To the file system this process is nobody, until the end of it."""
    os.setegid(65534)
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)


@pytest.fixture
def theirs() -> Iterator[Path]:
    """A folder of root's in a place that everybody reaches."""
    if os.name == "nt" or os.geteuid():
        pytest.skip("only root can become somebody else")
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder) / "theirs"


@pytest.mark.parametrize(
    ("file_mode", "folder_mode", "told"),
    [
        (0o600, 0o755, "cannot be read (Permission denied). Check its permissions."),
        (0o644, 0o755, "read-only"),
        (0o644, 0o700, "cannot be read (Permission denied). Check its permissions."),
        (0o666, 0o755, ""),
    ],
    ids=["a file of another's", "a read-only file", "a closed folder", "a read-only folder"],
)
def test_what_belongs_to_somebody_else_is_said_and_left_as_it_is(
    theirs: Path, file_mode: int, folder_mode: int, told: str
):
    path = theirs / "parley.db"
    with Store(f"sqlite:///{path}") as store:
        store.save(Session(id="s"))
    before = path.read_bytes()
    path.chmod(file_mode)
    theirs.chmod(folder_mode)
    with somebody_else(), pytest.raises(StoreUnavailable) as caught:
        Store(f"sqlite:///{path}")
    assert told in str(caught.value)
    assert path.read_bytes() == before


@pytest.mark.parametrize("place", ["parley.db", "more/parley.db"])
def test_a_folder_in_which_one_may_not_write_is_said(theirs: Path, place: str):
    theirs.mkdir(mode=0o755)
    with somebody_else(), pytest.raises(StoreUnavailable, match="Permission denied"):
        Store(f"sqlite:///{theirs / place}")
