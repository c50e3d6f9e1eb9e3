import pytest

from parley.errors import Conflict, Missing
from parley.notebook import Cell, Session, edits
from parley.request import ChatRequest
from parley.store import Store

IMAGE = {"type": "image_url", "image_url": {"url": "data:image/png;base64," + "QUJD" * 2000}}


@pytest.fixture
def session() -> Session:
    cells = (
        Cell(id="c0", kind="message", message={"role": "system", "content": "Be brief."}),
        Cell(
            id="c1", message={"role": "user", "content": [{"type": "text", "text": "What is it?"}, IMAGE]}, chosen="r1"
        ),
        Cell(id="c2", kind="note", message={"content": "A *note*"}, excluded=True),
    )
    settings = ChatRequest.parse({"model": "m", "temperature": 1, "top_p": 1.0, "new": {"$blob": None}})
    return Session(
        id="s", title="Höhe", cells=cells, settings=settings, draft="half a thou", parent="p", parent_cell="c"
    )


def test_a_session_comes_back_as_it_was_saved(store: Store, session):
    saved = store.save(session)
    assert saved == session.model_copy(update={"version": 1})
    assert store.session("s") == saved
    assert repr(store.session("s").settings.payload()) == repr(session.settings.payload())


def test_a_write_from_an_old_version_loses(store: Store, session):
    first = store.save(session)
    store.save(edits.with_title(first, "by the other tab"))
    with pytest.raises(Conflict, match="elsewhere"):
        store.save(edits.with_title(first, "by this tab"))
    assert store.session("s").title == "by the other tab"


def test_a_new_session_does_not_take_the_place_of_another(store: Store, session):
    store.save(session)
    with pytest.raises(Conflict):
        store.save(Session(id="s", title="other"))


def test_a_draft_makes_no_version_and_no_conflict(store: Store, session):
    first = store.save(session)
    store.save(edits.with_draft(first, "tab one"))
    assert store.save(edits.with_draft(first, "tab two")).version == 1
    assert store.session("s").draft == "tab two"


def test_undo_and_redo_walk_every_step_across_reopening(store: Store, url, session):
    steps = [store.save(session)]
    for number in range(60):
        steps.append(store.save(edits.edit_text(steps[-1], "c0", f"text {number}")))
    with Store(url) as other:
        for step in reversed(steps[:-1]):
            assert other.undo("s") == step
        assert other.undo("s") == steps[0]
    for step in steps[1:]:
        assert store.redo("s") == step
    assert store.redo("s") == steps[-1]


def test_an_edit_after_undo_starts_another_way_and_loses_nothing(store: Store, session):
    first = store.save(session)
    store.save(edits.with_title(first, "left"))
    right = store.save(edits.with_title(store.undo("s"), "right"))
    assert right.version == 3
    assert store.redo("s") == right
    assert store.undo("s") == first
    assert store.redo("s") == right
    assert store.version("s", 2).title == "left"


def test_undo_keeps_what_stands_in_the_prompt_box(store: Store, session):
    second = store.save(edits.with_title(store.save(session), "two"))
    store.save(edits.with_draft(second, "typed since"))
    assert store.undo("s").draft == "typed since"


def test_undo_elsewhere_is_a_change_too(store: Store, session):
    second = store.save(edits.with_title(store.save(session), "two"))
    store.undo("s")
    with pytest.raises(Conflict):
        store.save(edits.with_title(second, "three"))


def test_the_list_has_the_last_changed_first(store: Store, session):
    assert store.latest_session() is None
    for name in ("a", "b"):
        store.save(session.model_copy(update={"id": name}))
    store.save(edits.with_title(store.session("a"), "now"))
    assert [(row.id, row.title, row.cells, row.version) for row in store.sessions()] == [
        ("a", "now", 3, 2),
        ("b", "Höhe", 3, 1),
    ]
    assert store.latest_session() == store.session("a")


def test_a_deleted_session_is_gone_until_it_is_restored(store: Store, session, a_run):
    saved = store.save(session)
    store.begin(a_run(session_id="s"))
    store.delete_session("s")
    assert (store.sessions(), store.latest_session()) == ((), None)
    for attempt in (store.session, store.undo, store.delete_session):
        with pytest.raises(Missing):
            attempt("s")
    with pytest.raises(Missing):
        store.save(edits.with_title(saved, "back"))
    assert store.run("r1").session_id == "s"
    assert store.restore_session("s") == saved


def test_a_moved_slider_does_not_store_the_cells_again(store: Store, session):
    saved = store.save(session)
    before = stored(store)
    for number in range(20):
        saved = store.save(edits.with_settings(saved, ChatRequest(temperature=number / 10)))
    assert stored(store) == before


def stored(store: Store) -> int:
    with store._database.reading() as connection:
        return connection.exec_driver_sql("SELECT count(*) FROM blobs").scalar() or 0


def test_the_line_of_one_session_is_that_of_the_list(store: Store, session):
    store.save(session)
    assert (store.listed("s"),) == store.sessions()
    with pytest.raises(Missing):
        store.listed("s", owner="somebody else")


def test_what_was_deleted_is_listed_the_last_one_first_until_it_is_restored(store: Store):
    for name in ("a", "b", "c"):
        store.save(Session(id=name), owner="me")
    for name in ("b", "a"):
        store.delete_session(name, owner="me")
    assert [row.id for row in store.deleted_sessions(owner="me")] == ["a", "b"]
    assert [row.id for row in store.deleted_sessions(most=1, owner="me")] == ["a"]
    store.restore_session("a", owner="me")
    assert [row.id for row in store.deleted_sessions(owner="me")] == ["b"]
    assert store.deleted_sessions() == ()
