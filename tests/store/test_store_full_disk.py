"""On a disk that is really full: nothing that was acknowledged is lost, deleting works, and what waits is written by itself."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import subprocess
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from parley import ChatRequest, Runner, Store
from parley.budget import Paid
from parley.errors import StoreError, StoreUnavailable
from parley.notebook import Run, Session
from parley.reply import Finished, Reply, StreamEvent, TextDelta
from parley.store.reserve import PLENTY, SCARCE, SIZE, Reserve

DISK = 32
"""Megabytes of the disk of these tests."""


class Disk:
    """A small disk of its own, and a file that fills it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.url = f"sqlite:///{folder}/parley.db"
        self._filler = folder / "filler"

    def fill(self, *, but: int = 0) -> None:
        """Leave so many bytes free."""
        with self._filler.open("ab") as file:
            free = os.statvfs(self.folder)
            file.write(bytes(max(0, free.f_bavail * free.f_frsize - but)))

    def empty(self) -> None:
        self._filler.unlink()


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    folder = tmp_path / "disk"
    folder.mkdir()
    mounting = ["mount", "-t", "tmpfs", "-o", f"size={DISK}m", "tmpfs", str(folder)]
    if os.name == "nt" or os.geteuid() or subprocess.run(mounting, capture_output=True, check=False).returncode:
        pytest.skip("a small disk can be mounted by root alone")
    yield Disk(folder)
    subprocess.run(["umount", str(folder)], check=True)


class Pen:
    """An upstream whose last word waits for the test."""

    def __init__(self) -> None:
        self.may_end = threading.Event()

    @asynccontextmanager
    async def stream(self, request: ChatRequest, tap: Any = None) -> AsyncIterator[AsyncIterator[StreamEvent]]:
        tap.sent()
        yield self._events()

    async def _events(self) -> AsyncIterator[StreamEvent]:
        yield TextDelta(text="Good morning")
        await asyncio.to_thread(self.may_end.wait)
        yield TextDelta(text=", all of you")
        yield Finished(finish_reason="stop")


@pytest.fixture
def pen() -> Iterator[Pen]:
    """Whatever becomes of the test: nobody waits for the last word after it."""
    pen = Pen()
    yield pen
    pen.may_end.set()


def written_until_full(store: Store) -> list[str]:
    """Save until the disk refuses; gives what was acknowledged."""
    acked: list[str] = []

    def save_all() -> None:
        while True:
            name = f"s{len(acked)}"
            store.save(Session(id=name, title=os.urandom(2000).hex()))
            acked.append(name)

    with pytest.raises(StoreUnavailable, match="disk is full"):
        save_all()
    return acked


def test_on_a_full_disk_the_reserve_goes_first_and_comes_back(disk: Disk) -> None:
    with Store(disk.url) as store:
        assert (disk.folder / "parley.db-reserve").stat().st_blocks * 512 >= SIZE
        store.save(Session(id="old"))
        disk.fill()
        store.delete_session("old")
        store.save(Session(id="new"))
        assert "The disk is full" in store.short_of_space()
        assert not (disk.folder / "parley.db-reserve").exists()
        disk.empty()
        store.save(Session(id="after"))
        assert store.short_of_space() == ""
        assert (disk.folder / "parley.db-reserve").stat().st_size == SIZE


@pytest.mark.parametrize("pages", [0, 1, 2, 5, 20])
def test_a_disk_that_fills_up_at_any_write_loses_nothing_acknowledged(disk: Disk, pages: int) -> None:
    with Store(disk.url) as store:
        store._database.reserve.give_up()
        disk.fill(but=pages * 4096)
        acked = written_until_full(store)
        assert {row.id for row in store.sessions()} >= set(acked)
        disk.empty()
        store.save(Session(id="after"))
    with Store(disk.url) as store:
        assert {row.id for row in store.sessions()} == {*acked, "after"}
    with closing(sqlite3.connect(disk.folder / "parley.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_an_answer_that_a_full_disk_refuses_stays_on_screen_and_is_written_when_it_can_be(disk: Disk, pen: Pen) -> None:
    with Store(disk.url) as store:
        runner = Runner(store)
        said = [{"role": "user", "content": "Hello"}]
        live = runner.start(ChatRequest(model="a/b", messages=said), client=pen)
        store._database.reserve.give_up()
        disk.fill()
        written_until_full(store)
        pen.may_end.set()
        assert live.settled.wait(60)
        assert (live.run.outcome, live.run.reply.text) == ("complete", "Good morning, all of you")
        with pytest.raises(StoreError, match="disk is full"):
            runner.start(ChatRequest(model="a/b", messages=said), client=pen)
        disk.empty()
        assert live.wait(30) == store.run(live.id)
        assert live.unsaved is None
        runner.close()


@pytest.mark.parametrize("reserve", [True, False], ids=["with its reserve", "without it"])
def test_what_was_deleted_is_removed_for_good_on_a_full_disk_or_stays_whole(
    disk: Disk, a_run: Callable[..., Run], reserve: bool
) -> None:
    def removed(store: Store) -> int:
        return store.remove_deleted(wait=0)

    with Store(disk.url) as store:
        names = [f"r{number}" for number in range(200)]
        for name in names:
            store.begin(a_run(name, session_id="s"), worst=Decimal(1))
            store.finish(a_run(name, session_id="s", outcome="stopped", reply=Reply(text=os.urandom(4000).hex())))
        store.delete_runs(names)
        if not reserve:
            store._database.reserve.give_up()
        disk.fill()
        if reserve:
            assert removed(store) == 200
        else:
            written_until_full(store)
            with pytest.raises(StoreUnavailable, match="disk is full"):
                removed(store)
            assert [one.runs for one in store.deletions()] == [200]
            disk.empty()
            assert removed(store) == 200
        assert store.spent(session="s") == Paid(doubtful=Decimal(200), doubted=200)


@pytest.mark.parametrize(
    ("free", "there", "given_up"),
    [(SCARCE - 1, False, True), (SCARCE, True, False), (PLENTY, True, False), (PLENTY + 1, True, False)],
)
def test_the_reserve_is_there_until_space_is_scarce(tmp_path: Path, free: int, there: bool, given_up: bool) -> None:
    Reserve(tmp_path / "parley.db").look()
    reserve = Reserve(tmp_path / "parley.db", lambda _: free)
    reserve.look()
    assert (reserve.path.exists(), reserve.given_up) == (there, given_up)


def test_a_reserve_is_made_again_only_where_there_is_plenty(tmp_path: Path) -> None:
    free = [SCARCE - 1, SCARCE + 1, PLENTY + 1]
    reserve = Reserve(tmp_path / "parley.db", lambda _: free.pop(0))
    seen = [(reserve.look(), reserve.given_up, reserve.path.exists())[1:] for _ in range(3)]
    assert seen == [(True, False), (True, False), (False, True)]


def test_a_reserve_that_cannot_be_made_is_in_nobodys_way(tmp_path: Path) -> None:
    reserve = Reserve(tmp_path / "nowhere" / "parley.db", lambda _: PLENTY + 1)
    reserve.look()
    assert not reserve.given_up
