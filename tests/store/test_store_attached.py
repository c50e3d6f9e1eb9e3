"""What is in the prompt box is kept with the session, its files once."""

from __future__ import annotations

from sqlalchemy import text

from parley.media import Attachment, from_file
from parley.notebook import Session, Snapshot, edits
from parley.notebook.forking import fork
from parley.store import Store
from tests.media.pictures_made import noise

NOISE = noise(200, 150)


def photo(name: str = "a.jpg", new_id: str = "a") -> Attachment:
    return from_file(NOISE, name, new_id)


def blobs(store: Store) -> list[int]:
    with store._database.reading() as connection:
        return [size for (size,) in connection.execute(text("select size from blobs"))]


def left(store: Store) -> int:
    with store._database.reading() as connection:
        return int(connection.execute(text("select count(*) from leftovers")).scalar_one())


def test_what_is_attached_comes_back_with_the_draft(store: Store) -> None:
    session = edits.with_attached(Session(id="s", draft="Look"), [photo()])
    kept = store.save(session)
    assert store.session("s") == kept
    assert (store.session("s").attached, store.session("s").draft) == ((photo(),), "Look")


def test_the_prompt_box_makes_no_version(store: Store) -> None:
    kept = store.save(Session(id="s", title="A"))
    again = store.save(edits.with_attached(kept, [photo()]))
    assert again.version == kept.version
    assert store.save(edits.with_draft(again, "more")).attached == (photo(),)
    assert store.session("s").draft == "more"


def test_a_file_is_stored_once_in_the_box_in_cells_and_in_versions(store: Store) -> None:
    one = photo()
    kept = store.save(edits.with_attached(Session(id="s"), [one]))
    size = max(blobs(store))
    sent = edits.emptied(edits.add_prompt(kept, edits.drafted(kept, "Look"), "c"))
    store.save(edits.set_excluded(store.save(sent), "c", True))
    assert blobs(store).count(size) == 1
    assert store.session("s").cells[0].message["content"][1] == one.part


def test_what_was_taken_away_again_is_left_to_be_swept_and_what_was_sent_is_not(store: Store) -> None:
    kept = store.save(edits.with_attached(Session(id="s"), [photo()]))
    kept = store.save(edits.with_attached(kept, []))
    assert left(store) > 0
    back = store.save(edits.with_attached(kept, [photo()]))
    assert left(store) == 0
    store.save(edits.emptied(edits.add_prompt(back, edits.drafted(back, ""), "c")))
    assert store.session("s").cells[0].message["content"] == [photo().part]


def test_a_fork_and_a_copy_leave_the_prompt_box_behind() -> None:
    session = edits.with_attached(edits.add_prompt(Session(id="s"), {"role": "user", "content": "a"}, "c"), [photo()])
    assert fork(session, "c", "t", {}).attached == ()
    assert Snapshot(session=session).anonymous().session.attached == ()
