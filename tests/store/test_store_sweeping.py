"""What a removed run leaves behind is removed, too; what anything else has stays."""

import base64
from datetime import timedelta
from typing import Any

import pytest

from parley.notebook import Preset, Session
from parley.reply import Reply
from parley.request import ChatRequest
from parley.store import Store
from parley.store.schema import blobs

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
