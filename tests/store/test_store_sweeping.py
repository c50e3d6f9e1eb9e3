"""What a removed run leaves behind is removed, too; what anything else has stays."""

import base64
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from parley.notebook import Preset, Session
from parley.reply import Reply
from parley.request import ChatRequest
from parley.store import Store
from parley.store.schema import blobs
from parley.store.sweeping import sweep

DAMAGED = b"zxx"

IMAGE = "data:image/png;base64," + base64.b64encode(bytes(range(256)) * 8).decode()
ONLY_HERE, SHARED = "a tide of one's own", "a tide that others know"


def body(*texts: str, image: str = "") -> dict[str, Any]:
    pictured = [{"type": "image_url", "image_url": {"url": image}}] if image else []
    messages = [{"role": "user", "content": [{"type": "text", "text": text}, *pictured]} for text in texts]
    return {"model": "m", "messages": messages}


def held(store: Store) -> int:
    with store._database.reading() as connection:
        return len(connection.execute(blobs.select()).all())


def removed(store: Store, *run_ids: str) -> None:
    store.delete_runs(run_ids)
    assert store.remove_deleted() == len(run_ids)


@pytest.fixture
def two(store: Store, a_run) -> Store:
    """Two runs that have a message in common, each with one of its own; the first has a picture."""
    store.finish(a_run("r1", body(SHARED, ONLY_HERE, image=IMAGE), outcome="complete", reply=Reply(text="one")))
    store.finish(a_run("r2", body(SHARED, "another"), outcome="complete", reply=Reply(text="two")))
    return store


def test_nothing_of_the_only_run_is_left(store: Store, a_run):
    store.finish(a_run("r1", body(ONLY_HERE, image=IMAGE), outcome="complete"))
    assert held(store) > 1
    removed(store, "r1")
    assert held(store) == 0


def test_what_another_run_has_stays(two: Store):
    before = two.run("r2")
    removed(two, "r1")
    assert two.run("r2") == before
    removed(two, "r2")
    assert held(two) == 0


def test_a_picture_that_is_in_another_message_stays(two: Store, a_run):
    two.finish(a_run("r3", body("a third message", image=IMAGE), outcome="complete"))
    before = two.run("r3")
    removed(two, "r1")
    assert two.run("r3") == before


def test_what_a_session_a_share_or_a_preset_has_stays(two: Store):
    session = two.save(Session(id="s", title="T", settings=ChatRequest.parse({"user": "x" * 2000, **body(ONLY_HERE)})))
    two.finish(two.run("r1").model_copy(update={"session_id": "s", "cell_id": "c"}))
    token, _ = two.share(two.session("s"))
    two.save_preset(Preset(id="p", name="P", request=ChatRequest.parse({"user": "x" * 2000})))
    shared, presets = two.shared(token), two.presets()
    removed(two, "r1", "r2")
    assert (two.session("s"), two.shared(token), two.presets()) == (session, shared, presets)


def test_what_another_owner_has_stays(two: Store, a_run):
    two.finish(a_run("r1", body(SHARED, ONLY_HERE, image=IMAGE), outcome="complete"), owner="bob")
    before = two.run("r1", owner="bob")
    removed(two, "r1", "r2")
    assert two.run("r1", owner="bob") == before


def test_what_was_only_deleted_comes_back_whole(two: Store):
    before = two.run("r1")
    token = two.delete_runs(["r1"])
    two.delete_runs(["r2"])
    with two._database.writing() as connection:
        connection.exec_driver_sql("UPDATE runs SET deleted = deleted - 7200000000 WHERE id = 'r2'")
    assert two.remove_deleted(timedelta(hours=1)) == 1
    two.undelete(token)
    assert two.run("r1") == before


def test_the_same_message_can_be_sent_again_afterwards(two: Store, a_run):
    removed(two, "r1", "r2")
    two.finish(a_run("r4", body(SHARED, ONLY_HERE, image=IMAGE), outcome="complete"))
    assert two.run("r4").request.payload() == body(SHARED, ONLY_HERE, image=IMAGE)


def damage(store: Store, table: str, column: str, which: str = "1") -> None:
    with store._database.writing() as connection:
        connection.exec_driver_sql(f"UPDATE {table} SET {column} = ? WHERE {which}", (DAMAGED,))


@pytest.mark.parametrize(
    ("table", "column"), [("bodies", "rest"), ("versions", "cells"), ("shares", "body"), ("blobs", "body")]
)
def test_where_a_document_is_damaged_nothing_is_taken_for_unnamed(two: Store, url: str, table: str, column: str):
    session = two.save(Session(id="s", title="T", settings=ChatRequest.parse({"user": "x" * 2000})))
    two.share(session)
    ids = "run = 2" if table == "bodies" else "hash NOT IN (SELECT hash FROM leftovers)" if table == "blobs" else "1"
    before = held(two)
    two.delete_runs(["r1"])
    damage(two, table, column, ids)
    assert two.remove_deleted() == 1
    left = two.leftovers()
    assert (left.why, held(two)) == ("damaged", before)
    with Store(url) as next_start:
        next_start._sweeper.wait()
        assert next_start.leftovers() == left


def test_a_damaged_run_that_was_deleted_is_removed_at_the_next_start(two: Store, url: str):
    two.delete_runs(["r1"])
    damage(two, "bodies", "messages", "run = 1")
    with two._database.writing() as connection:
        connection.exec_driver_sql("UPDATE runs SET deleted = deleted - 90000000000 WHERE deleted IS NOT NULL")
    with Store(url) as next_day:
        assert next_day.deletions() == ()
        assert [row.id for row in next_day.runs()] == ["r2"]


def unswept(store: Store, *run_ids: str) -> None:
    """Removed, as by a process that died right after."""
    store.delete_runs(run_ids)
    store._sweeper.stop()
    store.remove_deleted()
    assert store.leftovers().blobs


def test_what_a_process_that_died_left_is_removed_by_the_next(two: Store, url: str):
    unswept(two, "r1", "r2")
    with Store(url) as next_start:
        next_start._sweeper.wait()
        assert (held(two), next_start.leftovers().blobs) == (0, 0)


@pytest.mark.parametrize("looked", range(10))
def test_others_write_while_everything_is_looked_through(two: Store, a_run: Callable[..., Any], looked: int):
    """What names it again stands where has been looked already, or will be."""
    again = a_run("r3", body(SHARED, ONLY_HERE, image=IMAGE), outcome="complete")
    unswept(two, "r1")
    pieces = iter(range(10))

    def once_more() -> bool:
        if next(pieces, None) == looked:
            writing = threading.Thread(target=two.finish, args=(again,))
            writing.start()
            writing.join(5)
        return False

    assert sweep(two._database, "", once_more)
    two.finish(again)
    assert two.run("r3").request.payload() == again.request.payload()
    assert two.leftovers().blobs == 0


def test_what_is_removed_once_more_meanwhile_is_left_to_the_next_look(two: Store, a_run: Callable[..., Any]):
    two.finish(a_run("r3", body(ONLY_HERE), outcome="complete"))
    unswept(two, "r1")

    def gone_too() -> bool:
        if two.runs().rows[0].id == "r3":
            unswept(two, "r3")
        return False

    assert sweep(two._database, "", gone_too)
    assert two.leftovers().blobs
    assert sweep(two._database, "", lambda: False)
    assert two.leftovers().blobs == 0
    two.finish(a_run("r4", body(ONLY_HERE), outcome="complete"))
    assert two.run("r4").request.payload() == body(ONLY_HERE)


def test_whoever_gives_up_looking_leaves_it_to_another(two: Store):
    unswept(two, "r1", "r2")
    before = held(two)
    assert not sweep(two._database, "", lambda: True)
    assert held(two) == before
    assert sweep(two._database, "", lambda: False)
    assert held(two) == 0
