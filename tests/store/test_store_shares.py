import base64
import contextlib
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from parley.errors import KeyInside, StoreError
from parley.notebook import Cell, Session, Share, Snapshot, edits
from parley.reply import Reply
from parley.store import Store
from parley.store.documents import unsqueezed
from parley.store.schema import blobs, shares
from tests.conftest import KEY


@pytest.fixture
def session(store: Store, a_run) -> Session:
    cells = (Cell(id="c", message={"role": "user", "content": "Hello"}),)
    store.finish(
        a_run(session_id="s", cell_id="c", owner="me", outcome="complete", reply=Reply(text="Hi")), [(1, "raw")]
    )
    return store.save(Session(id="s", title="T", cells=cells, draft="secret thought"), owner="me")


def test_a_share_is_a_frozen_copy_with_its_runs(store: Store, session, a_run):
    token, share = store.share(session, owner="me")
    store.save(edits.delete(session, "c"), owner="me")
    shared = store.shared(token)
    assert shared == share
    assert shared.snapshot.session.cells == session.cells
    assert shared.snapshot.attempts["c"][0].reply.text == "Hi"
    assert shared.snapshot.attempts["c"][0].request == a_run().request


def test_a_share_names_no_owner_and_holds_no_draft(store: Store, session):
    token, _ = store.share(session, owner="me")
    dump = store.shared(token).model_dump_json()
    assert "secret thought" not in dump
    assert '"owner":"me"' not in dump


def test_a_part_chosen_by_hand_is_shared_as_it_is(store: Store, session):
    token, _ = store.share(Snapshot(session=session), owner="me")
    assert store.shared(token).snapshot.attempts == {}


@pytest.mark.parametrize("expires", [timedelta(seconds=-1), datetime(2020, 1, 1, tzinfo=UTC)])
def test_an_expired_link_leads_nowhere(store: Store, session, expires):
    token, _ = store.share(session, expires=expires, owner="me")
    assert store.shared(token) is None


def test_a_revoked_link_leads_nowhere_and_stays_listed(store: Store, session):
    token, share = store.share(session, expires=None, owner="me")
    store.revoke(share.id, owner="me")
    store.revoke(share.id, owner="me")
    assert store.shared(token) is None
    assert store.shares(owner="me")[0].revoked is not None


WORDS = "a tide of one's own"


def copies(store: Store) -> str:
    """What the database holds of copies and their parts."""
    with store._database.reading() as connection:
        held = [*connection.scalars(select(shares.c.body)), *connection.scalars(select(blobs.c.body))]
    return "\n".join(unsqueezed(one).decode() for one in held)


def shared_alone(store: Store) -> tuple[str, Share]:
    """A copy of what stands nowhere else."""
    cells = (Cell(id="c", message={"role": "user", "content": WORDS}),)
    return store.share(Snapshot(session=Session(id="s", cells=cells)), owner="me")


def test_of_what_was_taken_back_nothing_stays(store: Store):
    _, share = shared_alone(store)
    assert WORDS in copies(store)
    store.revoke(share.id, owner="me")
    store._sweeper.wait()
    assert WORDS not in copies(store)
    assert store.shares(owner="me")[0].revoked


def test_a_copy_that_has_expired_goes_at_the_next_start_and_one_that_is_good_stays(store: Store, url):
    old, _ = shared_alone(store)
    with store._database.writing() as connection:
        connection.execute(shares.update().values(expires=1))
    good, _ = store.share(Session(id="t", title="Good"), owner="me")
    store.close()
    with Store(url) as again:
        again._sweeper.wait()
        assert WORDS not in copies(again)
        assert (again.shared(old), again.shared(good).title) == (None, "Good")
        assert len(again.shares(owner="me")) == 2


def test_what_a_session_still_has_stays_when_a_copy_of_it_is_taken_back(store: Store, session):
    _, share = store.share(session, owner="me")
    store.revoke(share.id, owner="me")
    store._sweeper.wait()
    assert store.session("s", owner="me") == session
    assert store.snapshot("s", owner="me").attempts["c"][0].reply.text == "Hi"


@pytest.mark.parametrize("token", ["", "x" * 43, "' OR 1=1 --", "\ud800", "\0"])
def test_a_wrong_token_leads_nowhere(store: Store, session, token):
    store.share(session, owner="me")
    assert store.shared(token) is None


def test_whether_a_link_is_good_is_known_without_reading_what_it_leads_to(store: Store, session, url):
    (token, share), (old, _) = store.share(session, owner="me"), store.share(session, expires=-timedelta(1), owner="me")
    with contextlib.closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as file, file:
        file.execute("UPDATE shares SET body = ?", [b"zxx"])
    assert [store.is_shared(one) for one in (token, old, "\ud800")] == [True, False, False]
    store.revoke(share.id, owner="me")
    assert not store.is_shared(token)


def test_the_database_does_not_know_the_token(store: Store, session, tmp_path: Path):
    token, _ = store.share(session, owner="me")
    store.close()
    assert not any(token.encode() in file.read_bytes() for file in (tmp_path / "home").iterdir())


@pytest.mark.parametrize(
    "dress", [str, lambda key: key[::-1], lambda key: base64.b64encode(f"a{key}".encode()).decode()]
)
def test_what_holds_a_key_at_hand_is_not_frozen(store: Store, session, dress):
    holding = edits.edit_text(session, "c", f"Use {dress(KEY)} please")
    with pytest.raises(KeyInside) as caught:
        store.share(holding, keys=[KEY], owner="me")
    assert KEY not in str(caught.value)
    assert store.shares(owner="me") == ()


def test_a_key_that_stands_nowhere_hinders_nothing(store: Store, session):
    assert store.shared(store.share(session, keys=[KEY, "word"], owner="me")[0])


@pytest.mark.parametrize("seconds", [1, 3600])
def test_a_link_is_good_until_its_moment(store: Store, session, seconds):
    _, share = store.share(session, expires=timedelta(seconds=seconds), owner="me")
    assert share.open_at(share.expires - timedelta(microseconds=1))
    assert not share.open_at(share.expires)


def test_a_dump_of_the_database_gives_no_link_that_works(store: Store, session, url):
    _, share = store.share(session, owner="me")
    with contextlib.closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as file:
        stolen = [str(value) for row in file.execute("SELECT * FROM shares") for value in row]
    assert share.id in stolen
    assert not any(store.shared(value) for value in stolen)


@pytest.mark.parametrize("body", [b"zxx", b"=[]", b'={"session": 1, "attempts": {}}'])
def test_a_copy_that_is_damaged_says_so(store: Store, session, url, body):
    token, _ = store.share(session, owner="me")
    with contextlib.closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as file, file:
        file.execute("UPDATE shares SET body = ?", [body])
    with pytest.raises(StoreError, match="damaged"):
        store.shared(token)


def test_a_setting_is_any_json_and_none_forgets_it(store: Store):
    store.set_setting("budget", {"day": 1, "session": 1.0})
    assert repr(store.setting("budget")) == "{'day': 1, 'session': 1.0}"
    store.set_setting("budget", None)
    assert store.setting("budget", "unset") == "unset"


@pytest.mark.parametrize("messages", [None, "Hello", [], ["Hello", {"role": "user"}], [["a"]], [{"role": 3}], {"a": 1}])
def test_a_copy_has_messages_of_any_shape_as_they_were_sent(store: Store, a_run, messages) -> None:
    body = {"model": "m", "messages": messages, "odd": [messages]}
    store.finish(a_run("r", body, session_id="s", cell_id="c", outcome="complete"))
    session = store.save(Session(id="s", cells=(Cell(id="c", message={"role": "user", "content": "Hello"}),)))
    token, _ = store.share(session)
    assert store.shared(token).snapshot.attempts["c"][0].request.payload() == body


def test_a_message_that_several_requests_were_sent_is_one_value_in_a_copy(store: Store, a_run) -> None:
    for name in ("a", "b"):
        store.finish(a_run(name, session_id="s", cell_id="c", outcome="complete"))
    token, share = store.share(
        store.save(Session(id="s", cells=(Cell(id="c", message={"role": "user", "content": "Hello"}),)))
    )
    copy = store.shared(token).snapshot
    first, second = copy.attempts["c"]
    assert first.request.messages[0] is second.request.messages[0]
    assert copy == share.snapshot
