"""Every method that takes an owner, tried by another one: nothing is seen, nothing is changed."""

import inspect
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from parley.errors import Missing, StoreError
from parley.money import Booked
from parley.notebook import Preset, Session, Snapshot, edits
from parley.reply import Reply
from parley.store import RunQuery, Store

A, B = "alice", "bob"


def copied(store: Store) -> Snapshot:
    """Everything of a session's, under the very same ids."""
    run = store.run("r1", owner=A).model_copy(update={"outcome": "failed"})
    return Snapshot(session=edits.with_title(store.session("s", owner=A), "forged"), attempts={"c": (run,)})


CROSSINGS: dict[str, Callable[[Store], Any]] = {
    "begin": lambda s: s.begin(s.run("r1", owner=A).model_copy(update={"owner": ""}), owner=B),
    "journal": lambda s: s.journal("r1", Reply(text="forged"), [(1, "forged")], owner=B),
    "finish": lambda s: s.finish(s.run("r1", owner=A).model_copy(update={"owner": B, "outcome": "failed"}), owner=B),
    "settle": lambda s: s.settle("r1", Booked(cost=Decimal(9)), owner=B),
    "run": lambda s: s.run("r1", owner=B),
    "whole": lambda s: s.whole(["r1"], owner=B),
    "events": lambda s: s.events("r1", owner=B),
    "events_truncated": lambda s: s.events_truncated("r1", owner=B),
    "attempts": lambda s: s.attempts("s", inherited=["r1"], owner=B),
    "runs": lambda s: (
        s.runs(owner=B).rows,
        s.runs(RunQuery(session="s"), owner=B).totals.runs,
        s.runs(owner=B).totals.models,
    ),
    "row": lambda s: s.row("r1", owner=B),
    "totals": lambda s: s.totals(owner=B).runs,
    "offered": lambda s: s.offered(owner=B).outcomes,
    "percentiles": lambda s: s.percentiles(owner=B).total_ms,
    "percentiles_by": lambda s: s.percentiles_by("model", owner=B),
    "series": lambda s: s.series(owner=B),
    "spent": lambda s: (s.spent(session="s", owner=B).cost, s.spent(session="s", owner=B).unpriced),
    "unpriced": lambda s: s.unpriced(["r1"], owner=B),
    "every_row": lambda s: tuple(s.every_row(owner=B)),
    "every_run": lambda s: tuple(s.every_run(RunQuery(session="s"), owner=B)),
    "mark": lambda s: s.mark(["r1"], star=True, rating=1, comment="forged", add_tags=["forged"], owner=B),
    "delete_runs": lambda s: s.delete_runs(["r1"], owner=B),
    "undelete": lambda s: s.undelete("1", owner=B),
    "deletions": lambda s: s.deletions(owner=B),
    "leftovers": lambda s: s.leftovers(owner=B).blobs,
    "remove_deleted": lambda s: s.remove_deleted(owner=B),
    "save": lambda s: s.save(edits.with_title(s.session("s", owner=A), "forged"), owner=B),
    "session": lambda s: s.session("s", owner=B),
    "version": lambda s: s.version("s", 1, owner=B),
    "sessions": lambda s: s.sessions(owner=B),
    "listed": lambda s: s.listed("s", owner=B),
    "latest_session": lambda s: s.latest_session(owner=B),
    "children": lambda s: s.children("p", owner=B),
    "steps": lambda s: s.steps("s", owner=B),
    "former_texts": lambda s: s.former_texts("s", "c", owner=B),
    "undo": lambda s: s.undo("s", owner=B),
    "redo": lambda s: s.redo("s", owner=B),
    "delete_session": lambda s: s.delete_session("s", owner=B),
    "deleted_sessions": lambda s: s.deleted_sessions(owner=B),
    "restore_session": lambda s: s.restore_session("s", owner=B),
    "library": lambda s: s.library(owner=B).rows,
    "snapshot": lambda s: s.snapshot("s", owner=B),
    "adopt": lambda s: s.adopt(copied(s), {"r1": ((9, "forged"),)}, owner=B) and None,
    "share": lambda s: s.shared(s.share(Session(id="s"), owner=B)[0]).snapshot.attempts,
    "shares": lambda s: s.shares(owner=B),
    "revoke": lambda s: s.revoke(s.shares(owner=A)[0].id, owner=B),
    "presets": lambda s: s.presets(owner=B),
    "preset": lambda s: s.preset("p", owner=B),
    "preset_names": lambda s: s.preset_names(owner=B),
    "save_preset": lambda s: s.save_preset(s.preset("p", owner=A), owner=B),
    "save_presets": lambda s: s.save_presets(s.presets(owner=A), owner=B),
    "delete_preset": lambda s: s.delete_preset("p", owner=B),
    "setting": lambda s: s.setting("budget", owner=B),
    "set_setting": lambda s: s.set_setting("budget", 0, owner=B),
}
OPEN = {"shared"}
"""Whoever has the token may read."""


@pytest.fixture
def full(store: Store, a_run) -> Store:
    store.begin(a_run(session_id="s", cell_id="c", owner=A))
    store.journal("r1", Reply(text="own"), [(1, "own")], owner=A)
    first = store.save(Session(id="s", title="one", parent="p"), owner=A)
    store.save(edits.with_title(first, "two"), owner=A)
    store.share(first, owner=A)
    store.save_preset(Preset(id="p", name="own"), owner=A)
    store.set_setting("budget", 5, owner=A)
    return store


def seen_by(store: Store, owner: str) -> Any:
    return (
        store.run("r1", owner=owner),
        store.events("r1", owner=owner),
        store.runs(owner=owner),
        store.session("s", owner=owner),
        store.sessions(owner=owner),
        store.shares(owner=owner),
        store.presets(owner=owner),
        store.setting("budget", owner=owner),
    )


@pytest.mark.parametrize("name", sorted(CROSSINGS))
def test_another_owner_sees_nothing_and_changes_nothing(full: Store, name):
    before = seen_by(full, A)
    try:
        got = CROSSINGS[name](full)
    except Missing:
        got = None
    flat = got if isinstance(got, tuple) else (got,)
    assert not any(flat)
    assert seen_by(full, A) == before


def test_every_method_with_an_owner_is_tried():
    methods = {name for name, _ in inspect.getmembers(Store, inspect.isfunction) if not name.startswith("_")}
    with_owner = {name for name in methods if "owner" in inspect.signature(getattr(Store, name)).parameters}
    assert with_owner == CROSSINGS.keys() | OPEN


def test_two_owners_may_have_things_of_the_same_name(full: Store, a_run):
    full.begin(a_run(owner=B, connection="bob's"))
    full.save(Session(id="s", title="bob's"), owner=B)
    full.save_preset(Preset(id="p", name="own", system="bob's"), owner=B)
    assert full.run("r1", owner=B).connection == "bob's"
    assert full.session("s", owner=B).title == "bob's"
    assert full.presets(owner=A)[0].system is None


def test_a_missing_thing_and_anothers_thing_sound_alike(full: Store):
    def sentence(call: Callable[[], Any]) -> str:
        with pytest.raises(StoreError) as caught:
            call()
        return str(caught.value)

    assert sentence(lambda: full.run("r1", owner=B)) == sentence(lambda: full.run("no", owner=A))
    assert sentence(lambda: full.session("s", owner=B)) == sentence(lambda: full.session("no", owner=A))
